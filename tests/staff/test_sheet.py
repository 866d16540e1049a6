"""The list as a file: every row of the filter in its order, judged at one instant, harmless in a spreadsheet."""

import csv
from io import StringIO

import pytest

from demo.campus import build
from mandatory_assignments.queries import overview
from tests.roles import COURSE, ROLES

STAFF = "/mandatory-assignments/staff"


def sheet(client, query="", address=f"{STAFF}/assignments.csv"):
    answer = client.get(f"{address}?{query}")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.DictReader(StringIO(text[1:])))


def test_it_has_the_rows_of_the_list_in_its_order_however_many_chunks_that_takes(cast, monkeypatch):
    monkeypatch.setattr(overview, "CHUNK", 4)
    cast.assign(*[member.username for member in build.users(9, organization="Acme")])
    client = cast.client("coordinator")
    for query in ("order=sort_name", "order=-sort_name", "status=&order=percent", "status=completed"):
        page = client.get(f"{STAFF}/?{query}")
        assert [row["Username"] for row in sheet(client, query)] == [row.username for row in page.context["rows"]]
    assert len(sheet(client)) == 10
    other = build.course("course-v1:Acme+SECOND+2027", name="Second")
    cast.assign(training=str(other))
    assert [row["Training"] for row in sheet(client, "", f"{STAFF}/courses/{other}/assignments.csv")] == ["Second"]


def test_a_row_tells_what_the_list_tells(cast):
    (row,) = sheet(cast.client("coordinator"))
    told = {name: row[name] for name in ("Learner", "Training", "Status", "Percent", "Due date", "Assigned by")}
    assert told == {
        "Learner": "Lena Sommer",
        "Training": "Fire safety",
        "Status": "Assigned",
        "Percent": "0",
        "Due date": "2027-05-14",
        "Assigned by": "Cora Office",
    }


def test_what_a_spreadsheet_would_work_out_stays_text(cast):
    from mandatory_assignments.models import Cycle

    Cycle.objects.update(sort_name="=HYPERLINK(1)")
    assert sheet(cast.client("coordinator"))[0]["Learner"] == "'=HYPERLINK(1)"


def test_each_chunk_costs_as_many_statements(cast, monkeypatch, count_queries):
    monkeypatch.setattr(overview, "CHUNK", 5)
    client = cast.client("coordinator")
    names = [member.username for member in build.users(14, organization="Acme")]
    cast.assign(*names[:4])
    one = count_queries(lambda: sheet(client))
    cast.assign(*names[4:9])
    two = count_queries(lambda: sheet(client))
    cast.assign(*names[9:])
    assert max(count_queries(lambda: sheet(client)) - two, two - one) <= 3


@pytest.mark.parametrize(("role", "status"), list(zip(ROLES, (302, 403, 403, 200, 200, 200, 200, 200), strict=True)))
def test_the_role_decides_about_the_file(cast, role, status):
    answer = cast.client(role).get(f"{STAFF}/assignments.csv")
    assert answer.status_code == status
    if role == "foreign_coordinator":
        assert sheet(cast.client(role)) == []
    course = cast.client(role).get(f"{STAFF}/courses/{COURSE}/assignments.csv").status_code
    assert course == (404 if role in ("manager", "foreign_coordinator") else status)
