"""Noting down, inside the host's own request, that somebody has to be looked at again. Costs nothing before commit."""

import logging
from datetime import datetime
from functools import partial
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from ..records import work
from ..wake import wake

log = logging.getLogger(__name__)

_ATTRIBUTE = "mandatory_assignments_pairs"


def note_look_again(learner_id: int, course_key: str, *, now: datetime) -> None:
    """After the present transaction commits, one INSERT notes all pairs that it gathered, and the workers are woken.

    Every event registers the callback, because a savepoint that rolls back takes its callback with it; the first to
    run inserts the whole set and empties it. Without a transaction it runs at once.
    """
    connection: Any = connections[DEFAULT_DB_ALIAS]
    pairs: set[tuple[int, str]] = connection.__dict__.setdefault(_ATTRIBUTE, set())
    if pairs and not any(getattr(hook[1], "func", None) is _insert for hook in reversed(connection.run_on_commit)):
        # Left behind by a transaction that rolled back, or still wanted by callbacks of one that is committing.
        pairs = connection.__dict__[_ATTRIBUTE] = set()
    pairs.add((learner_id, course_key))
    transaction.on_commit(partial(_insert, pairs, now), robust=True)


def note_new_zone(learner_id: int, *, now: datetime) -> None:
    """The same for the person alone, whose days may end in another zone now."""
    note_look_again(learner_id, work.NO_COURSE, now=now)


def _insert(pairs: set[tuple[int, str]], now: datetime) -> None:
    if not pairs:
        return
    gathered = sorted(pairs)
    pairs.clear()
    try:
        work.add_look_agains(gathered, now=now)
    except Exception:  # Django, about to log what a robust callback raised, itself fails on a partial
        log.exception("mandatory_assignments: %d looks could not be noted; a tick finds them", len(gathered))
    else:
        wake("look_again")
