"""What is rehearsed before runs are forked starts no thread: a fork would not have it, and wait for it."""

import subprocess
import sys

REHEARSED = """
import os
from workbench.schedule.rehearsal import rehearse

def threads():
    return sorted(os.listdir("/proc/self/task"))

before = threads()
rehearse()
assert threads() == before, "a thread was started"
rehearse()
print("rehearsed")
"""


def test_a_rehearsal_starts_no_thread():
    told = subprocess.run([sys.executable, "-c", REHEARSED], capture_output=True, text=True, check=False)
    assert told.stdout == "rehearsed\n", told.stderr
