"""The script for the front ends: for everybody, under one address, kept by browsers for a few minutes."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mandatory_assignments.learner.script import SCRIPT

ADDRESS = "/mandatory-assignments/badges.js"


@pytest.fixture
def answer(client, db):
    return client.get(ADDRESS)


def test_it_is_served_to_everybody_and_leaves_no_trace(answer):
    assert answer.status_code == 200
    assert answer.content == SCRIPT.read_bytes()
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=300"
    assert not answer.cookies


def test_a_browser_that_has_it_gets_nothing_again(client, answer):
    again = client.get(ADDRESS, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(ADDRESS, headers={"If-None-Match": '"older"'}).status_code == 200


def test_it_costs_no_query_and_takes_no_orders(client, answer):
    with CaptureQueriesContext(connection) as captured:
        client.get(ADDRESS)
        asked = [query["sql"] for query in captured if "SAVEPOINT" not in query["sql"]]
    assert asked == []
    assert client.post(ADDRESS).status_code == 405


def test_it_writes_no_markup_and_no_inline_style_and_stays_small():
    text = SCRIPT.read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|tabindex", text)
    assert len(text) < 30_000
