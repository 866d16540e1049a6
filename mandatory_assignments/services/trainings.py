"""Making, changing and archiving trainings: who may, and what becomes of the people who have them to do."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..data import (
    Course,
    Forbidden,
    Invalid,
    Outcome,
    PathPart,
    Problem,
    Scope,
    Sharing,
    TrainingFacts,
    TrainingKind,
)
from ..host import lms
from ..models import Cycle, Training
from ..queries import access, training_content, training_lists, trainings
from ..queries.training_content import Content, Part
from ..records import trainings as records
from ..rules import describing
from ..verb import verb

MESSAGES = {
    "name_required": gettext_lazy("A training needs a name."),
    "too_long": gettext_lazy("At most %(most)d characters are allowed."),
    "bad_key": gettext_lazy("A key is made of letters, digits, dots, hyphens, underscores and colons."),
    "key_taken": gettext_lazy("Another training has this key."),
    "bad_criterion": gettext_lazy(
        "Allowed are content, passing, certificate and content_and_passing; for a module only content."
    ),
    "not_for_this_kind": gettext_lazy("Only modules have blocks and only paths have courses, unless they are offline."),
    "blocks_required": gettext_lazy("A module needs at least one section, subsection or unit."),
    "parts_required": gettext_lazy("A path needs at least one required course."),
    "not_editable": gettext_lazy("This cannot be changed."),
    "unknown_field": gettext_lazy("There is no such field."),
}


@verb()
def create_training(
    *,
    actor: Any,
    kind: TrainingKind,
    name: str = "",
    description: str = "",
    context: str = "",
    goals: str = "",
    organization: str | None = None,
    key: str = "",
    criterion: str = "",
    offline: bool = False,
    shared_with: Sequence[str] = (),
    blocks: Sequence[str] = (),
    parts: Sequence[PathPart] = (),
    now: datetime,
) -> Outcome:
    """Makes a training; `created` holds its uuid, or `unchanged` that of a course which is a training already.

    A module is made of blocks, a path of parts, a course is the one with that key; what is offline takes place in
    person and has no content. `organization` is a short name, left out where only one is possible; `shared_with` holds
    short names, or "*" alone for all. Raises Forbidden for a role that may not, and Invalid with everything that is
    wrong: `name_required`, `too_long`, `bad_key`, `key_taken`, `bad_criterion`, `unknown_organization`,
    `organization_required`, `unknown_course`, `duplicate_course`, `unknown_block`, `duplicate_block`,
    `blocks_required`, `parts_required`, `archived_training`, `too_many`, `not_for_this_kind`, `not_editable`.
    """
    scope = access.scope(actor)
    _check_role(scope, kind, offline)
    wanted = _with(
        TrainingFacts(kind, criterion=trainings.usual_criterion(kind)),
        {
            "key": key,
            "name": name,
            "description": description,
            "context": context,
            "goals": goals,
            "organization": organization,
            "offline": offline,
            "shared_with": shared_with,
            "blocks": blocks,
            "parts": parts,
            **({"criterion": criterion} if criterion else {}),
        },
    )
    if describing.is_course_run(wanted):
        return _make_course(scope, wanted, actor, now)
    row = Training(uuid=uuid.uuid4(), kind=kind, offline=offline, created_at=now)
    wanted = replace(wanted, key=wanted.key or f"{'offline' if offline else kind}:{row.uuid}")
    content = training_content.content(scope, wanted)
    _refuse([*_problems(wanted), *content.problems])
    row.key = wanted.key
    _write(row, content, actor, now)
    records.note([row], "training_added", actor=actor, now=now, after=_told(content.facts))
    return Outcome(created=[row.uuid])


@verb("look_again")
def change_training(training_uuid: uuid.UUID, *, actor: Any, fields: Mapping[str, Any], now: datetime) -> Outcome:
    """Changes what `fields` name (those of create_training; a list replaces the old one); the uuid is in `changed`.

    When its content changes, everybody who has it to do or has progress in it is looked at again; what was completed
    stays completed. Raises Invalid as create_training does, `not_editable` for what stays as it is, and
    `unknown_training` outside the scope; Forbidden where the training is only shared with the actor.
    """
    row = _to_change(scope := access.scope(actor), training_uuid)
    before = training_lists.facts(row)
    wanted = _with(before, fields)
    content = training_content.content(scope, wanted, before)
    fixed = describing.changed_though_fixed(before, wanted)
    _refuse([*(_problem("not_editable", name) for name in fixed), *_problems(wanted), *content.problems])
    old, new = _told(before), _told(content.facts)
    differing = [name for name in new if old[name] != new[name]]
    if not differing:
        return Outcome(unchanged=[row.uuid])
    _write(row, content, actor, now)
    records.note(
        [row],
        "training_changed",
        actor=actor,
        now=now,
        before={name: old[name] for name in differing},
        after={name: new[name] for name in differing},
    )
    if not {"blocks", "parts", "criterion"}.isdisjoint(differing):
        records.look_at_everybody_in(row, now=now)
    return Outcome(changed=[row.uuid])


@verb()
def archive_training(training_uuid: uuid.UUID, *, actor: Any, now: datetime) -> Outcome:
    """From now on nobody gets it assigned; who has it to do keeps it, without reminders. Refuses as change_training."""
    return _archive(training_uuid, now, actor, now)


@verb()
def restore_training(training_uuid: uuid.UUID, *, actor: Any, now: datetime) -> Outcome:
    """Takes it out of the archive again. Refuses as change_training."""
    return _archive(training_uuid, None, actor, now)


def _archive(training_uuid: uuid.UUID, archived_at: datetime | None, actor: Any, now: datetime) -> Outcome:
    row = _to_change(access.scope(actor), training_uuid)
    if bool(row.archived_at) == bool(archived_at):
        return Outcome(unchanged=[row.uuid])
    row.archived_at = archived_at
    row.save(update_fields=["archived_at"])
    if archived_at is None:
        Cycle.objects.filter(training=row, open=True).update(next_reminder_at=now)
    records.note([row], "training_archived" if archived_at else "training_restored", actor=actor, now=now)
    return Outcome(changed=[row.uuid])


def _make_course(scope: Scope, wanted: TrainingFacts, actor: Any, now: datetime) -> Outcome:
    """Makes a course run a training; one that is a training already stays as it is."""
    course = trainings.usable_courses(scope, [wanted.key]).get(wanted.key)
    if course is None:
        raise Invalid(training_content.unknown_course(wanted.key, "key"))
    if known := trainings.course_trainings([course.key]).get(course.key):
        return Outcome(unchanged=[known.uuid])
    owner = trainings.course_owner(course.key)
    platform = replace(wanted, name=course.name[:255], organization=owner.short_name if owner else None)
    said = replace(wanted, name=wanted.name or platform.name, organization=wanted.organization or platform.organization)
    content = training_content.content(scope, platform)
    fixed = describing.changed_though_fixed(platform, said)
    _refuse([*(_problem("not_editable", name) for name in fixed), *_problems(platform), *content.problems])
    row = records.course_training(course, owner, actor=actor, now=now)
    _write(row, content, actor, now)
    return Outcome(created=[row.uuid])


def _check_role(scope: Scope, kind: TrainingKind, offline: bool) -> None:
    """Course staff make modules of their courses, and their courses trainings; the rest takes a coordinator."""
    if not scope.assigns:
        raise Forbidden(Problem("forbidden", _("Your role does not let you make trainings.")))
    if (offline or kind == TrainingKind.PATH) and not (scope.everything or scope.organization_ids):
        message = _("Your role lets you make modules out of your courses, nothing else.")
        raise Forbidden(Problem("forbidden", message))


def _to_change(scope: Scope, training_uuid: uuid.UUID) -> Training:
    """The training, held until the transaction ends."""
    Training.objects.select_for_update().filter(uuid=training_uuid).values_list("id").first()
    row = training_lists.training(scope, training_uuid)
    if row is None:
        message = _('No training "%(entry)s" can be found.') % {"entry": training_uuid}
        raise Invalid(Problem("unknown_training", message, "training"))
    if not training_lists.may_change(scope, row):
        raise Forbidden(Problem("forbidden", _("This training belongs to others, who share it with you.")))
    return row


def _with(facts: TrainingFacts, fields: Mapping[str, Any]) -> TrainingFacts:
    """The facts with some fields as people typed them."""
    known = set(asdict(facts))
    _refuse([_problem("unknown_field", name) for name in fields if name not in known])
    changed = dict(fields)
    for name in ("name", "key"):
        if name in changed:
            changed[name] = changed[name].strip()
    for name in ("blocks", "parts"):
        if name in changed:
            changed[name] = tuple(changed[name])
    if "shared_with" in changed:
        changed["shared_with"] = tuple(sorted(set(changed["shared_with"])))
    if "organization" in changed:
        changed["organization"] = changed["organization"] or None
    return replace(facts, **changed)


def _problems(facts: TrainingFacts) -> Iterator[Problem]:
    for wrong in describing.wrong(facts):
        yield _problem(wrong.code, wrong.field, wrong.most)


def _problem(code: str, field: str, most: int = 0) -> Problem:
    return Problem(code, MESSAGES[code] % {"most": most}, field)


def _refuse(problems: Sequence[Problem]) -> None:
    """Raises Invalid with the problems, if there are any."""
    if problems:
        raise Invalid(*problems)


def _write(row: Training, content: Content, actor: Any, now: datetime) -> None:
    """Stores the row as the content says, and what it is made of."""
    facts = content.facts
    row.name, row.criterion = facts.name, facts.criterion
    row.description, row.context, row.goals = facts.description, facts.context, facts.goals
    row.organization = content.owner
    if content.shares is not None:
        all_or_listed = Sharing.ALL if facts.shared_with == (training_lists.ALL,) else Sharing.LISTED
        row.sharing = all_or_listed if facts.shared_with else Sharing.NONE
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Invalid(_problem("key_taken", "key")) from None
    if content.blocks is not None:
        records.write_blocks(row, content.blocks, now=now)
    if content.parts is not None:
        records.write_parts(row, _courses(content.parts, actor, now), now=now)
    if content.shares is not None:
        records.write_shares(row, content.shares)


def _courses(parts: Sequence[Part], actor: Any, now: datetime) -> list[tuple[Training, bool]]:
    """The path's courses as trainings: those that are none yet become some."""
    new = [course for course, _required in parts if isinstance(course, Course)]
    made = records.course_trainings(new, lms.organizations(course.key for course in new), actor=actor, now=now)
    return [(made[course.key] if isinstance(course, Course) else course, required) for course, required in parts]


def _told(facts: TrainingFacts) -> dict[str, Any]:
    """The facts for the audit trail."""
    return asdict(facts)
