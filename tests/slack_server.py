"""A server held to Slack's specification of incoming webhooks, with its faults on demand.

Slack answers 200 `ok`, or a status and one word: 400 invalid_payload, 400 no_text, 403 invalid_token, 404 no_service,
410 channel_is_archived, 429 with Retry-After, 500 rollup_error.
"""

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOKEN = "T0LOCAL00/B0LOCAL00/s3cr3tW3bh00kT0k3n00"


@dataclass
class SlackServer:
    """What was posted, and the faults to come: (status, word, headers), or a number of seconds to be silent."""

    url: str = ""
    posted: list[dict] = field(default_factory=list)
    faults: list[tuple[int, str, dict] | float] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    pause: float = 0.0  # how long each answer takes


@contextmanager
def slack_server(*faults, pause: float = 0.0):
    """A webhook at `url`, on 127.0.0.1."""
    told = SlackServer(faults=list(faults), pause=pause)
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            with lock:
                told.at_once += 1
                told.most_at_once = max(told.most_at_once, told.at_once)
                fault = told.faults.pop(0) if told.faults else None
            try:
                time.sleep(fault if isinstance(fault, float) else told.pause)
                self.answer(*(fault if isinstance(fault, tuple) else self.judged(body)))
            finally:
                with lock:
                    told.at_once -= 1

        def judged(self, body):
            if self.path != f"/services/{TOKEN}":
                return 403, "invalid_token", {}
            if not self.headers["Content-Type"].startswith("application/json"):
                return 400, "invalid_payload", {}
            try:
                payload = json.loads(body)
            except ValueError:
                return 400, "invalid_payload", {}
            if not isinstance(payload, dict) or not any(
                payload.get(k) for k in ("text", "attachments", "blocks")
            ):
                return 400, "no_text", {}
            told.posted.append(payload)
            return 200, "ok", {}

        def answer(self, status, word, headers):
            try:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(word)))
                self.end_headers()
                self.wfile.write(word.encode())
            except OSError:
                pass  # who asked did not wait for it

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_port}/services/{TOKEN}"
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
