"""Channels deliver over real connections, and say what failed without a secret in it."""

import logging
import time

import pytest
from slack_server import TOKEN, slack_server
from smtp_server import smtp_server

from workbench.errors import WorkbenchError
from workbench.notify.channels import NotDeliveredError, channel_names, open_channel, readers
from workbench.notify.notice import Notice
from workbench.settings import parse_settings

NOTICE = Notice(
    "failed:weekly:1",
    "weekly failed: 2026-11-23 07:00 UTC",
    "Cell 4 (Figure) failed: a < b & Ω.\n.\nEnd",
    "failure",
    report="data/reports/kpi/weekly/2026-W47.html",
)
PASSWORD = "correct horse battery"


@pytest.fixture
def mail_settings(tmp_path, monkeypatch):
    """Settings whose channel `ops` is that server, its certificate trusted."""
    monkeypatch.setenv("OPS_PASSWORD", PASSWORD)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))

    def make(server, **changes):
        channel = {
            "kind": "email",
            "host": "localhost",
            "port": server.port,
            "sender": "reports@example.org",
            "to": ["ann@example.org"],
            "timeout_seconds": 1,
            **changes,
        }
        return parse_settings({"notify": {"channels": {"ops": channel}}}, tmp_path)

    return make


SIGNED_IN = {"user": "reports", "password_env": "OPS_PASSWORD"}


def test_mail_is_signed_in_for_and_encrypted(tmp_path, mail_settings):
    with smtp_server(tmp_path, accounts={"reports": PASSWORD}) as server:
        open_channel(mail_settings(server, **SIGNED_IN), "ops", "ann@example.org").send(NOTICE)
    (mail,) = server.received
    assert server.was_encrypted == [True]
    assert server.signed_in == ["reports"]
    assert server.recipients == ["ann@example.org"]
    assert mail["Subject"] == "[workbench] weekly failed: 2026-11-23 07:00 UTC"
    assert mail["To"] == "ann@example.org"
    assert mail["Auto-Submitted"] == "auto-generated"
    # A line with a point alone ends a mail in SMTP, and must not end this one.
    assert mail.get_content().splitlines() == [*NOTICE.body.splitlines(), "", f"Report: {NOTICE.report}"]


def test_mail_sent_again_has_the_same_number(tmp_path, mail_settings):
    with smtp_server(tmp_path) as server:
        for _ in range(2):
            open_channel(mail_settings(server), "ops", "ann@example.org").send(NOTICE)
        open_channel(mail_settings(server), "ops", "bob@example.org").send(NOTICE)
    first, again, other = (mail["Message-ID"] for mail in server.received)
    assert first == again != other


@pytest.mark.parametrize(
    ("faults", "changes", "words", "is_final"),
    [
        ({"accounts": {"reports": "another"}}, SIGNED_IN, "did not accept user and password (535)", False),
        ({"replies": {"RCPT": "550 5.1.1 ann@example.org unknown"}}, {}, "refused the address (550)", True),
        ({"replies": {"RCPT": "450 4.2.0 come again"}}, {}, "refused the address (450)", False),
        ({"replies": {"MAIL": "553 5.7.1 not yours"}}, {}, "refused the sender (553)", True),
        ({"replies": {"TEXT": "554 5.7.1 spam"}}, {}, "refused the text (554)", True),
        ({"replies": {"TEXT": "452 4.3.1 full"}}, {}, "refused the text (452)", False),
        ({"replies": {"CONNECT": "554 no"}}, {}, "answered 554", False),
        ({"offers_tls": False}, {}, "does not offer what it takes: STARTTLS", False),
        ({"hangs_at": "CONNECT"}, {}, "did not answer within 1 s", False),
        ({"hangs_at": "DATA"}, {}, "did not answer within 1 s", False),
        ({"drops_at": "RCPT"}, {}, "broke off", False),
        ({"drops_at": "TEXT"}, {}, "broke off", False),
    ],
)
def test_mail_that_is_not_taken_says_why(faults, changes, words, is_final, tmp_path, mail_settings):
    began = time.monotonic()
    with smtp_server(tmp_path, **faults) as server:
        with pytest.raises(NotDeliveredError) as raised:
            open_channel(mail_settings(server, **changes), "ops", "ann@example.org").send(NOTICE)
        assert server.received == []
    assert words in str(raised.value)
    assert raised.value.is_final is is_final
    assert "example.org" not in str(raised.value)
    assert PASSWORD not in str(raised.value)
    assert time.monotonic() - began < 5


def test_farewell_that_fails_undoes_no_mail(tmp_path, mail_settings):
    with smtp_server(tmp_path, drops_at="QUIT") as server:
        open_channel(mail_settings(server), "ops", "ann@example.org").send(NOTICE)
    assert len(server.received) == 1


