"""Does a piece of waiting work and sends its own process a signal in the middle: a power cut (KILL), a hang (STOP).

python -m tests.concurrency.interrupted WORK POINT SIGNAL
"""

import os
import signal
import sys
from unittest import mock

import django

WORKS = {"look": "look_again", "enroll": "enroll_waiting", "open": "open_next_cycles"}
POINTS = {
    "nothing is written": "mandatory_assignments.records.work.lock_learners",
    "the platform enrolled": "mandatory_assignments.host.lms.enroll",
    "the blocks are cleared": "mandatory_assignments.host.lms.clear_completions",
    "all is written": "mandatory_assignments.records.audit.append",
}


def main(work: str, point: str, sent: str) -> None:
    """Works until the function at this point has returned for the first time, then sends the signal."""
    django.setup()
    from mandatory_assignments import periodic

    module, name = POINTS[point].rsplit(".", 1)
    original = getattr(sys.modules[module], name)

    def interrupted(*arguments, **named):
        once.stop()
        result = original(*arguments, **named)
        os.kill(os.getpid(), signal.Signals[f"SIG{sent}"])
        return result

    once = mock.patch(POINTS[point], interrupted)
    once.start()
    getattr(periodic, WORKS[work])()


if __name__ == "__main__":
    main(*sys.argv[1:])
