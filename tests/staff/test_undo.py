"""What was just done is taken back from its message: as far as it can be, and as nobody changed it since."""

import re
from datetime import date, timedelta
from html import unescape

import pytest

from demo.campus import build, clock
from tests.roles import DUE, NOW

STAFF = "/mandatory-assignments/staff"
DAY = timedelta(days=1)


def cycle(learner="lena"):
    from mandatory_assignments.models import Cycle

    return Cycle.objects.select_related("assignment").get(learner__username=learner)


def act(cast, act, **fields):
    """The page after the act was confirmed."""
    address = f"{STAFF}/assignments/{cast.assignment_id}/{act}/"
    return cast.client("coordinator").post(address, {"confirmed": "1", **fields}, follow=True)


def extend(cast, **fields):
    """The page after the due date was moved by the list."""
    sent = {"id": str(cast.assignment_id), **fields}
    return cast.client("coordinator").post(f"{STAFF}/change/extend/", sent, follow=True)


def edit(cast, **changed):
    """The page after the form to edit was sent with some fields changed."""
    address = f"{STAFF}/assignments/{cast.assignment_id}/edit/"
    client = cast.client("coordinator")
    html = client.get(address).content.decode()
    shown = dict(re.findall(r'name="(initial-\w+|reminders_were)" value="([^"]*)"', html))
    shown = {name: unescape(value) for name, value in shown.items()}
    fields = {name.removeprefix("initial-"): value for name, value in shown.items() if name.startswith("initial-")}
    remind = re.search(r'name="remind" value="([^"]*)" checked', html)[1]
    return client.post(address, {**shown, **fields, "remind": remind, **changed}, follow=True)


def undo(cast, answer, role="coordinator"):
    """The page after the button in the message; None where there is none."""
    found = re.search(r'name="undo" value="([^"]+)"', answer.content.decode())
    if not found:
        return None
    return cast.client(role).post(f"{STAFF}/undo/", {"undo": found[1], "back": f"{STAFF}/"}, follow=True)


def test_a_due_date_that_was_moved_goes_back_for_each_of_several(cast):
    from mandatory_assignments import api

    (otto,) = cast.assign("otto", due_on=DUE + 5 * DAY)
    ids = [str(cast.assignment_id), str(otto)]
    done = cast.client("coordinator").post(f"{STAFF}/change/extend/", {"id": ids, "due_on": "2027-07-01"}, follow=True)
    assert cycle().due_on == cycle("otto").due_on > DUE + 6 * DAY
    api.change_assignments(actor=cast.people["coordinator"], ids=[otto], fields={"due_on": DUE + 20 * DAY}, now=NOW)
    told = undo(cast, done).content.decode()
    assert cycle().due_on == DUE
    assert cycle("otto").due_on == DUE + 20 * DAY
    assert "Taken back for 1 assignment." in told
    assert "Not taken back: Somebody has changed it since." in told


def test_a_date_that_has_passed_is_not_offered_to_go_back_to(cast):
    with clock.at(NOW + 20 * DAY):
        done = extend(cast, due_on="2027-07-01")
        assert "1 cannot be taken back: the former date has passed." in done.content.decode()
        assert undo(cast, done) is None


def test_everything_that_was_edited_goes_back(cast):
    before = cycle()
    done = edit(
        cast,
        due_on="2027-06-01",
        note="Other words",
        late_policy="freeze",
        grace_days="3",
        remind="compliance",
        repeats="on",
        every="1",
        unit="years",
    )
    changed = cycle().assignment
    assert (changed.note, changed.late_policy, changed.repeat_every) == ("Other words", "freeze", 1)
    assert changed.reminder_set_id != before.assignment.reminder_set_id
    assert "Taken back for 1 assignment." in undo(cast, done).content.decode()
    after = cycle()
    names = ("note", "late_policy", "grace_days", "reminder_set_id", "repeat_every")
    assert [getattr(after.assignment, name) for name in names] == [getattr(before.assignment, name) for name in names]
    assert after.due_on == before.due_on


def test_of_an_edit_that_somebody_changed_since_nothing_goes_back(cast):
    from mandatory_assignments import api

    done = edit(cast, note="Other words", grace_days="3")
    api.change_assignments(
        actor=cast.people["coordinator"], ids=[cast.assignment_id], fields={"note": "By another"}, now=NOW
    )
    assert "Not taken back: Somebody has changed it since." in undo(cast, done).content.decode()
    assert (cycle().assignment.note, cycle().assignment.grace_days) == ("By another", 3)


def test_an_edit_that_cannot_go_back_whole_is_not_offered_to(cast):
    with clock.at(NOW + 20 * DAY):
        assert undo(cast, edit(cast, due_on="2027-07-01", note="Later")) is None
        assert undo(cast, edit(cast, note="Only this")) is not None


