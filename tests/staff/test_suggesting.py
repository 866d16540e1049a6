"""Whom a field suggests: by the beginning of a username, of a name's words, of an e-mail; in reach, ten at most."""

import re

import pytest

from demo.campus import build
from mandatory_assignments.host import lms
from mandatory_assignments.queries import people_search
from tests.roles import COURSE, ROLES

STAFF = "/mandatory-assignments/staff"


def suggested(cast, typed, role="coordinator", course=""):
    where = f"courses/{course}/" if course else ""
    answer = cast.client(role).get(f"{STAFF}/{where}people/suggest/", {"q": typed})
    assert answer.status_code == 200
    return re.findall(r'<option value="([^"]*)">', answer.content.decode())


@pytest.mark.parametrize("few", [5000, 0])
def test_people_are_found_by_every_beginning_and_in_reach_alone(cast, monkeypatch, few):
    monkeypatch.setattr(people_search, "FEW", few)
    build.user("lenny", name="Leonard Globex", email="sommer@globex.test", organization="Globex")
    for typed in ("len", "LENA", "lena som", "Sommer", "sommer lena", "lena@"):
        assert suggested(cast, typed) == ["lena"], typed
    assert suggested(cast, "len", "foreign_coordinator") == ["lenny"]
    assert suggested(cast, "sommer@", "foreign_coordinator") == ["lenny"]
    assert suggested(cast, "len", "manager") == ["lena"]
    assert suggested(cast, "ott", "manager") == []
    assert suggested(cast, "len", "global_staff") == ["lena", "lenny"]
    assert suggested(cast, "ott", "course_staff") == []
    assert suggested(cast, "ott", "course_staff", COURSE) == ["otto"]
    for typed in ("", "ena", "%", "_", "\x00", "x" * 300):
        assert suggested(cast, typed) == [], typed


def test_names_are_not_read_for_what_holds_a_digit_and_is_a_username(cast, monkeypatch):
    build.user("lena2", name="Somebody Else2", organization="Acme")
    read, with_words = [], lms.people_with_words
    monkeypatch.setattr(lms, "people_with_words", lambda *asked: [read.append(asked), with_words(*asked)][1])
    assert suggested(cast, "lena2") == ["lena2"]
    assert not read
    assert suggested(cast, "else2") == ["lena2"]
    assert read


def test_who_is_not_active_is_not_suggested(cast):
    build.user("lennart", name="Lennart Gone", organization="Acme")
    cast.people["learner"].is_active = False
    cast.people["learner"].save()
    assert suggested(cast, "len") == ["lennart"]


def test_ten_are_suggested_for_as_many_statements_as_one(cast, count_queries):
    def cost():
        return count_queries(lambda: suggested(cast, "someb"))

    build.user("somebody", organization="Acme")
    one = cost()
    for number in range(20):
        build.user(f"somebody{number}", name=f"Somebody {number}", organization="Acme")
    assert len(suggested(cast, "someb")) == 10
    assert cost() <= one


def test_where_there_is_nobody_it_says_why_that_may_be(cast):
    answer = cast.client("coordinator").get(f"{STAFF}/people/suggest/?q=nobody").content.decode()
    assert "Nobody here begins like that." in answer
    assert "belong to your organization" in answer


@pytest.mark.parametrize(("role", "status"), list(zip(ROLES, (302, 403, 403, 200, 200, 200, 200, 200), strict=True)))
def test_the_role_decides_who_is_helped(cast, role, status):
    assert cast.client(role).get(f"{STAFF}/people/suggest/?q=l").status_code == status
    course = cast.client(role).get(f"{STAFF}/courses/{COURSE}/people/suggest/?q=l").status_code
    assert course == (404 if role in ("manager", "foreign_coordinator") else status)
