"""As of an earlier day: what was shown at its end comes back, whatever happened since."""

from collections import Counter
from datetime import date, timedelta

import pytest

from demo.campus import build
from mandatory_assignments import api
from mandatory_assignments.data import LatePolicy, Status
from mandatory_assignments.models import Cycle, OrganizationPolicy
from mandatory_assignments.queries import access, past
from mandatory_assignments.queries.reports import Asked, GroupBy, report
from mandatory_assignments.rules.compliance import NAMES

from .conftest import NOW
from .history import BEGIN, DAYS, EVERYTHING, History
from .obligations import ids, may, on, record, tick, work

pytestmark = pytest.mark.django_db

ACTS = {
    name for name in vars(History) if not name.startswith("_") and name not in ("live", "look", "night", "change")
} | {"replace"}
SEEDS = range(3)
seen: Counter[str] = Counter()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_history_replayed_day_by_day_is_what_was_shown(db, seed):
    history = History(seed)
    history.live()
    seen.update(history.done)
    assert len(history.evenings) == 2 * DAYS
    for (owner, day), shown in history.evenings.items():
        rows = past.cycles_on(EVERYTHING, day, owner).select_related("assignment")
        told = {
            row.assignment.uuid: (row.status_then, row.due_on_then, row.completed_at_then, row.late_then)
            for row in rows
        }
        assert told == shown, (history.offices[owner][0], day)
        assert counted(history.offices[owner][0], day) == numbers_of(rows), (history.offices[owner][0], day)


def counted(organization: str, day: date) -> dict[str, int]:
    """What the report of the day tells, which counts by other ways: by department on every other day."""
    now = past.end_of(BEGIN + timedelta(days=2 * DAYS), acme())
    by = GroupBy.DEPARTMENT if day.day % 2 else GroupBy.TRAINING
    total = report(EVERYTHING, Asked(day, organization=organization), by, now).total
    return dict(zip(NAMES, total.numbers, strict=True))


def numbers_of(rows) -> dict[str, int]:
    found = dict.fromkeys(NAMES, 0)
    for row in rows:
        if row.status_then != Status.WITHDRAWN:
            found[row.status_then] += 1
            found["late"] += row.late_then
            found["recorded_later"] += row.recorded_later
    seen["was recorded later"] += found["recorded_later"]
    return found


def test_these_histories_had_everything_in_them():
    """A history in which nothing happens proves nothing; when acts change, other seeds may be needed."""
    if not seen:
        pytest.skip("looks at what the histories above had in them")
    assert not (ACTS | {f"was {status}" for status in Status} | {"was late", "was recorded later"}) - {
        name for name, number in seen.items() if number
    }


# ----- one after another -----


@pytest.fixture
def campus(campus):
    """Where everybody lives by UTC, the learner like the organization."""
    build.time_zone(campus.learner, None)
    return campus


def acme() -> int:
    return build.organization("Acme").id


def then(day: int, scope=EVERYTHING) -> str:
    """The status on that day of May, with what is marked beside it; empty where there was nothing."""
    rows = past.cycles_on(scope, on(day), acme()).order_by("id")
    return ", ".join(
        row.status_then + " late" * row.late_then + ", recorded later" * row.recorded_later for row in rows
    )


def days(first: int, last: int) -> list[str]:
    return [then(day) for day in range(first, last + 1)]


def test_what_was_assigned_later_is_absent(campus):
    campus.assign(due_on=on(6))
    assert days(2, 7) == ["", "open", "open", "open", "open", "overdue"]


def test_the_day_ends_where_the_organization_is(campus):
    """A deadline at the end of 6 May, UTC, has not passed when the 6th ends in Kiritimati, and has in Honolulu."""
    campus.assign(due_on=on(6))
    assert past.end_of(on(6), acme()) == may(7, 0) - timedelta(microseconds=1)
    assert days(5, 7) == ["open", "open", "overdue"]
    policy = OrganizationPolicy.objects.create(organization_id=acme(), zone="Pacific/Kiritimati")
    assert past.end_of(on(6), acme()) == may(6, 10) - timedelta(microseconds=1)
    assert days(5, 7) == ["open", "open", "overdue"]
    policy.zone = "Pacific/Honolulu"
    policy.save()
    assert past.end_of(on(6), acme()) == may(7, 10) - timedelta(microseconds=1)
    assert days(5, 6) == ["open", "overdue"]


def test_the_ends_of_a_day_cost_one_query_for_any_number_of_organizations(campus, count_queries):
    owners = [build.organization(f"Org{index}").id for index in range(5)]
    OrganizationPolicy.objects.create(organization_id=owners[3], zone="Asia/Tokyo")
    assert count_queries(lambda: past.ends_of(on(6), owners)) == 1
    ends = past.ends_of(on(6), owners)
    assert {owner: ends[owner].hour for owner in owners} == {
        owner: 14 if owner == owners[3] else 23 for owner in owners
    }


def test_what_was_done_at_night_and_noticed_in_the_morning_was_recorded_later(campus):
    campus.assign(due_on=on(20))
    tick(NOW)
    work(campus, None, may(5, 23))
    tick(may(6, 1))
    assert days(4, 6) == ["open", "open, recorded later", "completed"]


