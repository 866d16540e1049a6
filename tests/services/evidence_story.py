"""Courses with modules in them and paths around them, and what is stored of one learner's work there."""

from completion.models import BlockCompletion
from django.utils import timezone

from demo.campus import build
from mandatory_assignments import api
from mandatory_assignments.models import Completion, Cycle, EvidenceArchive, Progress, Training, TrainingPart
from mandatory_assignments.models.trainings import ModuleBlock
from mandatory_assignments.services import look_again

from .conftest import COURSE, NOW

SECOND = "course-v1:Acme+FIRE102+2027"
THIRD = "course-v1:Acme+FIRE103+2027"


def course_training(key=COURSE, **fields):
    return training("course", key, **fields)


def module(key="module:alarm", *, course=COURSE, units=1, **fields):
    """The first units of a course."""
    made = training("module", key, criterion="content", **fields)
    for position, unit in enumerate(build.units(course)[:units]):
        ModuleBlock.objects.create(module=made, course_key=course, block_key=str(unit), position=position)
    return made


def path(*courses, key="path:warden", optional=(), **fields):
    made = training("path", key, **fields)
    for position, course in enumerate([*courses, *optional]):
        TrainingPart.objects.create(
            path=made, course=course_training(course), position=position, required=course in courses
        )
    return made


def training(kind, key, **fields):
    from organizations.models import Organization

    found = Training.objects.filter(key=key).first()
    owner = Organization.objects.get(short_name="Acme")
    return found or Training.objects.create(kind=kind, key=key, name=key, organization=owner, created_at=NOW, **fields)


def another_course(key=SECOND):
    return str(build.course(key, name=key, sections=1, subsections=2, units=2, blocks=2))


def finish(user, course=COURSE, units=None):
    """The learner works through the first units of the course, and everything waiting is done."""
    build.complete(user, course, units=units)
    build.drain()


def look(user, course=COURSE):
    """Somebody noticed something: all that the course concerns is judged again."""
    look_again.note_look_again(user.id, course, now=timezone.now())
    build.drain()


def progress(user, training):
    """(units done, percent), None without a row."""
    row = Progress.objects.filter(learner=user, training=training).first()
    return row and (row.units_done, row.percent)


def completed(user, training):
    """Whether a live completion says so."""
    return Completion.objects.filter(learner=user, training=training, live=True).exists()


def rows_of(user):
    """How many of the learner's blocks stand in the platform's table, and how many in the archive."""
    return BlockCompletion.objects.filter(user=user).count(), EvidenceArchive.objects.filter(learner=user).count()


def revoke(campus, *keys, **named):
    """The coordinator revokes, now, what these (user, training) pairs hold."""
    asked = {"actor": campus.coordinator, "reason": "The drill was not held", "now": timezone.now(), **named}
    outcome = api.revoke_completions(keys=[(user.id, training.id) for user, training in keys], **asked)
    build.drain()
    return outcome


def undo(campus, outcome, **named):
    """The coordinator takes the first of the revocations back."""
    ((_key, floor), *_others) = outcome.changed
    undone = api.undo_revocation(floor, **{"actor": campus.coordinator, "now": timezone.now(), **named})
    build.drain()
    return undone


def facts():
    """Everything that a revocation changes and its undoing restores."""
    hidden = {"deadline_version"}
    cycles = [{name: value for name, value in row.items() if name not in hidden} for row in Cycle.objects.values()]
    return (
        list(Progress.objects.order_by("id").values()),
        list(Completion.objects.order_by("id").values()),
        sorted(cycles, key=lambda row: row["id"]),
    )
