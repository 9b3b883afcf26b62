"""Still pictures drawn by one process for many: the engine that draws takes half a second to begin.

Runs that are forks of a warm process cannot inherit that engine, for it has threads. They ask a process beside them,
by a socket in the folder that they share, and draw by themselves where it does not answer.
"""

import json
import os
import select
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

SOCKET = "painter.socket"
_SECONDS = 10.0  # for each step of asking; after that a run draws by itself
_SMALL = {
    "spec": {"data": {"values": [{}]}, "mark": "point"},
    "format_locale": None,
    "time_format_locale": None,
}

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
    with suppress(OSError, ValueError), socket.socket(socket.AF_UNIX) as painter:
        painter.settimeout(_SECONDS)
        painter.connect(f"{folder}/{SOCKET}")
        painter.sendall(json.dumps(order).encode())
        painter.shutdown(socket.SHUT_WR)
        return _all_of(painter).decode() or None
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
    with socket.socket(socket.AF_UNIX) as door:
        # It has its name only when it listens: who finds it is answered.
        door.bind(str(folder / "door"))
        door.listen()
        (folder / "door").rename(folder / SOCKET)
        while life_line not in select.select([door.fileno(), life_line], [], [])[0]:
            with suppress(OSError), door.accept()[0] as asking:
                asking.settimeout(_SECONDS)
                # Who asked for what cannot be drawn gets nothing, tries it alone, and is told there what is wrong.
                with suppress(ValueError):
                    asking.sendall(draw(json.loads(_all_of(asking))).encode())


def hire_painter(folder: Path, draw: Draw) -> None:
    """Fork the painter of a folder; it ends with the last of the processes that were forked from this one."""
    read_end, _held = os.pipe()  # the other end stays open here and in all that is forked later
    if os.fork() == 0:
        with suppress(BaseException):
            _let_go_of_all_but(read_end)
            paint(folder, draw, read_end)
        os._exit(0)
    os.close(read_end)


def _let_go_of_all_but(kept: int) -> None:
    """Hold nothing open that others wait to see closed."""
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    for number in map(int, os.listdir("/proc/self/fd") if os.path.isdir("/proc/self/fd") else range(256)):
        if number > 2 and number != kept:
            with suppress(OSError):
                os.close(number)


def _all_of(sender: socket.socket) -> bytes:
    parts = []
    while part := sender.recv(1 << 16):
        parts.append(part)
    return b"".join(parts)
