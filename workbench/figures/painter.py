"""Still pictures drawn by one process for many: the engine that draws takes half a second to begin.

Runs that are forks of a warm process cannot inherit that engine, for it has threads. They ask a process beside them,
by a socket in the folder that they share, and draw by themselves where it does not answer.
"""

import json
import os
import select
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

SOCKET = "painter.socket"
# Before an order that nobody waits for: its picture is fetched later.
_AHEAD = b"+"
_MOST_KEPT = 50  # pictures drawn ahead; those of runs that failed are never fetched
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
    with suppress(OSError, ValueError), _asked(folder, b"", order) as painter:
        return _all_of(painter).decode() or None
    return None


def have_painted(folder: str, order: Mapping[str, Any]) -> None:
    """Have a picture drawn that `ask_painter` will ask for, while the run goes on."""
    if folder:
        with suppress(OSError, ValueError), _asked(folder, _AHEAD, order):
            pass


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
    kept: dict[bytes, str] = {}
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
                    _answer(asking, draw, kept)


def hire_painter(folder: Path, draw: Draw) -> None:
    """Fork the painter of a folder; it ends with the last of the processes that were forked from this one."""
    read_end, _held = os.pipe()  # the other end stays open here and in all that is forked later
    if os.fork() == 0:
        with suppress(BaseException):
            _let_go_of_all_but(read_end)
            paint(folder, draw, read_end)
        os._exit(0)
    os.close(read_end)


@contextmanager
def _asked(folder: str, manner: bytes, order: Mapping[str, Any]) -> Iterator[socket.socket]:
    """The painter of that folder, told what is wanted."""
    with socket.socket(socket.AF_UNIX) as painter:
        painter.settimeout(_SECONDS)
        painter.connect(f"{folder}/{SOCKET}")
        # A notebook sorts what it holds: the order is the same before and after.
        painter.sendall(manner + json.dumps(order, sort_keys=True).encode())
        painter.shutdown(socket.SHUT_WR)
        yield painter


def _answer(asking: socket.socket, draw: Draw, kept: dict[bytes, str]) -> None:
    """Draw what is asked for; what nobody waits for is kept until it is fetched."""
    asked = _all_of(asking)
    order = asked.removeprefix(_AHEAD)
    drawn = kept.pop(order, None) or draw(json.loads(order))
    if order == asked:
        asking.sendall(drawn.encode())
        return
    kept[order] = drawn
    if len(kept) > _MOST_KEPT:
        kept.pop(next(iter(kept)))


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
