"""What is said where the address or the token of Label Studio is wrong."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from workbench.errors import WorkbenchError
from workbench.labels.connection import connect, connect_to
from workbench.labels.label_studio import list_projects
from workbench.settings import LABEL_STUDIO_TOKEN, parse_settings


@pytest.fixture
def server():
    """Answers every request with `status`, `headers` and `body`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(server.status)
            for name, value in server.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(server.body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.status, server.headers, server.body = 200, {}, b""
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def asked(server):
    return list_projects(connect_to(f"http://127.0.0.1:{server.server_port}", "a" * 40))


def test_an_address_that_sends_elsewhere(server):
    server.status, server.headers = 301, {"Location": "https://studio.example/"}
    with pytest.raises(WorkbenchError, match=r"sends elsewhere \(301\)"):
        asked(server)


@pytest.mark.parametrize(
    ("headers", "body"),
    [({}, b"<html>Welcome</html>"), ({"Content-Encoding": "gzip"}, b"{}")],
)
def test_something_else_that_listens_there(server, headers, body):
    server.headers, server.body = headers, body
    with pytest.raises(WorkbenchError, match=r"does not speak as Label Studio does|refused a request"):
        asked(server)


def test_an_address_that_is_none():
    with pytest.raises(WorkbenchError, match="does not speak as Label Studio does"):
        list_projects(connect_to("http://[::1", "a" * 40))


def test_a_token_copied_with_more_than_itself(server, monkeypatch, tmp_path):
    address = f"http://127.0.0.1:{server.server_port}"
    settings = parse_settings({"labeling": {"server": address}}, tmp_path)
    monkeypatch.setenv(LABEL_STUDIO_TOKEN, "tökén")
    with pytest.raises(WorkbenchError, match="other signs than letters and numbers") as error:
        connect(settings)
    assert "tökén" not in str(error.value)
    monkeypatch.setenv(LABEL_STUDIO_TOKEN, "a" * 40 + "\n")
    assert connect(settings).url == address
