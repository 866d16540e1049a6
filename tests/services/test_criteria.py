"""What completes a course, from the platform's grades and certificates to the assignment, the pages and the marks."""

from datetime import timedelta

import pytest

from demo.campus import build, clock
from mandatory_assignments import api, wording
from mandatory_assignments.data import Criterion, Modifier
from mandatory_assignments.models import Completion, Cycle, Training
from mandatory_assignments.queries import standing

from .conftest import COURSE, NOW

pytestmark = pytest.mark.django_db


def cycle() -> Cycle:
    return Cycle.objects.select_related("training", "assignment").get()


def assigned(campus, criterion: Criterion) -> None:
    """A graded course with a pass mark of 75 %, completed by this."""
    build.course(COURSE, sections=1, subsections=2, units=2, blocks=2, graded=True, pass_mark=0.75)
    campus.assign()
    Training.objects.update(criterion=criterion)
    build.drain()


def works(campus, percent: float | None = None) -> None:
    """All units are done, and what was answered is worth so much."""
    build.complete(campus.learner, COURSE)
    if percent is not None:
        build.grade(campus.learner, COURSE, percent)
    build.drain()


def test_content_is_completed_by_its_units_whatever_the_grade(campus):
    assigned(campus, Criterion.CONTENT)
    works(campus, 10)
    assert cycle().closed_as == "completed"


def test_all_units_at_60_percent_of_75_are_in_progress_and_the_pages_say_what_is_missing(campus):
    assigned(campus, Criterion.CONTENT_AND_PASSING)
    works(campus, 60)
    found = cycle()
    assert (found.closed_as, found.units_done, found.percent) == ("", 4, 100)
    assert standing.status_of(found, NOW) == "in_progress"
    assert wording.missing(found) == "All units are done; 60 % of 75 % needed."


@pytest.mark.parametrize(
    ("who", "page"),
    [
        ("learner", "/mandatory-assignments/assignments/{}/"),
        ("coordinator", "/mandatory-assignments/staff/assignments/{}/"),
    ],
)
def test_learner_and_staff_read_the_missing_grade_on_the_page(campus, client, who, page):
    assigned(campus, Criterion.CONTENT_AND_PASSING)
    works(campus, 60)
    client.force_login(getattr(campus, who))
    answer = client.get(page.format(cycle().assignment.uuid)).content.decode()
    assert "60 % of 75 % needed" in answer


def test_a_grade_that_a_worker_stores_later_completes_at_the_grades_date(campus):
    assigned(campus, Criterion.CONTENT_AND_PASSING)
    works(campus, 60)
    graded_at = NOW + timedelta(days=2)
    with clock.at(graded_at):
        build.grade(campus.learner, COURSE, 80)
        build.drain()
    found = cycle()
    assert found.closed_as == "completed"
    assert abs(found.completed_at - graded_at) < timedelta(minutes=1)


def test_a_regrade_below_the_mark_keeps_the_completion_and_marks_it(campus):
    assigned(campus, Criterion.CONTENT_AND_PASSING)
    works(campus, 80)
    assert standing.modifiers_of(cycle(), NOW) == []
    build.grade(campus.learner, COURSE, 70)
    build.drain()
    found = cycle()
    assert (found.closed_as, found.regraded) == ("completed", True)
    assert Completion.objects.get().live
    assert standing.modifiers_of(found, NOW) == [Modifier.REGRADED]
    assert "below the mark" in wording.shown(found, NOW).cause


def test_a_regrade_back_above_the_mark_takes_the_mark_away(campus):
    assigned(campus, Criterion.CONTENT_AND_PASSING)
    works(campus, 80)
    for percent in (70, 90):
        build.grade(campus.learner, COURSE, percent)
        build.drain()
    assert not cycle().regraded


def test_passing_needs_no_units(campus):
    assigned(campus, Criterion.PASSING)
    build.grade(campus.learner, COURSE, 60)
    build.drain()
    assert wording.missing(cycle()) == "60 % of 75 % needed."
    build.grade(campus.learner, COURSE, 75)
    build.drain()
    assert (cycle().closed_as, cycle().units_done) == ("completed", 0)


def test_ungraded_content_needs_no_grade(campus):
    campus.assign()
    build.drain()
    assert cycle().training.criterion == Criterion.CONTENT_AND_PASSING
    works(campus)
    assert cycle().closed_as == "completed"


def test_a_certificate_completes_on_its_day_and_revoked_it_keeps_and_marks(campus):
    assigned(campus, Criterion.CERTIFICATE)
    works(campus, 100)
    assert cycle().closed_as == ""
    assert wording.missing(cycle()) == "The certificate is needed."
    issued_at = NOW + timedelta(days=1)
    with clock.at(issued_at):
        build.certificate(campus.learner, COURSE)
        build.drain()
        found = cycle()
        assert found.closed_as == "completed"
        assert abs(found.completed_at - issued_at) < timedelta(minutes=1)
        build.certificate(campus.learner, COURSE, "unavailable")
        build.drain()
    assert (cycle().closed_as, cycle().regraded) == ("completed", True)
    assert Completion.objects.get().live


def test_a_regrade_is_kept_and_marked_by_every_later_look(campus):
    assigned(campus, Criterion.CONTENT_AND_PASSING)
    works(campus, 80)
    build.grade(campus.learner, COURSE, 70)
    build.drain()
    api.reconcile()
    assert (cycle().closed_as, cycle().regraded) == ("completed", True)
