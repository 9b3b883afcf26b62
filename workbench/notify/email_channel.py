"""Notices by mail, over SMTP."""

import hashlib
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate

from workbench.notify.channels import NotDeliveredError
from workbench.notify.environment import from_environment
from workbench.notify.notice import Notice
from workbench.settings.sections import NoticeChannel

_PORTS = {"starttls": 587, "tls": 465, "none": 25}


@dataclass(frozen=True)
class EmailChannel:
    """Mail to one address; a refusal by one reader's server is no matter of another's."""

    settings: NoticeChannel
    reader: str

    def send(self, notice: Notice) -> None:
        """Send the notice.

        Raises
        ------
        NotDeliveredError
            The server was not reached, does not encrypt, or refused. Codes of 500 and above for the address or the
            text are final (RFC 5321, 4.2.1), those for signing in are not: a password can be mended.
        """
        message = mail(notice, self.settings.sender, self.reader)
        password = from_environment(self.settings.password_env) if self.settings.user else ""
        server: smtplib.SMTP | None = None
        try:
            server = self._connect()
            if self.settings.user:
                server.login(self.settings.user, password)
            server.send_message(message)
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            if server is not None:
                server.close()
            raise self._explained(error) from None
        # Taken: how the farewell goes does not matter.
        with suppress(smtplib.SMTPException, OSError):
            server.quit()

    def _connect(self) -> smtplib.SMTP:
        place = (self.settings.host, self.settings.port or _PORTS[self.settings.security])
        timeout = self.settings.timeout_seconds
        if self.settings.security == "tls":
            return smtplib.SMTP_SSL(*place, timeout=timeout, context=ssl.create_default_context())
        server = smtplib.SMTP(*place, timeout=timeout)
        if self.settings.security == "starttls":
            try:
                server.starttls(context=ssl.create_default_context())
            except BaseException:
                server.close()
                raise
        return server

    def _explained(self, error: Exception) -> NotDeliveredError:
        """What failed. Of the server's words only its codes: the rest may hold an address, or what was sent to it."""
        host = f"mail server {self.settings.host}"
        if isinstance(error, smtplib.SMTPNotSupportedError):
            return NotDeliveredError(f"{host} does not offer what it takes: STARTTLS, or signing in")
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return NotDeliveredError(
                f"{host} did not accept user and password ({error.smtp_code}). The password is that in "
                f"{self.settings.password_env}"
            )
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            code = next(iter(error.recipients.values()))[0]
            return NotDeliveredError(f"{host} refused the address ({code})", is_final=code >= 500)
        if isinstance(error, smtplib.SMTPSenderRefused | smtplib.SMTPDataError):
            what = "the sender" if isinstance(error, smtplib.SMTPSenderRefused) else "the text"
            code = error.smtp_code
            return NotDeliveredError(f"{host} refused {what} ({code})", is_final=code >= 500)
        if isinstance(error, smtplib.SMTPResponseException):
            return NotDeliveredError(f"{host} answered {error.smtp_code}")
        # smtplib hides a time-out in what it makes of it.
        if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
            return NotDeliveredError(f"{host} did not answer within {self.settings.timeout_seconds:g} s")
        if isinstance(error, ssl.SSLCertVerificationError):
            return NotDeliveredError(f"the certificate of {host} is not trusted: {error.verify_message}")
        if isinstance(error, OSError) and error.strerror:
            return NotDeliveredError(f"{host} cannot be reached: {error.strerror}")
        return NotDeliveredError(f"{host} broke off ({type(error).__name__})")


def mail(notice: Notice, sender: str, reader: str) -> EmailMessage:
    """The notice as a mail.

    Its number follows from key and reader: of a mail that was sent twice, because a process was killed in between, mail
    programs show one.
    """
    message = EmailMessage()
    message["Subject"] = f"[workbench] {notice.subject}"
    message["From"] = sender
    message["To"] = reader
    message["Date"] = formatdate()
    number = hashlib.sha256(f"{notice.key}\n{reader}".encode()).hexdigest()[:32]
    message["Message-ID"] = f"<{number}@{sender.rpartition('@')[2]}>"
    # RFC 3834: nobody's absence note answers to it.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(notice.text or notice.subject)
    return message