def test_certificate_of_a_stranger_gets_no_password(tmp_path, mail_settings, monkeypatch):
    with smtp_server(tmp_path, accounts={"reports": PASSWORD}) as server:
        settings = mail_settings(server, **SIGNED_IN)
        monkeypatch.delenv("SSL_CERT_FILE")
        with pytest.raises(NotDeliveredError, match="certificate of mail server localhost is not trusted"):
            open_channel(settings, "ops", "ann@example.org").send(NOTICE)
    assert "AUTH" not in server.commands


def test_nobody_listens(tmp_path, mail_settings):
    with smtp_server(tmp_path) as server:
        pass
    with pytest.raises(NotDeliveredError, match="cannot be reached"):
        open_channel(mail_settings(server), "ops", "ann@example.org").send(NOTICE)


@pytest.fixture
def chat_settings(tmp_path, monkeypatch):
    def make(url, kind="webhook"):
        monkeypatch.setenv("OPS_CHAT", url)
        channel = {"kind": kind, "url_env": "OPS_CHAT", "timeout_seconds": 0.5}
        return parse_settings({"notify": {"channels": {"chat": channel}}}, tmp_path)

    return make


def test_webhook_posts_what_slack_takes(chat_settings):
    with slack_server() as slack:
        open_channel(chat_settings(slack.url), "chat", "").send(NOTICE)
    assert slack.posted == [
        {
            "text": ":x: *weekly failed: 2026-11-23 07:00 UTC*\nCell 4 (Figure) failed: a &lt; b &amp; Ω.\n.\nEnd\n\n"
            "Report: data/reports/kpi/weekly/2026-W47.html"
        }
    ]


@pytest.mark.parametrize(
    ("fault", "words", "is_final", "retry_after"),
    [
        ((429, "rate_limited", {"Retry-After": "30"}), "answered 429 rate_limited", False, 30),
        ((429, "rate_limited", {"Retry-After": "soon"}), "answered 429 rate_limited", False, None),
        ((429, "rate_limited", {"Retry-After": "²"}), "answered 429 rate_limited", False, None),
        ((429, "", {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}), "answered 429", False, 0),
        ((500, "rollup_error", {}), "answered 500 rollup_error", False, None),
        ((400, "invalid_payload", {}), "answered 400 invalid_payload", True, None),
        ((404, "no_service", {}), "answered 404 no_service", False, None),
        ((302, "", {"Location": "http://127.0.0.1:9/"}), "answered 302", False, None),
        ((502, f"<html>{TOKEN}</html>", {}), "answered 502", False, None),
        (3.0, "did not answer within 0.5 s", False, None),
    ],
)
def test_webhook_that_is_not_taken_says_why(fault, words, is_final, retry_after, chat_settings):
    with slack_server(fault) as slack, pytest.raises(NotDeliveredError) as raised:
        open_channel(chat_settings(slack.url), "chat", "").send(NOTICE)
    assert str(raised.value) == f"the webhook in OPS_CHAT {words}"
    assert raised.value.is_final is is_final
    assert raised.value.retry_after == retry_after


@pytest.mark.parametrize(
    "url", ["hooks.slack.com/services/secret", "ftp://secret", "https://sec ret:x/", "http://["]
)
def test_webhook_address_that_is_none_is_not_repeated(url, chat_settings):
    with pytest.raises(NotDeliveredError, match="the webhook in OPS_CHAT") as raised:
        open_channel(chat_settings(url), "chat", "").send(NOTICE)
    assert "sec" not in str(raised.value)


def test_apprise_reaches_slack(chat_settings, monkeypatch):
    from apprise.plugins.slack import NotifySlack

    with slack_server() as slack:
        # The one thing that cannot be here: Slack's own host.
        monkeypatch.setattr(NotifySlack, "webhook_url", slack.url.removesuffix(f"/{TOKEN}"))
        monkeypatch.setattr(NotifySlack, "request_rate_per_sec", 0)
        team, bot, secret = "T0LOCAL00", "B0LOCAL00", TOKEN.split("/")[2]
        settings = chat_settings(f"https://hooks.slack.com/services/{team}/{bot}/{secret}", "apprise")
        open_channel(settings, "chat", "").send(NOTICE)
        assert "weekly failed" in str(slack.posted[0])
        slack.faults.append((500, "rollup_error", {}))
        with pytest.raises(
            NotDeliveredError, match=r"the service in OPS_CHAT did not take it.*500"
        ) as raised:
            open_channel(settings, "chat", "").send(NOTICE)
    assert secret not in str(raised.value)


def test_apprise_address_that_is_none_is_not_repeated(chat_settings):
    with pytest.raises(NotDeliveredError, match="no address that Apprise knows") as raised:
        open_channel(chat_settings("nothing://s3cr3t", "apprise"), "chat", "").send(NOTICE)
    assert "s3cr3t" not in str(raised.value)


