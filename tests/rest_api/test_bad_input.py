"""Whatever is sent, the answer is a code that tells what is wrong, and nothing is stored."""

import json

import pytest

from mandatory_assignments.models import Assignment, Training
from tests.roles import COURSE

CALLS = "/api/mandatory-assignments/v1"
NEW = {"learner": "otto", "training": COURSE, "due_on": "2027-05-14"}
HUGE = 10**400

# What is changed in a good body, and the field and code of the answer.
WRONG_BODIES = {
    "an unknown learner": ({"learner": "nobody"}, "learner", "unknown_learner"),
    "markup for a learner": ({"learner": "<b>otto</b>"}, "learner", "unknown_learner"),
    "no learner": ({"learner": ""}, "learner", "blank"),
    "null for a learner": ({"learner": None}, "learner", "null"),
    "a number for a learner": ({"learner": 7}, "learner", "invalid"),
    "a list of learners": ({"learner": ["otto"]}, "learner", "invalid"),
    "NUL in the learner": ({"learner": "ot\x00to"}, "learner", "null_characters_not_allowed"),
    "half a character in the learner": ({"learner": "\ud800"}, "learner", "surrogate_characters_not_allowed"),
    "an unknown training": ({"training": "course-v1:Acme+NONE+2027"}, "training", "unknown_training"),
    "the id of no training": (
        {"training": "6f1a3c52-0000-4000-8000-000000000000"},
        "training",
        "unknown_training",
    ),
    "a malformed training": ({"training": "../../etc/passwd"}, "training", "unknown_training"),
    "a library for a training": ({"training": "library-v1:Acme+LIB"}, "training", "unknown_training"),
    "a course of another organization": ({"training": "course-v1:Globex+X+1"}, "training", "unknown_training"),
    "a past due date": ({"due_on": "2027-05-02"}, "due_on", "due_too_early"),
    "a due date that is too near": ({"due_on": "2027-05-05"}, "due_on", "due_too_early"),
    "a due date far away": ({"due_on": "9999-12-31"}, "due_on", "due_too_late"),
    "the year nought": ({"due_on": "0000-01-01"}, "due_on", "invalid_date"),
    "a day that does not exist": ({"due_on": "2027-02-30"}, "due_on", "invalid_date"),
    "a date without hyphens": ({"due_on": "20270514"}, "due_on", "invalid_date"),
    "a week for a date": ({"due_on": "2027-W20-5"}, "due_on", "invalid_date"),
    "an instant for a date": ({"due_on": "2027-05-14T00:00:00Z"}, "due_on", "invalid_date"),
    "digits of another script": ({"due_on": "２０２７-05-14"}, "due_on", "invalid_date"),
    "a number for a date": ({"due_on": 20270514}, "due_on", "invalid_date"),
    "a huge number for a date": ({"due_on": HUGE}, "due_on", "invalid_date"),
    "an object for a date": ({"due_on": {"year": 2027}}, "due_on", "invalid_date"),
    "no date": ({"due_on": None}, "due_on", "null"),
    "a long note": ({"note": "x" * 10_000}, "note", "note_too_long"),
    "a list for a note": ({"note": ["x"]}, "note", "invalid"),
    "NUL in the note": ({"note": "\x00"}, "note", "null_characters_not_allowed"),
    "an unknown organization": ({"organization": "Nowhere"}, "organization", "unknown_organization"),
    "another organization": ({"organization": "Globex"}, "organization", "unknown_organization"),
    "a number for an organization": ({"organization": 1}, "organization", "invalid"),
    "a word for yes or no": ({"notify_by_email": "perhaps"}, "notify_by_email", "invalid"),
    "a list for yes or no": ({"notify_by_email": []}, "notify_by_email", "invalid"),
    "a word for a repetition": ({"repeat": "yearly"}, "repeat", "invalid"),
    "a repetition without interval": ({"repeat": {"unit": "years"}}, "repeat", "required"),
    "a repetition every nought days": ({"repeat": {"every": 0, "unit": "days"}}, "repeat", "bad_every"),
    "a repetition in a million years": ({"repeat": {"every": 10**6, "unit": "years"}}, "repeat", "bad_every"),
    "a repetition in a huge number of years": ({"repeat": {"every": HUGE, "unit": "years"}}, "repeat", "bad_every"),
    "a text for an interval": ({"repeat": {"every": "1", "unit": "years"}}, "repeat", "invalid"),
    "yes for an interval": ({"repeat": {"every": True, "unit": "years"}}, "repeat", "invalid"),
    "a repetition in decades": ({"repeat": {"every": 1, "unit": "decades"}}, "repeat", "invalid_choice"),
    "another anchor": ({"repeat": {"every": 1, "unit": "years", "anchor": "x"}}, "repeat", "invalid_choice"),
    "more of a repetition": ({"repeat": {"every": 1, "unit": "years", "until": 1}}, "repeat", "unknown_field"),
    "an interval shorter than the lead": ({"repeat": {"every": 1, "unit": "weeks"}}, "repeat", "interval_too_short"),
    "content that is kept": (
        {"repeat": {"every": 1, "unit": "years", "evidence": "keep"}},
        "repeat",
        "keep_not_possible",
    ),
    "an object for reminders": ({"reminders": {}}, "reminders", "not_a_list"),
    "a number for reminders": ({"reminders": 3}, "reminders", "not_a_list"),
    "an unknown set": ({"reminders": "daily"}, "reminders", "unknown_set"),
    "the id of no set": ({"reminders": "6f1a3c52-0000-4000-8000-000000000000"}, "reminders", "unknown_set"),
    "NUL for a set": ({"reminders": "\x00"}, "reminders", "unknown_set"),
    "half a character for a set": ({"reminders": "\ud800"}, "reminders", "unknown_set"),
    "a number for a reminder": ({"reminders": [3]}, "reminders", "invalid"),
    "a reminder without days": ({"reminders": [{}]}, "reminders", "required"),
    "a text for days": ({"reminders": [{"days": "3"}]}, "reminders", "invalid"),
    "a reminder ten years before": ({"reminders": [{"days": 4000}]}, "reminders", "bad_days"),
    "a huge number of days": ({"reminders": [{"days": HUGE}]}, "reminders", "bad_days"),
    "another recipient": ({"reminders": [{"days": 3, "recipient": "boss"}]}, "reminders", "invalid_choice"),
    "a list inside a list of recipients": (
        {"reminders": [{"days": 3, "recipient": [["student"]]}]},
        "reminders",
        "invalid_choice",
    ),
    "nobody to be reminded": ({"reminders": [{"days": 3, "recipient": []}]}, "reminders", "recipients_required"),
    "a malformed template": ({"reminders": [{"days": 3, "template": "x"}]}, "reminders", "invalid_id"),
    "an unknown template": (
        {"reminders": [{"days": 3, "template": "6f1a3c52-0000-4000-8000-000000000000"}]},
        "reminders",
        "unknown_template",
    ),
    "coming again before the due date": (
        {"reminders": [{"days": 3, "repeat_every": 7, "cap": 2}]},
        "reminders",
        "repeats_before_due",
    ),
    "coming again without end": ({"reminders": [{"days": -1, "repeat_every": 7}]}, "reminders", "cap_required"),
    "too many reminders": ({"reminders": [{"days": 3}] * 21}, "reminders", "too_many"),
    "another late policy": ({"late_policy": "melt"}, "late_policy", "invalid_choice"),
    "a number for a late policy": ({"late_policy": 1}, "late_policy", "invalid_choice"),
    "a deep list for a late policy": ({"late_policy": [[[[[]]]]]}, "late_policy", "invalid_choice"),
    "half a character for a late policy": ({"late_policy": "\ud800"}, "late_policy", "invalid_choice"),
    "too many days of grace": ({"grace_days": 3651}, "grace_days", "out_of_range"),
    "days of grace before the deadline": ({"grace_days": -1}, "grace_days", "out_of_range"),
    "a huge number for days of grace": ({"grace_days": HUGE}, "grace_days", "out_of_range"),
    "false for no days of grace": ({"grace_days": False}, "grace_days", "invalid"),
    "half a day of grace": ({"grace_days": 0.5}, "grace_days", "invalid"),
    "a text for days of grace": ({"grace_days": "3"}, "grace_days", "invalid"),
    "another word for prior work": ({"prior_work": "some"}, "prior_work", "invalid_choice"),
    "a field that does not exist": ({"deadline": "2027-05-14"}, "deadline", "unknown_field"),
    "markup for a field": ({"<script>": 1}, "<script>", "unknown_field"),
    "half a character for a field": ({"\ud800": 1}, "?", "unknown_field"),
}


