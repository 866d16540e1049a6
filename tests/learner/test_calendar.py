"""The calendar that a program fetches: whose it is, what stands in it, and what a change of it looks like."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from icalendar import Calendar

from demo.campus import build, clock
from mandatory_assignments import api
from mandatory_assignments.models import CalendarFeed
from tests.roles import COURSE, NOW

CALLS = "/api/mandatory-assignments/v1"
PREFERENCES = "/mandatory-assignments/preferences/"
PROGRAM = Client()
"""A calendar program: nobody is signed in there."""


@pytest.fixture
def feed(cast):
    """The path of the learner's calendar."""
    return made(cast)


def made(cast, role="learner"):
    answer = cast.client(role).post(f"{CALLS}/me/calendar/", {}, content_type="application/json")
    assert answer.status_code == 201
    return path_of(answer.json()["url"])


def path_of(url):
    assert re.fullmatch(r"https?://[^/]+" + re.escape(CALLS) + r"/calendar/[0-9a-f]{64}\.ics", url)
    return "/" + url.split("/", 3)[3]


def fetched(path):
    answer = PROGRAM.get(path)
    assert answer.status_code == 200
    return Calendar.from_ical(answer.content)


def events(path):
    return fetched(path).walk("VEVENT")


def coordinator(cast):
    return {"actor": cast.people["coordinator"], "now": NOW}


def test_an_open_assignment_is_a_whole_day_with_a_link(cast, feed):
    (event,) = events(feed)
    page = f"/mandatory-assignments/assignments/{cast.assignment_id}/"
    assert event["SUMMARY"] == "Due: Fire safety"
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (date(2027, 5, 14), date(2027, 5, 15))
    assert event["DTSTART"].params["VALUE"] == "DATE"
    assert event["UID"] == f"{cast.assignment_id}-1@mandatory-assignments"
    assert event["STATUS"] == "CONFIRMED"
    assert event["TRANSP"] == "TRANSPARENT"
    assert event["URL"].endswith(page)
    status, units, until, link = event["DESCRIPTION"].split("\n")
    assert (status, units) == ("Assigned", "0 of 4 units")
    assert until == "Due until the end of this day (Europe/Berlin)."
    assert link.endswith(page)
    assert event.decoded("DTSTAMP") == NOW


def test_the_calendar_tells_its_name_and_how_often_to_look(cast, feed):
    told = fetched(feed)
    assert told["VERSION"] == "2.0"
    assert told["X-WR-CALNAME"].startswith("Mandatory assignments – ")
    assert told["REFRESH-INTERVAL"].to_ical() == b"PT6H"
    assert told["REFRESH-INTERVAL"].params["VALUE"] == "DURATION"
    assert told["X-PUBLISHED-TTL"] == "PT6H"


def test_a_moved_due_date_is_the_same_entry_changed(cast, feed):
    (before,) = events(feed)
    later = NOW + timedelta(hours=1)
    fields = {"due_on": date(2027, 5, 28)}
    api.change_assignments(actor=cast.people["coordinator"], ids=[cast.assignment_id], fields=fields, now=later)
    (after,) = events(feed)
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert after.decoded("DTSTART") == date(2027, 5, 28)
    assert after.decoded("DTSTAMP") == later


def test_what_was_withdrawn_is_cancelled_for_a_month_and_then_gone(cast, feed):
    (before,) = events(feed)
    api.withdraw_assignments(**coordinator(cast), ids=[cast.assignment_id])
    (event,) = events(feed)
    assert (event["STATUS"], event["UID"]) == ("CANCELLED", before["UID"])
    assert event["SEQUENCE"] == before["SEQUENCE"] + 1
    assert event["DESCRIPTION"].startswith("Withdrawn\n")
    with clock.at(NOW + timedelta(days=29)):
        assert len(events(feed)) == 1
    with clock.at(NOW + timedelta(days=31)):
        assert events(feed) == []


def test_what_is_completed_or_needs_nobody_stands_in_no_calendar(cast, feed):
    api.exempt_assignments(**coordinator(cast), ids=[cast.assignment_id], reason="Leave")
    assert events(feed) == []
    api.lift_exemptions(**coordinator(cast), ids=[cast.assignment_id])
    assert len(events(feed)) == 1
    build.complete(cast.people["learner"], COURSE)
    build.drain()
    assert events(feed) == []


