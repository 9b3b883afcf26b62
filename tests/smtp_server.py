"""A mail server that speaks enough of RFC 5321, STARTTLS (RFC 3207) and AUTH PLAIN, and misbehaves on demand."""

import asyncio
import base64
import datetime as dt
import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


@dataclass
class SmtpServer:
    """What was received, and what goes wrong: `replies` by command, `hangs_at` a command, `drops_at` one."""

    port: int = 0
    accounts: dict[str, str] = field(default_factory=dict)
    replies: dict[str, str] = field(default_factory=dict)
    hangs_at: str = ""
    drops_at: str = ""
    received: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    was_encrypted: list[bool] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)


@contextmanager
def smtp_server(folder: Path, offers_tls: bool = True, **faults):
    """A server on 127.0.0.1; its certificate, for localhost, is `folder/certificate.pem`."""
    server = SmtpServer(**faults)
    context = _context(folder) if offers_tls else None
    loop = asyncio.new_event_loop()
    started = threading.Event()
    opened = []

    async def serve():
        listening = await asyncio.start_server(
            lambda reader, writer: _session(server, context, reader, writer), "127.0.0.1", 0
        )
        server.port = listening.sockets[0].getsockname()[1]
        opened.append(listening)
        started.set()

    thread = threading.Thread(target=lambda: (loop.create_task(serve()), loop.run_forever()), daemon=True)
    thread.start()
    assert started.wait(10)
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(_end(opened[0]), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


async def _end(listening):
    listening.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def _session(server, context, reader, writer):
    is_encrypted = False
    sender, recipients = "", []

    async def say(line):
        writer.write(f"{line}\r\n".encode())
        await writer.drain()

    try:
        if server.hangs_at == "CONNECT":
            await asyncio.sleep(3600)
        await say(server.replies.get("CONNECT", "220 localhost ESMTP"))
        while line := (await reader.readline()).decode().rstrip("\r\n"):
            word = line.split(" ")[0].split(":")[0].upper()
            server.commands.append(word)
            if word == server.hangs_at:
                await asyncio.sleep(3600)
            if word == server.drops_at:
                return
            if word in server.replies:
                await say(server.replies[word])
            elif word == "EHLO":
                offers = ["STARTTLS"] if context and not is_encrypted else []
                # A password is taken over an encrypted connection alone (RFC 4954, 4).
                offers += ["AUTH PLAIN"] if server.accounts and is_encrypted else []
                lines = ["localhost", "8BITMIME", *offers]
                for offer in lines[:-1]:
                    await say(f"250-{offer}")
                await say(f"250 {lines[-1]}")
            elif word == "STARTTLS" and context:
                await say("220 go ahead")
                await writer.start_tls(context)
                is_encrypted = True
            elif word == "AUTH" and is_encrypted:
                _, user, password = base64.b64decode(line.split(" ")[2]).decode().split("\0")
                if server.accounts.get(user) == password:
                    server.signed_in.append(user)
                    await say("235 welcome")
                else:
                    await say(f"535 5.7.8 no: {line}")
            elif word == "MAIL":
                if server.accounts and not server.signed_in:
                    await say("530 5.7.0 sign in first")
                else:
                    sender, recipients = line, []
                    await say("250 ok")
            elif word == "RCPT" and sender:
                recipients.append(line.partition("<")[2].partition(">")[0])
                await say("250 ok")
            elif word == "DATA" and recipients:
                await say("354 end with a point")
                lines = []
                while (got := await reader.readline()) != b".\r\n":
                    lines.append(got[1:] if got.startswith(b"..") else got)
                if server.drops_at == "TEXT":
                    return
                if "TEXT" in server.replies:
                    await say(server.replies["TEXT"])
                    continue
                server.received.append(message_from_bytes(b"".join(lines), policy=policy.default))
                server.recipients += recipients
                server.was_encrypted.append(is_encrypted)
                await say("250 taken")
            elif word in {"RSET", "NOOP"}:
                await say("250 ok")
            elif word == "QUIT":
                await say("221 bye")
                return
            else:
                await say("503 not now")
    except (ConnectionError, asyncio.CancelledError, ssl.SSLError):
        pass
    finally:
        writer.close()


def _context(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    today = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context
