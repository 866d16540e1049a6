"""Does now, in this process, what on a site happens after the commit, in workers and on the tick; needs no broker."""

import logging
from collections import Counter

from django.db import transaction
from edx_django_utils.cache import RequestCache

from lms.djangoapps.grades.tasks import recalculate_waiting_grades

ROUNDS = 20

log = logging.getLogger(__name__)


def run_pending() -> int:
    """Run what waits for the commit inside a test's transaction, which never commits; how many callbacks ran."""
    connection = transaction.get_connection()
    ran = 0
    while connection.in_atomic_block and connection.run_on_commit:
        waiting, connection.run_on_commit = connection.run_on_commit, []
        for _savepoints, callback, robust in waiting:
            ran += 1
            try:
                callback()
            except Exception:
                if not robust:
                    raise
                log.exception("A robust callback failed")
    return ran


def drain() -> Counter[str]:
    """Do all waiting work until nothing changes any more, for at most 20 rounds; the counts of all ticks together."""
    from mandatory_assignments import api

    total: Counter[str] = Counter()
    for _ in range(ROUNDS):
        RequestCache.clear_all_namespaces()
        run_pending()
        recalculated = recalculate_waiting_grades()
        counts = Counter(api.tick())
        total.update(counts)
        # What failed would fail again; a site tries it at its next tick.
        del counts["failed"]
        # A tick that found nothing leaves nothing behind but its own wake-up calls.
        if not recalculated and not any(counts.values()):
            break
    RequestCache.clear_all_namespaces()
    return total
