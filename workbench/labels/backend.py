"""Optional: a service that Label Studio asks what the model in use says, when a post is opened.

It answers `/health`, `/setup`, `/predict` and `/webhook` on this machine only, to who knows its password, and for
teaching projects only: whoever estimates answers blind.
"""

import base64
import hmac
import json
import secrets
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from workbench.errors import WorkbenchError
from workbench.labels.connection import Connection, connect
from workbench.labels.label_studio import connect_service
from workbench.labels.model_answers import model_in_use, predictions_of
from workbench.labels.projects import TEACH, projects_of
from workbench.labels.tasks import Task, load_task, tasks_folder
from workbench.models.classifier import Classifier
from workbench.privacy.pseudonyms import fingerprint
from workbench.settings import Settings
from workbench.store.schema import claim, open_lake

USER = "workbench"
_LARGEST = 20_000_000  # bytes of a request; Label Studio sends a page of posts at most
_TITLE = "workbench"
_SILENT: dict[str, Any] = {"result": [], "score": None}


class PredictionService(ThreadingHTTPServer):
    """Listens; `serve_forever` answers until `shutdown`.

    Parameters
    ----------
    settings
        Whose models answer.
    task
        What is asked.
    projects
        Numbers of the projects that may ask.
    port
        On 127.0.0.1; 0 for a free one.

    Raises
    ------
    WorkbenchError
        The port is taken, or the task has no model.
    """

    daemon_threads = True

    def __init__(self, settings: Settings, task: Task, projects: frozenset[int], port: int):
        self.settings, self.task, self.projects = settings, task, projects
        self.password = secrets.token_urlsafe(24)
        self._loading = threading.Lock()
        self._seen: tuple[float, Classifier] | None = None
        self.model()
        try:
            super().__init__(("127.0.0.1", port), _Handler)
        except OSError:
            raise WorkbenchError(f"port {port} is taken. Choose another: --port {port + 1}.") from None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_port}"

    def model(self) -> Classifier:
        """The model in use, read again when a model was trained or promoted since.

        Raises
        ------
        WorkbenchError
            There is no model of the task.
        """
        folder = self.settings.data_folder / "models" / self.task.name
        with self._loading:
            changed = _changed(folder)
            if self._seen is None or self._seen[0] != changed:
                model = model_in_use(self.settings, self.task.name)
                if model is None:
                    raise WorkbenchError(
                        f"there is no model of {self.task.name} that could answer. Train one: "
                        f"workbench models train --task {self.task.name}."
                    )
                self._seen = (changed, model)
            return self._seen[1]

    def predict(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """What the model says of the posts of a request; nothing to a project that may not ask."""
        tasks = request.get("tasks") or []
        number = str(request.get("project", "")).partition(".")[0]
        if not number.isdigit() or int(number) not in self.projects:
            return {"results": [_SILENT for _ in tasks]}
        model, data = self.model(), [one.get("data") or {} for one in tasks]
        if set(model.labels) != set(self.task.labels):  # trained before the task's labels were changed
            return {"results": [_SILENT for _ in tasks]}
        return {"results": [one or _SILENT for one in predictions_of(self.task, model, data)]}


def open_service(
    settings: Settings, task: Task | str, port: int = 9090, connection: Connection | None = None
) -> PredictionService:
    """A service for the teaching projects of a task, made known to Label Studio.

    Raises
    ------
    WorkbenchError
        There is no teaching project yet, no model, or the port is taken.
    """
    task = load_task(task, tasks_folder(settings)) if isinstance(task, str) else task
    connection = connection or connect(settings)
    lake = fingerprint(claim(open_lake(settings), settings.key_file))
    projects = projects_of(connection, task.name, lake)
    teaching = [project.number for place, project in projects.items() if place.purpose == TEACH]
    if not teaching:
        raise WorkbenchError(
            f"there is no teaching project of {task.name} yet. Hand a queue over first: "
            f"workbench labels push --task {task.name} --strategy uncertainty -n 200."
        )
    service = PredictionService(settings, task, frozenset(teaching), port)
    listening = threading.Thread(target=service.serve_forever, daemon=True)
    listening.start()  # Label Studio asks at once whether it is there
    try:
        for number in teaching:
            connect_service(connection, number, service.url, _TITLE, (USER, service.password))
    except WorkbenchError:
        service.shutdown()
        service.server_close()
        raise
    return service


class _Handler(BaseHTTPRequestHandler):
    server: PredictionService

    def do_GET(self) -> None:
        """`/health`."""
        if self.path.rstrip("/") in ("", "/health"):
            self._answer({"status": "UP", "model_class": "workbench"})
        else:
            self._answer({"error": "not found"}, 404)

    def do_POST(self) -> None:
        """`/setup`, `/predict`, `/webhook`."""
        if not self._is_known():
            self._answer({"error": "not allowed"}, 401)
            return
        try:
            length = int(self.headers.get("Content-Length") or 0)
            if not 0 <= length <= _LARGEST:
                raise ValueError
            request = json.loads(self.rfile.read(length) or b"{}")
            if not isinstance(request, dict):
                raise ValueError
        except (ValueError, RecursionError):
            self._answer({"error": "not JSON"}, 400)
            return
        path = self.path.rstrip("/")
        try:
            if path == "/setup":
                self._answer({"model_version": self.server.model().name})
            elif path == "/predict":
                self._answer(self.server.predict(request))
            elif path == "/webhook":  # a nudge; what changed is looked for at every question anyway
                self._answer({"model_version": self.server.model().name})
            else:
                self._answer({"error": "not found"}, 404)
        except WorkbenchError as error:
            self._answer({"error": str(error)}, 503)
        except Exception as error:  # noqa: BLE001 - its words may be those of a post
            self._answer({"error": f"no answer ({type(error).__name__})"}, 500)

    def _is_known(self) -> bool:
        expected = base64.b64encode(f"{USER}:{self.server.password}".encode()).decode()
        return hmac.compare_digest(
            self.headers.get("Authorization", "").encode(), f"Basic {expected}".encode()
        )

    def _answer(self, content: Mapping[str, Any], status: int = 200) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing: what is asked about are posts."""


def _changed(folder: Path) -> float:
    """When a model of the task was last trained, promoted or taken away."""
    places = [folder, *folder.glob("*")]
    return max((place.stat().st_mtime for place in places if place.exists()), default=0.0)
