"""One process draws for many, and nobody waits for one that is not there."""

import ast
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from workbench.figures.painter import SOCKET, ask_painter

# In a process of its own, for a fork takes no threads along, and those of the tests are many.
HIRED = """
import os, sys, time
from pathlib import Path
from workbench.figures.painter import SOCKET, ask_painter, have_painted, hire_painter

def draw(order):
    if order["spec"] == "wrong":
        raise ValueError("wrong")
    drawn.append(order["spec"])
    return f"<svg>{order['spec']} by {os.getpid()}</svg>" if order["spec"] != "all" else repr(drawn)

drawn = []

folder = Path(sys.argv[1])
hire_painter(folder, draw)
while not (folder / SOCKET).exists():
    time.sleep(0.01)
for spec in ("Größe", "wrong", "b"):
    print(ask_painter(str(folder), {"spec": spec}))
print(os.getpid())
for n in range(60):
    have_painted(str(folder), {"spec": f"ahead {n}", "more": 1})
have_painted(str(folder), {"spec": "wrong"})
for spec in ("ahead 59", "ahead 59", "ahead 0"):
    ask_painter(str(folder), {"more": 1, "spec": spec})
print(ask_painter(str(folder), {"spec": "all"}))
"""


@pytest.fixture
def short(tmp_path_factory) -> Path:
    """A folder with a short name: a socket's may have 107 characters."""
    return tmp_path_factory.mktemp("p")


def test_it_draws_for_others_survives_what_it_cannot_draw_and_ends_with_them(short):
    made = subprocess.run(
        [sys.executable, "-c", HIRED, str(short)], capture_output=True, text=True, check=True
    )
    first, wrong, second, asking, drawn = made.stdout.splitlines()
    assert first.startswith("<svg>Größe by ")
    assert wrong == "None"
    # The first time it was drawn already; what is fetched is gone, and so is the oldest of too many.
    assert ast.literal_eval(drawn)[-4:] == ["ahead 59", "ahead 59", "ahead 0", "all"]
    assert len(ast.literal_eval(drawn)) == 3 + 60 + 2 + 1
    painter = int(second.removeprefix("<svg>b by ").removesuffix("</svg>"))
    assert painter != int(asking)
    until = time.monotonic() + 20
    while Path(f"/proc/{painter}/cmdline").exists() and Path(f"/proc/{painter}/cmdline").read_bytes():
        assert time.monotonic() < until, "it outlives all who could ask it"
        time.sleep(0.05)
    assert ask_painter(str(short), {"spec": "c"}) is None


def test_without_one_nobody_waits(short):
    assert ask_painter("", {"spec": "a"}) is None
    assert ask_painter(str(short), {"spec": "a"}) is None
    (short / SOCKET).write_text("no socket")
    assert ask_painter(str(short), {"spec": "a"}) is None


def test_one_that_is_stuck_is_given_up(short, monkeypatch):
    monkeypatch.setattr("workbench.figures.painter._SECONDS", 0.2)
    with socket.socket(socket.AF_UNIX) as stuck:
        stuck.bind(str(short / SOCKET))
        stuck.listen()  # and never answers; an order of this size does not even go out
        assert ask_painter(str(short), {"spec": "a" * 5_000_000}) is None