def test_a_late_import_of_timely_work_leaves_the_days_as_they_were_and_marks_them(campus):
    campus.assign(due_on=on(6))
    record(campus, on(6), may(9))
    assert days(5, 9) == ["open", "open, recorded later", *["overdue, recorded later"] * 2, "completed"]


def test_a_day_is_compared_as_a_day_also_where_it_ended_elsewhere(campus):
    """In Niue the 6th ends half a day after the organization's."""
    build.time_zone(campus.learner, "Pacific/Niue")
    campus.assign(due_on=on(6))
    record(campus, on(6), may(9))
    assert days(5, 6) == ["open", "open, recorded later"]
    assert then(9) == "completed"


def test_late_is_late_on_the_day_that_the_deadline_named_then(campus):
    campus.assign(due_on=on(6))
    record(campus, on(8), may(9))
    assert days(8, 9) == ["overdue, recorded later", "completed late"]


def test_an_extension_changes_no_day_before_it(campus):
    campus.assign(due_on=on(6))
    api.change_assignments(actor=campus.coordinator, ids=ids(), fields={"due_on": on(10)}, now=may(8))
    assert days(6, 11) == ["open", "overdue", "open", "open", "open", "overdue"]


def test_a_revocation_leaves_completed_what_was_and_its_undoing_leaves_open_what_was(campus):
    campus.assign(due_on=on(6))
    record(campus, on(5), may(5))
    key = (campus.learner.id, Cycle.objects.get().training_id)
    floor = api.revoke_completions(actor=campus.coordinator, keys=[key], reason="Fraud", now=may(8)).changed[0][1]
    assert days(4, 9) == ["open", "completed", "completed", "completed", "open", "open"]
    api.undo_revocation(floor, actor=campus.coordinator, now=may(10))
    assert days(4, 11) == ["open", *["completed"] * 3, "open", "open", "completed", "completed"]
    api.revoke_completions(actor=campus.coordinator, keys=[key], reason="After all", now=may(12))
    record(campus, on(13), may(14))
    assert days(8, 14) == ["open", "open", "completed", "completed", "open", "open, recorded later", "completed"]


def test_an_absence_holds_while_it_lasted_and_was_known(campus):
    campus.assign(due_on=on(6))
    named = {"actor": campus.coordinator, "learner": "lena"}
    api.pause_learner(**named, from_on=on(3), until_on=on(9), now=may(5))
    assert days(4, 10) == ["open", *["paused"] * 5, "open"]
    api.resume_learner(**named, now=may(8))
    assert days(4, 8) == ["open", "paused", "paused", "paused", "open"]


def test_an_exemption_holds_until_it_was_lifted(campus):
    campus.assign(due_on=on(6))
    api.exempt_assignments(actor=campus.coordinator, ids=ids(), reason="Retrained", now=may(8))
    api.lift_exemptions(actor=campus.coordinator, ids=ids(), now=may(10))
    assert days(6, 10) == ["open", "overdue", "exempt", "exempt", "open"]


def test_withdrawn_and_missed_since_that_day_alone(campus):
    campus.assign(due_on=on(6), late_policy=LatePolicy.FREEZE)
    campus.assign(due_on=on(20), now=may(9))
    assert days(6, 10) == ["open", "overdue", "overdue", "missed, open", "missed, open"]
    api.withdraw_assignments(actor=campus.coordinator, ids=ids(), now=may(11))
    assert days(10, 11) == ["missed, open", "missed, withdrawn"]


def test_of_several_rounds_the_one_that_ran(campus):
    campus.assign(due_on=on(6))
    record(campus, on(5), may(5))
    first = Cycle.objects.get()
    second = Cycle.objects.create(
        assignment=first.assignment,
        number=2,
        opens_at=may(8),
        due_on=on(20),
        zone="UTC",
        due_at=may(20),
        organization_id=acme(),
        training_id=first.training_id,
        learner=campus.learner,
        assigned_at=may(8),
    )
    second.deadlines.create(version=1, due_on=on(20), zone="UTC", due_at=may(20), recorded_at=may(8))
    assert days(4, 9) == ["open", *["completed"] * 3, "open", "open"]


def test_a_scope_sees_of_the_past_what_it_sees_now(campus):
    build.user("otto", organization="Acme")
    campus.assign("lena", "otto")
    manager, foreign = build.user("max", organization="Acme"), build.user("gregor", organization="Globex")
    build.department("Acme/Field", members=[campus.learner], managers=[manager])
    build.coordinator(foreign, "Globex")
    assert then(4, access.scope(campus.coordinator)) == "open, open"
    assert then(4, access.scope(manager)) == "open"
    assert then(4, access.scope(foreign)) == then(4, access.scope(campus.learner)) == ""


def test_a_report_costs_the_same_for_one_and_for_many(campus, count_queries):
    owner = acme()

    def report() -> list[str]:
        return [row.status_then for row in past.cycles_on(EVERYTHING, on(4), owner)]

    campus.assign()
    costs = count_queries(report)
    campus.assign(*[user.username for user in build.users(50, organization="Acme")])
    assert count_queries(report) == costs == 2
    assert Counter(report()) == {"open": 51}
