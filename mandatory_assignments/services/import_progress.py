"""Importing completions from a file: analysed first, row by row, then recorded exactly as analysed (product 9)."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from ..data import Bucket, Forbidden, Invalid, JobKind, Outcome, Problem, Scope, Source
from ..models import Completion, Job, Training
from ..queries import access, analysing, evidence, people, reach, recordable, trainings, uploads
from ..records import jobs, recording, work
from ..records import trainings as training_records
from ..rules import progress_rows as rules
from ..verb import verb

COMPLETED = "already_completed"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row to be recorded; `training` is a training's id, or the key of a course that is none yet.

    `email` and `name` are what the file says of the person and of the training.
    """

    learner_id: int
    training: int | str
    on: date
    line: int
    email: str
    name: str


@verb()
def plan_progress_import(
    *,
    actor: Any,
    file_name: str,
    content: bytes,
    date_format: str = rules.DATE_FORMATS[0],
    historic: bool = False,
    course_key: str = "",
    now: datetime,
) -> Job:
    """Analyses a CSV of completions; records nothing.

    The answer is a job that waits to be confirmed, with a row for each line of the file: new, completed already, or an
    error with its reason. With `historic` different days of one person and training are further evidence each. With
    a `course_key` only that course and the trainings wholly inside it are found.

    Raises Forbidden; Invalid `unknown_date_format`, and about the field `file` `too_large`, `too_many_rows`,
    `empty_file`, `header_only`, `missing_columns`, `repeated_column`, `spreadsheet`, `nul_bytes`, `undecodable`,
    `broken_line`.
    """
    scope = _recording(actor)
    if date_format not in rules.DATE_FORMATS:
        message = _('"%(format)s" is not allowed: %(formats)s.')
        facts = {"format": date_format[:50], "formats": ", ".join(rules.DATE_FORMATS)}
        raise Invalid(Problem("unknown_date_format", message % facts, "date_format"))
    sheet, lines = uploads.sheet(content, rules.COLUMNS, [(column,) for column in rules.COLUMNS])
    analysis = analysing.Analysis(actor, scope, date_format, historic=historic, course_key=course_key, now=now)
    analysis.read(lines)
    counts: Counter[Bucket] = Counter()
    job = jobs.store(
        JobKind.PROGRESS_IMPORT,
        _lines(analysis, counts),
        actor=actor,
        title=file_name,
        terms={
            "file": file_name[:255],
            "detected": {"encoding": sheet.encoding, "delimiter": sheet.delimiter, "date_format": date_format},
            "historic": historic,
            **({"course": course_key} if course_key else {}),
        },
        now=now,
    )
    job.terms["counts"] = {str(bucket): counts[bucket] for bucket in Bucket}
    job.save(update_fields=["terms"])
    return job


@verb("look_again")
def import_completions(
    *, actor: Any, entries: Mapping[int, Entry], file_name: str, historic: bool = False, now: datetime
) -> Outcome:
    """Records these rows, by id, after looking at each once more; whoever is concerned is judged by the workers.

    `created` holds ids, `unchanged` and `refused` pairs of an id and a Problem: `already_completed` of what was
    recorded meanwhile, `unknown_learner` and `unknown_training` of what the actor may not record any more. Raises
    Forbidden.
    """
    scope = _recording(actor)
    known = _known_trainings(actor, scope, entries.values(), now)
    keys = {
        id: (entry.learner_id, known[entry.training].id) for id, entry in entries.items() if entry.training in known
    }
    visible = reach.visible_keys(scope, set(keys.values()))
    learner_ids = people.active_ids({key[0] for key in visible})
    work.lock_learners(learner_ids, now=now)
    zones, floors = people.zones(learner_ids), evidence.live_floors(learner_ids, {key[1] for key in visible})
    present = recordable.recorded(visible)
    unchanged: list[tuple[int, Problem]] = []
    refused: list[tuple[int, Problem]] = []
    wanted: dict[int, Completion] = {}
    for id, entry in entries.items():
        key = keys.get(id)
        if key is None:
            refused.append((id, recordable.unknown_training(entry.name)))
        elif key not in visible or entry.learner_id not in learner_ids:
            refused.append((id, people.unknown_learner(entry.email)))
        elif problem := recordable.own(entry.learner_id, actor):
            refused.append((id, problem))
        elif (before := present.completed(key, entry.on, historic=historic)) is not None:
            unchanged.append((id, recordable.completed(before, zones[key[0]])))
        else:
            wanted[id] = recording.completion(
                known[entry.training],
                entry.learner_id,
                entry.on,
                zone=zones[entry.learner_id],
                floors=floors.get(entry.learner_id, ()),
                source=Source.IMPORT,
                reference=f"{file_name[:240]}:{entry.line}",
                actor=actor,
                now=now,
            )
    made = recording.store(list(wanted.values()))
    if made:
        lines = {wanted[id].id: entries[id].line for id in wanted if wanted[id].id}
        places = {row_id: {"file": file_name, "line": line} for row_id, line in lines.items()}
        recording.note(made, actor=actor, where=places, now=now)
        recording.look_around(made, now=now)
    unchanged += [(id, recordable.already_on(entries[id].on)) for id, one in wanted.items() if one.id is None]
    return Outcome(created=[id for id, one in wanted.items() if one.id], unchanged=unchanged, refused=refused)


def _recording(actor: Any) -> Scope:
    scope = access.scope(actor)
    if not scope.assigns:
        raise Forbidden(Problem("forbidden", _("Your role does not let you record anything.")))
    return scope


def _known_trainings(actor: Any, scope: Scope, entries: Collection[Entry], now: datetime) -> dict[int | str, Training]:
    """The trainings of these rows; courses that the actor may use become some by being recorded."""
    ids = {entry.training for entry in entries if isinstance(entry.training, int)}
    found: dict[int | str, Training] = {**Training.objects.in_bulk(ids)}
    pairs = {(entry.learner_id, entry.training) for entry in entries if isinstance(entry.training, str)}
    course_keys = {key for _learner_id, key in reach.visible_in_courses(scope, pairs)}
    if course_keys:
        courses = list(trainings.usable_courses(scope, course_keys).values())
        owners = trainings.owners([course.key for course in courses])
        found.update(training_records.course_trainings(courses, owners, actor=actor, now=now))
    return found


def _lines(analysis: analysing.Analysis, counts: Counter[Bucket]) -> Iterator[jobs.Line]:
    """The rows of the plan, counted on the way."""
    for found in analysis.rows():
        counts[found.bucket] += 1
        values: dict[str, Any] = {"line": found.number, "cells": found.cells}
        row = found.row
        if row:
            values |= {"training": row.training, "on": row.on.isoformat()}
        learner_id = row.learner_id if row else None
        yield jobs.Line(found.bucket, learner_id, entry=found.cells[0], problem=found.problem, values=values)


def entry_of(values: Mapping[str, Any], learner_id: int) -> Entry:
    """The row as `import_completions` takes it, from the JSON that the job keeps."""
    email, _type, name, _date = values["cells"]
    return Entry(learner_id, values["training"], date.fromisoformat(values["on"]), values["line"], email, name)