def test_an_exemption_with_an_end_shows_the_day_that_it_is_due_then(cast, feed):
    api.exempt_assignments(
        **coordinator(cast), ids=[cast.assignment_id], reason="Leave", until=(NOW + timedelta(days=32)).date()
    )
    (event,) = events(feed)
    assert event["DESCRIPTION"].startswith("Exempt\n")
    assert event.decoded("DTSTART") == date(2027, 6, 15)


def test_everybody_has_only_their_own(cast, feed):
    other = made(cast, "other_learner")
    assert other != feed
    assert events(other) == []
    assert len(events(feed)) == 1


def test_the_program_is_told_when_nothing_has_changed(cast, feed):
    first = PROGRAM.get(feed)
    again = {"HTTP_IF_NONE_MATCH": first["ETag"]}
    assert "private" in first["Cache-Control"]
    with clock.at(NOW + timedelta(days=2)):
        same = PROGRAM.get(feed, **again)
    assert (same.status_code, same.content) == (304, b"")
    assert PROGRAM.head(feed).status_code == 200
    build.complete(cast.people["learner"], COURSE, units=1)
    build.drain()
    assert PROGRAM.get(feed, **again).status_code == 200


@pytest.mark.parametrize("how", ["revoked", "renewed", "closed", "retired"])
def test_an_address_that_is_over_answers_as_one_that_never_was(cast, feed, how):
    learner = cast.people["learner"]
    match how:
        case "revoked":
            assert cast.client("learner").delete(f"{CALLS}/me/calendar/").status_code == 204
        case "renewed":
            assert made(cast) != feed
        case "closed":
            type(learner).objects.filter(pk=learner.pk).update(is_active=False)
        case "retired":
            build.retire(learner)
            assert not CalendarFeed.objects.exists()
    over, never = PROGRAM.get(feed), PROGRAM.get(f"{CALLS}/calendar/{'0' * 64}.ics")
    assert (over.status_code, over.content) == (404, never.content)
    assert never.status_code == 404


@pytest.mark.parametrize("secret", ["0", "x" * 65, "é" * 64, "%00", "' OR 1=1", "{upper}"])
def test_what_is_no_secret_leads_nowhere(cast, feed, secret):
    found = feed.rsplit("/", 1)[1].removesuffix(".ics")
    answer = PROGRAM.get(f"{CALLS}/calendar/{secret.format(upper=found.upper())}.ics")
    assert answer.status_code == 404


def test_a_hundred_cost_as_many_queries_as_one(cast, feed, count_queries):
    PROGRAM.get(feed)
    one = count_queries(lambda: PROGRAM.get(feed))
    for number in range(99):
        cast.assign(training=str(build.course(f"course-v1:Acme+C{number}+2027", sections=1, subsections=1, units=1)))
    assert len(events(feed)) == 100
    assert count_queries(lambda: PROGRAM.get(feed)) == one


def test_the_calendar_speaks_its_owners_language(cast):
    gerda = build.user("gerda", organization="Acme", time_zone="Europe/Berlin", language="de")
    cast.people["gerda"] = gerda
    cast.assign("gerda")
    build.drain()
    (event,) = events(made(cast, "gerda"))
    assert event["DESCRIPTION"].split("\n")[:2] == ["Zugewiesen", "0 von 4 Einheiten"]


def test_names_with_commas_and_line_breaks_are_kept_as_they_are(cast, feed):
    name = "Fire, smoke; and\\heat " + "Ä" * 80
    cast.assign(training=str(build.course("course-v1:Acme+ODD+2027", name=name)))
    assert f"Due: {name}" in {event["SUMMARY"] for event in events(feed)}
    assert max(len(line) for line in PROGRAM.get(feed).content.split(b"\r\n")) <= 75


def test_the_page_makes_renews_and_takes_back_the_address(cast):
    client, shown = cast.client("learner"), re.compile(r'readonly value="([^"]+)"')
    assert not shown.search(client.get(PREFERENCES).content.decode())
    addresses = []
    for act in ("make", "renew"):
        assert client.post(f"{PREFERENCES}calendar/", {"act": act})["Location"] == PREFERENCES
        addresses.append(path_of(shown.search(client.get(PREFERENCES).content.decode())[1]))
    assert [PROGRAM.get(path).status_code for path in addresses] == [404, 200]
    client.post(f"{PREFERENCES}calendar/", {"act": "revoke"})
    assert not shown.search(client.get(PREFERENCES).content.decode())
    assert PROGRAM.get(addresses[1]).status_code == 404


def test_strangers_make_no_address(db):
    assert Client().post(f"{PREFERENCES}calendar/", {"act": "make"}).status_code == 302
    assert not CalendarFeed.objects.exists()
