"""The pages of reports: numbers that lead to the people behind them, days, files, the audit trail."""

import re
from datetime import timedelta
from html import unescape

import pytest

from demo.campus import build, clock
from mandatory_assignments import api
from mandatory_assignments.models import Training
from tests.roles import COURSE, NOW

REPORTS = "/mandatory-assignments/staff/reports/"


def page(cast, path="", role="coordinator"):
    answer = cast.client(role).get(path if path.startswith("/") else REPORTS + path)
    assert answer.status_code == 200
    return answer.content.decode()


def file(cast, path, role="coordinator"):
    answer = cast.client(role).get(REPORTS + path)
    assert answer["Content-Type"].startswith("text/csv")
    return b"".join(answer.streaming_content).decode().removeprefix("\ufeff").splitlines()


def linked_numbers(text):
    """(address, number) of every number of the table that leads somewhere."""
    found = re.findall(r'<td role="cell" class="ma-number[^"]*">.*?<a href="([^"]+)">([\d,]+)</a>', text)
    return [(unescape(url), int(number.replace(",", ""))) for url, number in found]


@pytest.mark.parametrize("query", ["", "?by=department", "?by=organization", "?as_of=2027-05-20&by=training"])
def test_every_number_leads_to_as_many_rows(cast, query):
    for name in ("one", "two", "three"):
        build.user(name, organization="Acme")
    cast.assign("one", "two", "three")
    named = {"actor": cast.people["coordinator"], "now": NOW}
    api.record_completions(training=COURSE, learners=["one"], completed_on=NOW.date(), **named)
    with clock.at(NOW + timedelta(days=17)):
        numbers = linked_numbers(page(cast, query))
        assert len(numbers) >= 4
        for url, number in numbers:
            text = page(cast, url)
            (counted,) = re.findall(r'<p class="ma-count">([\d,]+) assignment', text)
            assert int(counted.replace(",", "")) == number, url


def test_the_rate_is_explained_in_a_sentence(cast):
    assert "The rate is the share of what is completed or exempt" in page(cast)


def test_a_day_ahead_is_told_and_not_guessed(cast):
    text = page(cast, "?as_of=2027-06-01")
    assert "1 June 2027 lies ahead" in text
    assert 'aria-invalid="true"' in text
    assert "This is no date" in page(cast, "?as_of=soon")


def test_quick_days_are_ends_of_month_quarter_and_year(cast):
    days = re.findall(r"as_of=([\d-]+)", page(cast))
    assert days[:3] == ["2027-04-30", "2027-03-31", "2026-12-31"]


def test_departments_lead_down_the_tree(cast):
    build.department("Acme/Field/North", members=[cast.people["learner"]])
    text = page(cast)
    (deeper,) = re.findall(r'<a href="[^"?]*\?([^"]+)"><bdi>Field</bdi></a>', text)
    below = page(cast, f"?{unescape(deeper)}")
    assert "<bdi>North</bdi>" in below
    assert "All departments" in below


def test_files_say_what_the_tables_say(cast):
    assert file(cast, "compliance.csv?by=training")[1:] == ["Fire safety,,1,0,0,0,0,0,1,0", "Total,,1,0,0,0,0,0,1,0"]
    assert file(cast, "due.csv")[2] == "2027-05-10,2027-05-16,1"
    assert len(file(cast, "due.csv")) == 13
    assert file(cast, "people.csv?as_of=2027-05-03")[1].startswith("lena,Lena Sommer,Acme,Fire safety,")
    assert "Cora Office" in file(cast, "audit.csv?act=assigned")[1]


def test_cells_that_a_spreadsheet_would_work_out_stay_text(cast):
    Training.objects.update(name="=1+1")
    assert file(cast, "compliance.csv?by=training")[1].startswith("'=1+1,")
    assert "'=1+1" in file(cast, "people.csv")[1]


def test_nothing_of_others_is_counted_or_told(cast):
    for path in ("", "people/", "people/?as_of=2027-05-03", "audit/"):
        text = page(cast, path, "foreign_coordinator")
        assert "Lena" not in text
        assert "Fire safety" not in text


def test_the_trail_tells_what_was_so_before_and_after(cast):
    named = {"actor": cast.people["coordinator"], "now": NOW}
    api.change_assignments(ids=[cast.assignment_id], fields={"note": "Now or never"}, **named)
    text = page(cast, "audit/?act=changed")
    assert "Note changed." in text
    assert "<s><bdi>Before the drill</bdi></s>" in text
    assert "<bdi>Now or never</bdi>" in text


def test_every_act_has_a_name(cast):
    from mandatory_assignments.models import AuditEntry
    from mandatory_assignments.wording.audit import ACTS

    assert set(AuditEntry.objects.values_list("act", flat=True)) <= set(ACTS)


@pytest.mark.parametrize(
    "path", ["?by=department", "?as_of=2027-05-03", "people/", "people/?as_of=2027-05-03", "audit/"]
)
def test_a_page_costs_the_same_for_one_and_for_many(cast, count_queries, path):
    costs = count_queries(lambda: page(cast, path))
    cast.assign(*[user.username for user in build.users(30, organization="Acme")])
    assert count_queries(lambda: page(cast, path)) <= costs + (path == "people/")


@pytest.mark.parametrize(
    "query", ["organization=%00", "training=x", "department=x", "by=x", "as_of=0001-01-01", "cursor=x"]
)
def test_odd_addresses_are_as_good_as_none(cast, query):
    for path in ("", "people/"):
        assert cast.client("coordinator").get(f"{REPORTS}{path}?{query}").status_code in (200, 302)
    assert cast.client("coordinator").get(f"{REPORTS}audit/?first=x&last=0001-01-01&{query}").status_code in (200, 302)
