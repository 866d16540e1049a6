"""Does a piece of waiting work and sends its own process a signal in the middle: a power cut (KILL), a hang (STOP).

python -m tests.concurrency.interrupted WORK POINT SIGNAL [TIMES]
"""

import os
import signal
import sys
from operator import attrgetter
from unittest import mock

import django

WORKS = {"look": "look_again", "enroll": "enroll_waiting", "open": "open_next_cycles", "bulk": "bulk.work_jobs"}
POINTS = {
    "nothing is written": "mandatory_assignments.records.work.lock_learners",
    "the platform enrolled": "mandatory_assignments.host.lms.enroll",
    "the blocks are cleared": "mandatory_assignments.host.lms.clear_completions",
    "all is written": "mandatory_assignments.records.audit.append",
    "the rows are noted": "mandatory_assignments.records.jobs.note",
}


def main(work: str, point: str, sent: str, times: str = "1") -> None:
    """Works until the function at this point has returned so many times, then sends the signal."""
    django.setup()
    from mandatory_assignments import bulk, periodic

    for kind in bulk.KINDS.values():
        kind.chunk = 100  # so that a job of few people has several
    module, name = POINTS[point].rsplit(".", 1)
    original = getattr(sys.modules[module], name)
    left = int(times)

    def interrupted(*arguments, **named):
        nonlocal left
        left -= 1
        if not left:
            patched.stop()
        result = original(*arguments, **named)
        if not left:
            os.kill(os.getpid(), signal.Signals[f"SIG{sent}"])
        return result

    patched = mock.patch(POINTS[point], interrupted)
    patched.start()
    attrgetter(WORKS[work])(periodic)()


if __name__ == "__main__":
    main(*sys.argv[1:])
