"""Still pictures drawn by one process for many: the engine that draws takes half a second to begin.

Runs that are forks of a warm process cannot inherit that engine, for it has threads. They ask a process beside them,
by a socket in the folder that they share, and draw by themselves where it does not answer.
"""

import json
import os
import select
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import Any

SOCKET = "painter.socket"
_SMALL = {
    "spec": {"data": {"values": [{}]}, "mark": "point"},
    "format_locale": None,
    "time_format_locale": None,
}
_SECONDS = 10.0  # after which a run draws by itself

Draw = Callable[[Mapping[str, Any]], str]


def ask_painter(folder: str, order: Mapping[str, Any]) -> str | None:
    """The picture that the painter of this folder draws; None where there is none, or it cannot.

    Parameters
    ----------
    folder
        Where its socket is; empty where nobody paints.
    order
        What is drawn, in plain JSON.
    """
    if not folder:
        return None
    with suppress(OSError, EOFError, ValueError), Client(f"{folder}/{SOCKET}", "AF_UNIX") as painter:
        painter.send_bytes(json.dumps(order).encode())
        if painter.poll(_SECONDS):
            return json.loads(painter.recv_bytes())["picture"]
    return None


def paint(folder: Path, draw: Draw, life_line: int) -> None:
    """Draw what is asked for by the socket in a folder, until nobody holds the other end of a pipe.

    Parameters
    ----------
    folder
        Where the socket is made; only its owner may enter it.
    draw
        Draws one order.
    life_line
        The end of a pipe that is read: all who may ask hold the other one.
    """
    with suppress(ValueError):
        draw(_SMALL)  # so that the engine is there when the first run asks
    with Listener(str(folder / SOCKET), "AF_UNIX", backlog=64) as listener:
        door: int = listener._listener._socket.fileno()  # type: ignore[attr-defined]
        while life_line not in select.select([door, life_line], [], [])[0]:
            with suppress(OSError, EOFError), listener.accept() as asking:
                _answer(asking, draw)


def _answer(asking: Connection, draw: Draw) -> None:
    try:
        drawn = draw(json.loads(asking.recv_bytes()))
    except Exception:  # noqa: BLE001 who asked draws it again, and is told there what is wrong with it
        drawn = None
    asking.send_bytes(json.dumps({"picture": drawn}).encode())


def hire_painter(folder: Path, draw: Draw) -> None:
    """Fork the painter of a folder; it ends with the last of the processes that were forked from this one."""
    read_end, write_end = os.pipe()
    if os.fork() == 0:
        os.close(write_end)
        with suppress(BaseException):
            paint(folder, draw, read_end)
        os._exit(0)
    os.close(read_end)
