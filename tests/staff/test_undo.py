"""What was just done is taken back from its message: as far as it can be, and as nobody changed it since."""

import re
from datetime import timedelta

import pytest

from demo.campus import build, clock
from tests.roles import DUE, NOW

STAFF = "/mandatory-assignments/staff"
DAY = timedelta(days=1)


def cycle(learner="lena"):
    from mandatory_assignments.models import Cycle

    return Cycle.objects.get(learner__username=learner)


def act(cast, act, **fields):
    """The page after the act was confirmed."""
    address = f"{STAFF}/assignments/{cast.assignment_id}/{act}/"
    return cast.client("coordinator").post(address, {"confirmed": "1", **fields}, follow=True)


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
        done = act(cast, "extend", due_on="2027-07-01")
        assert "1 cannot be taken back: the former date has passed." in done.content.decode()
        assert undo(cast, done) is None


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
    done = act(cast, "extend", due_on="2027-07-01")
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
