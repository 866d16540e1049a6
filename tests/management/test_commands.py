"""The commands that a scheduler calls: one line of counts, an exit status that tells, a dry run that writes nothing."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from demo.campus import build
from mandatory_assignments import periodic
from mandatory_assignments.models import Completion, Cycle, LookAgain, RequiredEnrollment
from tests.roles import COURSE, on_stage


@pytest.fixture
def cast(db):
    with on_stage() as found:
        yield found


def run(command, *arguments):
    """What the command prints."""
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def test_the_tick_does_what_is_due_and_prints_one_line_of_counts(cast):
    cast.assign("max")
    build.complete(cast.people["learner"], COURSE)
    told = run("mandatory_assignments_tick")
    assert re.fullmatch(
        r"tick: enrolled=1 refused=0 found=\d changed=\d completed=1 opened=0 reminders=0 mails=1 failed=0\n", told
    )
    assert Completion.objects.get().learner == cast.people["learner"]


def test_a_dry_run_counts_and_writes_nothing(cast):
    cast.assign("max")
    looks = LookAgain.objects.count()
    assert (
        run("mandatory_assignments_tick", "--dry-run")
        == f"due: enrollments=1 looks={looks} cycles=0 reminders=1 notices=1\n"
    )
    assert RequiredEnrollment.objects.filter(state="pending").count() == 1
    assert LookAgain.objects.count() == looks == 1


def test_the_reconcile_repairs_what_no_event_announced(cast):
    build.complete(cast.people["learner"], COURSE, units=2)
    LookAgain.objects.all().delete()
    told = run("mandatory_assignments_reconcile")
    assert re.fullmatch(r"reconcile: open=1 renamed=0 changed=1 completed=0 retired=0 failed=0\n", told)
    assert Cycle.objects.get().percent == 50


@pytest.mark.parametrize(
    ("command", "work"), [("mandatory_assignments_tick", "tick"), ("mandatory_assignments_reconcile", "reconcile")]
)
def test_work_that_failed_gives_a_bad_exit_status_after_the_counts(monkeypatch, command, work):
    from collections import Counter

    monkeypatch.setattr(periodic, work, lambda: Counter(failed=2))
    out = StringIO()
    with pytest.raises(CommandError, match="the log says what"):
        call_command(command, stdout=out)
    assert "failed=2\n" in out.getvalue()
