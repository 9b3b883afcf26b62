"""What is done before runs are forked starts no thread: a fork would not have it, and wait for it."""

import subprocess
import sys

WARMED = """
import os
from importlib import import_module
import workbench
from workbench.schedule import warm_pool
from workbench.schedule.rehearsal import rehearse

def threads():
    return sorted(os.listdir("/proc/self/task"))

for name in warm_pool._IMPORTED_ON_THE_WAY:
    import_module(name)
for name in workbench.__all__:
    getattr(workbench, name)
# Libraries that keep idle threads from their import on know of forks, and make new ones there.
before = threads()
assert len(before) < 8, before
rehearse()
assert threads() == before, "a thread was started"
print("rehearsed")
"""


def test_a_rehearsal_starts_no_thread():
    told = subprocess.run([sys.executable, "-c", WARMED], capture_output=True, text=True, check=False)
    assert told.stdout == "rehearsed\n", told.stderr