@pytest.mark.parametrize("kind", ["webhook", "apprise"])
def test_no_library_logs_the_address(kind, chat_settings, caplog):
    caplog.set_level(logging.DEBUG)
    with slack_server() as slack:
        url = slack.url if kind == "webhook" else f"{slack.url.replace('http', 'json')}?:message=text"
        open_channel(chat_settings(url, kind), "chat", "").send(NOTICE)
    assert TOKEN.split("/")[2] not in caplog.text


def test_secret_that_is_not_there_is_named_by_its_variable(chat_settings, monkeypatch):
    settings = chat_settings("x")
    monkeypatch.delenv("OPS_CHAT")
    with pytest.raises(NotDeliveredError, match="environment variable OPS_CHAT is not set"):
        open_channel(settings, "chat", "").send(NOTICE)


def test_log_keeps_what_was_there(tmp_path):
    settings = parse_settings({}, tmp_path)
    for _ in range(2):
        open_channel(settings, "log", "").send(NOTICE)
    lines = (tmp_path / "data/runs/notices.log").read_text(encoding="utf-8").splitlines()
    assert [line.partition(" ")[2] for line in lines if line[0] != " "] == [f"failure: {NOTICE.subject}"] * 2


def test_log_on_standard_error(tmp_path, capsys):
    settings = parse_settings({"notify": {"channels": {"here": {"kind": "log", "file": "-"}}}}, tmp_path)
    open_channel(settings, "here", "").send(NOTICE)
    assert NOTICE.subject in capsys.readouterr().err


def test_log_that_cannot_be_written(tmp_path):
    (tmp_path / "data").write_text("a file where a folder should be", encoding="utf-8")
    with pytest.raises(NotDeliveredError, match="cannot be written"):
        open_channel(parse_settings({}, tmp_path), "log", "").send(NOTICE)


def test_subject_is_one_line():
    assert Notice("k", "weekly\r\nBcc: all@example.org").subject == "weekly Bcc: all@example.org"


CHANNELS = {
    "ops": {"kind": "email", "host": "h", "sender": "a@b.org", "to": ["c@d.org", "e@f.org"]},
    "chat": {"kind": "webhook", "url_env": "X"},
}


def test_each_reader_of_each_channel(tmp_path):
    settings = parse_settings({"notify": {"channels": CHANNELS, "failures": ["ops"]}}, tmp_path)
    assert channel_names(settings) == ["ops"]
    assert channel_names(settings, ["chat"]) == ["chat"]
    assert readers(settings, ["ops", "chat"]) == [("ops", "c@d.org"), ("ops", "e@f.org"), ("chat", "")]
    with pytest.raises(WorkbenchError, match=r"no channel 'chatt'.*Did you mean 'chat'"):
        channel_names(settings, ["chatt"])


@pytest.mark.parametrize(
    ("channel", "message"),
    [
        ({"kind": "mail"}, "'log', 'email', 'webhook' or 'apprise'"),
        ({"kind": "email", "hst": "x"}, "Did you mean 'host'"),
        ({"kind": "email", "host": "x"}, "a channel of kind email needs sender and to"),
        ({"kind": "webhook"}, "a channel of kind webhook needs url_env"),
        ({"kind": "email", "host": "x", "sender": "a@b.org", "to": ["c d@e.org"]}, "are addresses such as"),
        ({**CHANNELS["ops"], "user": "u"}, "a user needs password_env"),
        ({**CHANNELS["ops"], **SIGNED_IN, "security": "none"}, "a password is not sent unencrypted"),
        ({**CHANNELS["ops"], "password": "x"}, "Did you mean 'password_env'"),
    ],
)
def test_channels_in_the_settings_say_their_mend(channel, message, tmp_path):
    with pytest.raises(WorkbenchError, match=message):
        parse_settings({"notify": {"channels": {"ops": channel}}}, tmp_path)


def test_address_in_the_settings_is_not_repeated(tmp_path):
    channel = {"kind": "webhook", "url_env": "https://hooks.slack.com/services/T/B/s3cr3t"}
    with pytest.raises(WorkbenchError, match="name of an environment variable") as raised:
        parse_settings({"notify": {"channels": {"ops": channel}}}, tmp_path)
    assert "s3cr3t" not in str(raised.value)


def test_without_channels_failures_can_only_go_to_the_log(tmp_path):
    assert parse_settings({"notify": {"failures": ["log"]}}, tmp_path).notify.failures == ["log"]
    with pytest.raises(WorkbenchError, match=r"'ops', which is no channel\. Channels: log"):
        parse_settings({"notify": {"failures": ["ops"]}}, tmp_path)


def test_failures_name_a_channel(tmp_path):
    with pytest.raises(WorkbenchError, match=r"'opps', which is no channel. Did you mean 'ops'"):
        parse_settings({"notify": {"channels": CHANNELS, "failures": ["opps"]}}, tmp_path)