def post(cast, body, content_type="application/json"):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return cast.client("coordinator").generic("POST", f"{CALLS}/assignments/", data, content_type)


@pytest.mark.parametrize(("changed", "field", "code"), WRONG_BODIES.values(), ids=WRONG_BODIES)
def test_a_body_is_refused_with_a_code_beside_the_field(cast, changed, field, code):
    answer = post(cast, {**NEW, **changed})
    told = answer.json()
    assert answer.status_code == 400
    assert told["code"] == code
    assert [error["code"] for error in told["errors"][field]] == [code]
    assert all(error["message"] for error in told["errors"][field])
    assert Assignment.objects.count() == 1


def test_everything_that_is_wrong_is_told_at_once(cast):
    told = post(cast, {"due_on": "tomorrow", "grace_days": -2, "repeat": {}, "colour": "red"}).json()
    assert {field: errors[0]["code"] for field, errors in told["errors"].items()} == {
        "learner": "required",
        "training": "required",
        "due_on": "invalid_date",
        "grace_days": "out_of_range",
        "repeat": "required",
        "colour": "unknown_field",
    }


def test_the_error_names_the_first_date_allowed(cast):
    told = post(cast, {**NEW, "due_on": "2027-05-05"}).json()
    assert "2027-05-06" in told["errors"]["due_on"][0]["message"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "parse_error"),
        (b"", "required"),
        (b"[]", "invalid"),
        (b'"text"', "invalid"),
        (b"null", "null"),
        (b"NaN", "parse_error"),
        (b"\xff\xfe", "parse_error"),
        (b"[" * 200_000, "parse_error"),
        (b'{"learner": 1' + b"0" * 5000 + b"}", "parse_error"),
    ],
    ids=["cut off", "empty", "a list", "a text", "null", "not a number", "not UTF-8", "far too deep", "a huge number"],
)
def test_a_body_that_is_no_object_is_refused(cast, body, code):
    answer = post(cast, body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_only_json_is_read(cast):
    answer = post(cast, b"learner=otto", "application/x-www-form-urlencoded")
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


def test_the_error_names_the_reminder_and_the_field_inside(cast):
    found = {"reminders": [{"days": 3}, {"days": "x", "recipient": "boss"}, {"days": -1, "cap": 0}]}
    told = post(cast, {**NEW, **found}).json()["errors"]["reminders"]
    assert [error["message"].split(":")[:2] for error in told] == [
        ["Reminder 2", " days"],
        ["Reminder 2", " recipient"],
    ]
    told = post(cast, {**NEW, "reminders": [{"days": 3}, {"days": -1, "cap": 0}]}).json()["errors"]["reminders"]
    assert [error["message"].split(" is ")[0] for error in told] == ["Reminder 2: cap"]
    told = post(cast, {**NEW, "repeat": {"every": 1, "unit": "decades"}}).json()["errors"]["repeat"]
    assert told[0]["message"].startswith("unit: ")


@pytest.mark.parametrize("prior_work", ["count", "ignore"])
def test_prior_work_counts_or_is_ignored(cast, prior_work):
    answer = post(cast, {**NEW, "prior_work": prior_work})
    assert answer.status_code == 201
    assert Assignment.objects.get(uuid=answer.json()["id"]).prior_work == prior_work


def test_a_second_assignment_while_one_is_open_conflicts(cast):
    answer = post(cast, {**NEW, "learner": "lena"})
    told = answer.json()
    assert (answer.status_code, told["code"]) == (409, "already_assigned")
    assert told["errors"]["learner"][0]["code"] == "already_assigned"


def test_a_refused_body_makes_no_training_either(cast):
    from demo.campus import build

    build.course("course-v1:Acme+NEW+2027")
    assert post(cast, {**NEW, "training": "course-v1:Acme+NEW+2027", "learner": "nobody"}).status_code == 400
    assert not Training.objects.filter(key="course-v1:Acme+NEW+2027").exists()


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("status=bogus", "status", "unknown_status"),
        ("status=open,<b>", "status", "unknown_status"),
        ("status=%00", "status", "null_characters_not_allowed"),
        ("ordering=password", "ordering", "invalid_choice"),
        ("ordering=--due_at", "ordering", "invalid_choice"),
        ("page_size=0", "page_size", "min_value"),
        ("page_size=-1", "page_size", "min_value"),
        ("page_size=many", "page_size", "invalid"),
        ("cursor=AAAA", "cursor", "bad_cursor"),
        ("cursor=%FF%00", "cursor", "null_characters_not_allowed"),
        ("search=%00", "search", "null_characters_not_allowed"),
        (f"search={'x' * 300}", "search", "max_length"),
        ("department=Field", "department", "invalid_id"),
        ("group=%27", "group", "invalid_id"),
        ("due_after=soon", "due_after", "invalid_date"),
        ("due_before=2027-13-01", "due_before", "invalid_date"),
        ("colour=", "colour", "unknown_filter"),
    ],
)
def test_a_filter_that_cannot_be_meant_is_refused(cast, query, field, code):
    answer = cast.client("coordinator").get(f"{CALLS}/assignments/?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.json()["errors"][field][0]["code"] == code


@pytest.mark.parametrize(
    "query",
    [
        "training=nothing",
        "training=6f1a3c52-0000-4000-8000-000000000000",
        "learner=nobody",
        "organization=Globex",
        "search=%25_'\"",
    ],
)
def test_a_filter_that_fits_nothing_gives_an_empty_page(cast, query):
    answer = cast.client("coordinator").get(f"{CALLS}/assignments/?{query}")
    assert (answer.status_code, answer.json()["results"]) == (200, [])


@pytest.mark.parametrize("query", ["view=everything", "view=dashboard&colour=red", "page_size=x", "cursor=x"])
def test_the_learners_list_refuses_what_cannot_be_meant(cast, query):
    answer = cast.client("learner").get(f"{CALLS}/me/assignments/?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"]


@pytest.mark.parametrize(
    "name", ["1", "null", "6f1a3c52", "6f1a3c52-0000-4000-8000-000000000000", "%00", "%3Cscript%3E", "x" * 500]
)
@pytest.mark.parametrize("call", ["assignments", "me/assignments"])
def test_an_id_that_belongs_to_nothing_is_not_found(cast, call, name):
    answer = cast.client("coordinator").get(f"{CALLS}/{call}/{name}/")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_an_answer_that_nobody_can_give_is_refused(cast):
    answer = cast.client("coordinator").get(f"{CALLS}/assignments/", HTTP_ACCEPT="application/xml")
    assert (answer.status_code, answer.json()["code"]) == (406, "not_acceptable")
