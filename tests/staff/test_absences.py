"""Pausing a person who is away: what the pages foresee and do, and how it shows on the assignment."""

import re
from datetime import timedelta

import pytest

from demo.campus import build, clock
from tests.roles import NOW

STAFF = "/mandatory-assignments/staff"
PAUSE, RESUME = f"{STAFF}/people/lena/pause/", f"{STAFF}/people/lena/resume/"
DAYS = {"from_on": "2027-05-10", "until_on": "2027-05-19", "reason": "Holiday"}


def text(answer):
    """The page as it is read, without markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def send(cast, address, **fields):
    return cast.client("coordinator").post(address, fields, follow=True)


def page(cast):
    return cast.client("coordinator").get(f"{STAFF}/assignments/{cast.assignment_id}/")


def test_the_assignment_leads_to_the_form_and_back(cast):
    html = page(cast).content.decode()
    (address,) = re.findall(r'href="([^"]+/pause/[^"]+)"', html)
    answer = cast.client("coordinator").get(address.replace("&amp;", "&"))
    assert "1 open assignment of this organization waits" in text(answer)
    assert answer.context["back"] == f"{STAFF}/assignments/{cast.assignment_id}/"
    assert answer.context["organization"].short_name == "Acme"


def test_it_shows_how_deadlines_move_before_anybody_is_paused(cast):
    told = text(send(cast, PAUSE, **DAYS))
    assert "New due date: Monday, 24 May 2027" in told
    assert page(cast).context["row"].due_day == "Friday, 14 May 2027"


def test_a_person_is_paused_and_it_shows_while_it_lasts(cast):
    back = f"{STAFF}/assignments/{cast.assignment_id}/"
    answer = send(cast, PAUSE, **DAYS, confirmed="1", back=back)
    assert answer.redirect_chain == [(back, 302)]
    told = text(answer)
    assert "Lena Sommer is away from Monday, 10 May 2027 to Wednesday, 19 May 2027; the assignments wait." in told
    assert "Monday, 24 May 2027" in told
    assert "Away from Monday, 10 May 2027 to Wednesday, 19 May 2027 Holiday, by Cora Office" in told
    assert answer.context["row"].status == "assigned"
    with clock.at(NOW + timedelta(days=10)):
        row = page(cast).context["row"]
        assert (row.status, row.due_text) == ("paused", "away until Wednesday, 19 May 2027")
        assert row.due_told == "then due Monday, 24 May 2027"
        shown = [each.username for each in cast.client("coordinator").get(f"{STAFF}/").context["rows"]]
        assert shown == []


def test_a_second_click_is_no_mistake(cast):
    send(cast, PAUSE, **DAYS, confirmed="1")
    answer = send(cast, PAUSE, **DAYS, confirmed="1")
    assert "the assignments wait." in text(answer)


def test_another_absence_is_refused_and_what_was_typed_stays(cast):
    send(cast, PAUSE, **DAYS, confirmed="1")
    answer = send(cast, PAUSE, from_on="2027-06-01", until_on="2027-06-02", reason="More")
    assert answer.redirect_chain == []
    assert "This person is away from 2027-05-10 to 2027-05-19 already." in text(answer)
    assert "More</textarea>" in answer.content.decode()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"until_on": "2027-05-09"}, "until_on"),
        ({"from_on": "2027-04-01", "until_on": "2027-04-02"}, "until_on"),
        ({"from_on": "whenever"}, "from_on"),
        ({"until_on": ""}, "until_on"),
        ({"reason": "x" * 2001}, "reason"),
    ],
)
def test_days_that_make_no_sense_are_refused_beside_the_field(cast, changed, field):
    for confirmed in ({}, {"confirmed": "1"}):
        answer = send(cast, PAUSE, **{**DAYS, **changed}, **confirmed)
        assert answer.redirect_chain == []
        assert list(answer.context["form"].errors) == [field]


def test_who_is_back_early_goes_on_with_later_dates(cast):
    send(cast, PAUSE, **DAYS, confirmed="1")
    with clock.at(NOW + timedelta(days=9)):  # the third day away
        answer = cast.client("coordinator").get(RESUME)
        assert "The absence from Monday, 10 May 2027 to Wednesday, 19 May 2027 ends" in text(answer)
        assert "New due date: Sunday, 16 May 2027" in text(answer)
        told = text(send(cast, RESUME, back=f"{STAFF}/assignments/{cast.assignment_id}/"))
        assert "Lena Sommer is back; the assignments go on." in told
        assert page(cast).context["row"].due_day == "Sunday, 16 May 2027"


def test_who_is_not_away_cannot_come_back(cast):
    for answer in (cast.client("coordinator").get(RESUME, follow=True), send(cast, RESUME)):
        assert answer.redirect_chain == [(f"{STAFF}/", 302)]
        assert "This person is not away." in text(answer)


def test_a_person_of_two_organizations_is_paused_in_one(cast):
    build._join("Globex", [cast.people["learner"]])
    client = cast.client("global_staff")
    answer = client.get(f"{PAUSE}?organization=Globex")
    assert "0 open assignments of this organization wait" in text(answer)
    assert "?organization=Acme&amp;back=" in answer.content.decode()
    client.post(PAUSE, {**DAYS, "organization": "Globex", "confirmed": "1"})
    assert page(cast).context["away"] is False
    assert client.get(f"{PAUSE}?organization=Nowhere").status_code == 404