def test_a_repetition_that_was_ended_goes_on_and_counts_from_the_same_day(cast):
    from mandatory_assignments import api
    from mandatory_assignments.data import Repeat, RepeatAnchor, RepeatUnit, Unfinished
    from mandatory_assignments.models import Assignment

    every_other_month = Repeat(2, RepeatUnit.MONTHS, RepeatAnchor.CALENDAR, Unfinished.ROLL)
    (cast.assignment_id,) = cast.assign("otto", repeat=every_other_month, due_on=date(2027, 5, 31))
    with clock.at(NOW + 75 * DAY):
        api.tick(now=NOW + 75 * DAY)
        made = Assignment.objects.get(uuid=cast.assignment_id)
        before = (made.anchor_on, made.grid_on, made.next_opens_at)
        assert before[:2] == (date(2027, 5, 31), date(2027, 7, 31))
        done = act(cast, "end-repetition")
        assert Assignment.objects.get(uuid=cast.assignment_id).repetition_ended_at
        assert "Taken back for 1 assignment." in undo(cast, done).content.decode()
    made = Assignment.objects.get(uuid=cast.assignment_id)
    assert made.repetition_ended_at is None
    assert (made.anchor_on, made.grid_on, made.next_opens_at) == before


@pytest.mark.parametrize("kind", ["department_members", "department_managers", "group_members", "managers"])
def test_who_was_taken_off_a_list_of_the_directory_is_put_back(cast, kind):
    from mandatory_assignments import api
    from mandatory_assignments.models import Department, LearningGroup

    lena = cast.people["learner"]
    build.learning_group("Aid", "Acme", members=[lena])
    api.change_managers("lena", organization="Acme", add=["otto"], actor=cast.people["coordinator"], now=NOW)
    field, aid = Department.objects.get(path="Field"), LearningGroup.objects.get()
    path, gone = {
        "department_members": (f"departments/{field.uuid}/members/", "lena"),
        "department_managers": (f"departments/{field.uuid}/managers/", "max"),
        "group_members": (f"groups/{aid.uuid}/members/", "lena"),
        "managers": ("directory/Acme/people/lena/managers/", "otto"),
    }[kind]
    address = f"{STAFF}/{path}"
    client = cast.client("coordinator")
    assert gone in client.get(address, {"who": gone}).content.decode()
    done = client.post(address, {"who": gone}, follow=True)
    assert client.get(address, {"who": gone}).status_code == 302  # nobody of that name is on it
    assert "Taken back." in undo(cast, done).content.decode()
    assert client.get(address, {"who": gone}).status_code == 200


@pytest.mark.parametrize("until", ["", "2027-05-20"])
def test_an_exemption_that_is_taken_back_leaves_the_due_date_that_was(cast, until):
    done = act(cast, "exempt", reason="Leave", until=until)
    assert cycle().exempt_from_at
    undo(cast, done)
    assert (cycle().exempt_from_at, cycle().due_on) == (None, DUE)
    assert cycle().next_reminder_at


def test_even_one_that_had_passed(cast):
    with clock.at(NOW + 20 * DAY):
        undo(cast, act(cast, "exempt", reason="Leave"))
    assert cycle().due_on == DUE


def test_an_exemption_that_was_lifted_comes_back_with_its_reason_and_end(cast):
    act(cast, "exempt", reason="Leave", until="2027-05-20")
    before = cycle()
    undo(cast, act(cast, "lift", reason=""))
    assert cycle().exempt_until_at == before.exempt_until_at
    assert cycle().due_on == before.due_on
    from mandatory_assignments.models import Hold

    assert [hold.reason for hold in Hold.objects.filter(ended_at=None)] == ["Leave"]


def test_a_pause_and_a_return_are_taken_back(cast):
    client, person = cast.client("coordinator"), f"{STAFF}/people/lena"
    sent = {"from_on": "2027-05-03", "until_on": "2027-05-12", "reason": "Leave", "confirmed": "1"}
    paused = client.post(f"{person}/pause/", sent, follow=True)
    away = cycle().due_on
    assert away > DUE
    undo(cast, paused)
    assert (cycle().paused_from_at, cycle().due_on) == (None, DUE)
    client.post(f"{person}/pause/", sent, follow=True)
    with clock.at(NOW + 3 * DAY):
        back = client.post(f"{person}/resume/", {}, follow=True)
        assert cycle().due_on == DUE + 3 * DAY
        assert "Taken back" in undo(cast, back).content.decode()
    assert cycle().due_on == away


def test_a_withdrawal_and_a_reminder_carry_no_undo(cast):
    client = cast.client("coordinator")
    reminded = client.post(f"{STAFF}/change/remind/", {"id": str(cast.assignment_id)}, follow=True)
    assert undo(cast, reminded) is None
    assert undo(cast, act(cast, "withdraw", reason="")) is None


@pytest.mark.parametrize(("role", "status"), [("learner", 403), ("manager", 403), ("foreign_coordinator", 200)])
def test_it_is_done_with_the_role_of_who_clicks(cast, role, status):
    done = extend(cast, due_on="2027-07-01")
    assert undo(cast, done, role).status_code == status
    assert str(cycle().due_on) == "2027-07-01"


def test_an_offer_that_we_did_not_make_is_not_found(cast):
    client = cast.client("coordinator")
    assert client.post(f"{STAFF}/undo/", {"undo": "forged"}).status_code == 404
    assert client.get(f"{STAFF}/undo/").status_code == 405


def test_a_double_click_takes_back_once(cast):
    done = act(cast, "exempt", reason="Leave")
    undo(cast, done)
    assert "Not taken back: This assignment is not exempt." in undo(cast, done).content.decode()
    build.drain()
    assert cycle().due_on == DUE
