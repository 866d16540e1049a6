"""A bulk assignment that somebody is filling in: kept on the server, so that nothing is lost until it is planned.

What the pages keep of their forms is theirs; here it is only kept, and the terms are looked at.
"""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import get_language

from ..data import Bucket, Invalid, JobKind, JobState, People, PriorWork, Terms
from ..models import Job
from ..queries import access, crowds
from ..queries import jobs as queries
from ..queries.assigning import check_assigns
from ..records import assigning
from ..verb import verb

MOST_TRIED = 20
"""So many of the people are looked at for an example."""


@verb()
def begin_draft(*, actor: Any, course_key: str = "", now: datetime) -> Job:
    """An empty draft of the actor's, for one course alone where one is named."""
    check_assigns(access.scope(actor))
    return Job.objects.create(
        kind=JobKind.BULK_ASSIGNMENT,
        actor=actor,
        state=JobState.DRAFT,
        terms={"course": course_key},
        language=get_language() or "",
        planned_at=now,
    )


@verb()
def hold_draft(*, actor: Any, token: uuid.UUID | str, now: datetime) -> Job:
    """The actor's draft, locked until the caller's transaction ends. Raises Invalid `not_found`."""
    found = queries.job(access.scope(actor), token, JobKind.BULK_ASSIGNMENT)
    if found is None or found.state != JobState.DRAFT:
        raise Invalid(queries.not_found())
    return Job.objects.select_for_update().get(id=found.id)


@verb()
def save_draft(draft: Job, *, actor: Any, keep: Mapping[str, Any], terms: Terms | None = None, now: datetime) -> Job:
    """Keeps what was filled in; what had been planned before is void.

    `terms`, where they are told, are looked at: raises Forbidden and Invalid for what is wrong with them for whomever.
    """
    if terms:
        scope = access.scope(actor)
        check_assigns(scope)
        settled = assigning.settle(scope, terms)
        draft.title = (settled.course.name if settled.course else settled.training.name)[:255]
        draft.organization = settled.organization
    kept = {**draft.terms, **keep}
    if kept != draft.terms:
        _forget_plan(draft)
        kept.pop("plan", None)
    draft.terms, draft.planned_at = kept, now
    draft.save(update_fields=["terms", "title", "organization", "planned_at"])
    return draft


@verb()
def note_plan(draft: Job, plan: Job, *, actor: Any, terms: Terms, now: datetime) -> Job:
    """From now on this plan is the one that is looked at and confirmed.

    The draft keeps as `ignored` how many of those to be assigned would have been done at once if prior work counted.
    """
    _forget_plan(draft)
    ignored = _ignored(plan, actor, terms, now) if terms.prior_work == PriorWork.IGNORE else 0
    draft.terms, draft.planned_at = {**draft.terms, "plan": str(plan.uuid), "ignored": ignored}, now
    draft.save(update_fields=["terms", "planned_at"])
    return draft


def _ignored(plan: Job, actor: Any, terms: Terms, now: datetime) -> int:
    settled = assigning.settle(access.scope(actor), replace(terms, prior_work=PriorWork.COUNT))
    number = 0
    for chunk in queries.in_chunks(queries.rows(plan, bucket=Bucket.CREATE)):
        users = [row.learner for row in chunk if row.learner]
        number += len(users) - len(assigning.sort(settled, users, now=now, skip_completed=True).create)
    return number


def _forget_plan(draft: Job) -> None:
    Job.objects.filter(uuid=draft.terms.get("plan"), actor_id=draft.actor_id, confirmed_at=None).delete()


def meant_by(*, actor: Any, terms: Terms, people: People) -> crowds.Meant:
    """Everybody who is meant; stores nothing. Raises as planning it would, and leaves the limits to that."""
    scope = access.scope(actor)
    check_assigns(scope)
    return crowds.meant(scope, people, within=assigning.settle(scope, terms).within)


def examples(*, actor: Any, terms: Terms, people: People, most: int = 5) -> list[str]:
    """The usernames of some of those who are meant; stores nothing. Raises as `meant_by` does."""
    scope = access.scope(actor)
    within = assigning.settle(scope, terms).within
    some = replace(people, learners=people.learners[:MOST_TRIED])
    ids = list(crowds.meant(scope, some, within=within).ids)[:MOST_TRIED]
    users = crowds.accounts(ids, within=within)
    return [users[id].username for id in ids if id in users and users[id].is_active][:most]
