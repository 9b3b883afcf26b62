"""What may become of a slot, and of an attempt to run it."""

STATES = {
    "waiting": "due, and waits for its turn, for memory, for data or for its next try; the reason says for which",
    "running": "a process is at it",
    "done": "it has its report; it is never run again",
    "failed": "its last attempt failed; a person may run it again",
    "missed": "no scheduler ran when it was due, and the job does not make up for it; a person may run it",
    "skipped": "an earlier slot of the job was still running; a person may run it",
    "interrupted": "its process died or was stopped before it ended; it is run again",
}

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
MISSED, SKIPPED, INTERRUPTED = "missed", "skipped", "interrupted"

# Of a slot that a person begins: no scheduler knew it, and none will, for its time has passed.
NEVER_PLANNED = "never planned"

# What a scheduler takes up by itself.
OPEN = (WAITING, INTERRUPTED)

# Why a run was interrupted where somebody stopped the scheduler: no fault of the run.
STOPPED = "the scheduler was told to stop."
