"""Planning to assign a training to many: whom that means now, sorted as the preview shows it and the job does it."""

from collections.abc import Collection, Iterator
from dataclasses import asdict
from datetime import datetime
from itertools import chain, islice
from typing import Any

from django.utils.translation import gettext as _

from .. import kept
from ..data import Bucket, Invalid, JobKind, People, Problem, Terms
from ..models import Job
from ..queries import access, crowds
from ..queries.assigning import check_assigns
from ..queries.people import unknown_learner
from ..records import assigning, jobs
from ..verb import verb

CHUNK = 2000
"""People that are sorted at once."""

MOST_PEOPLE = 100_000
"""People of one job."""


@verb()
def plan_bulk_assignment(
    *, actor: Any, terms: Terms, people: People, include_completed: bool | None = None, now: datetime
) -> Job:
    """Sorts everybody who is meant into those to be assigned, to be skipped and to be refused; assigns nothing.

    The answer is a job that waits to be confirmed, and does then exactly what was planned. Whoever has completed the
    training already is skipped, unless `include_completed`; left out, they are included where the assignment comes
    again, for it concerns them then, too.

    Raises Forbidden and Invalid as `assign_learners` does, and Invalid `people_required`, `too_many`,
    `unknown_department` and `unknown_group`.
    """
    scope = access.scope(actor)
    check_assigns(scope)
    settled = assigning.settle(scope, terms)
    skip_completed = not (bool(terms.repeat) if include_completed is None else include_completed)
    meant = crowds.meant(scope, people, within=settled.within)
    if not (meant.ids or meant.unknown):
        raise Invalid(Problem("people_required", _("Name at least one person, department or group."), "people"))
    if len(meant.ids) > MOST_PEOPLE:
        message = _("These are %(count)d people; at most %(most)d are allowed.")
        raise Invalid(Problem("too_many", message % {"count": len(meant.ids), "most": MOST_PEOPLE}, "people"))
    known = (
        _lines(settled, chunk, meant.typed, now=now, skip_completed=skip_completed) for chunk in _chunks(meant.ids)
    )
    unknown = (jobs.Line(Bucket.REFUSE, entry=entry, problem=unknown_learner(entry)) for entry in meant.unknown)
    return jobs.store(
        JobKind.BULK_ASSIGNMENT,
        chain(chain.from_iterable(known), unknown),
        actor=actor,
        terms={"terms": kept.terms_json(terms), "people": {**asdict(people), "learners": []}},
        title=settled.course.name if settled.course else settled.training.name,
        organization_id=settled.organization.id,
        now=now,
    )


def _lines(
    settled: assigning.Settled, ids: Collection[int], typed: dict[int, str], *, now: datetime, skip_completed: bool
) -> list[jobs.Line]:
    """The lines of these accounts, in their order."""
    users = crowds.accounts(ids, within=settled.within)
    found = assigning.sort(
        settled, [user for user in users.values() if user.is_active], now=now, skip_completed=skip_completed
    )
    skip = {user.id: problem for user, problem in found.skip}
    refuse = {user.id: problem for user, problem in found.refuse}
    lines = []
    for id in ids:
        entry = typed.get(id) or (users[id].username if id in users else "")
        if id in skip:
            lines.append(jobs.Line(Bucket.SKIP, id, entry=entry, problem=skip[id]))
        elif id not in users:
            lines.append(jobs.Line(Bucket.REFUSE, entry=entry, problem=unknown_learner(entry)))
        elif not users[id].is_active:
            problem = Problem("inactive", _("This account is not active."), "learner")
            lines.append(jobs.Line(Bucket.REFUSE, id, entry=entry, problem=problem))
        elif id in refuse:
            lines.append(jobs.Line(Bucket.REFUSE, id, entry=entry, problem=refuse[id]))
        else:
            lines.append(jobs.Line(Bucket.CREATE, id, entry=entry))
    return lines


def _chunks(ids: Collection[int]) -> Iterator[list[int]]:
    rest = iter(ids)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
