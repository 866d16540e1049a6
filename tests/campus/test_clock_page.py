"""The clock page moves the shared clock, forwards and back, for signed-in people and by POST only."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from demo.campus import clock


@pytest.fixture(autouse=True)
def own_clock(tmp_path, monkeypatch):
    monkeypatch.setenv("DEMO_VAR", str(tmp_path))


def said(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_it_moves_by_days_and_back(visit_as, learner) -> None:
    client = visit_as(learner)

    client.post("/clock/", {"days": "3"})
    client.post("/clock/", {"days": "-1"})
    assert clock.offset() == timedelta(days=2)
    client.post("/clock/", {"reset": "1"})
    assert clock.offset() == timedelta()


def test_the_header_shows_the_date_only_when_moved(visit_as, learner) -> None:
    client = visit_as(learner)

    assert "Clock moved" not in client.get("/dashboard").content.decode()
    client.post("/clock/", {"days": "1"})
    assert "Clock moved" in client.get("/dashboard").content.decode()


def test_people_stay_signed_in_however_far_it_moves(visit_as, learner) -> None:
    client = visit_as(learner)
    client.post("/clock/", {"days": "3000"})

    assert client.get("/dashboard").status_code == 200


def test_zones_show_their_own_time(visit_as, learner) -> None:
    places = {place["zone"]: place["now"] for place in visit_as(learner).get("/clock/").context["places"]}

    ahead = places["Pacific/Kiritimati"] - places["UTC"]
    assert timedelta(hours=13, minutes=59) < ahead < timedelta(hours=14, minutes=1)


@pytest.mark.parametrize("days", ["", "soon", "1.5", "99999", "-99999", "1e9", "９９９９９９９９９９"])
def test_nonsense_is_refused_in_words(visit_as, learner, days: str) -> None:
    response = visit_as(learner).post("/clock/", {"days": days}, follow=True)

    assert said(response) == ["Give a whole number of days between -3650 and 3650."]
    assert clock.offset() == timedelta()


def test_it_goes_no_further_than_ten_years_in_sum(visit_as, learner) -> None:
    client = visit_as(learner)
    client.post("/clock/", {"days": "3000"}, follow=True)

    assert said(client.post("/clock/", {"days": "3000"}, follow=True)) == [
        "The clock goes at most 3650 days away from the real time."
    ]
    assert clock.offset() == timedelta(days=3000)


def test_moving_takes_a_post_with_a_token(learner) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(learner)

    assert client.post("/clock/", {"days": "1"}).status_code == 403
    client.get("/clock/?days=5")
    assert clock.offset() == timedelta()


def test_the_scheduler_comes_by_whenever_it_moved(visit_as, learner, monkeypatch) -> None:
    woken: list[str] = []
    monkeypatch.setattr("demo.campus.pages.clock.wake", woken.append)
    client = visit_as(learner)

    client.post("/clock/", {"days": "1"})
    client.post("/clock/", {"days": "soon"})
    client.get("/clock/")

    assert woken == ["tick"]
