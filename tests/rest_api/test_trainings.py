"""The calls about trainings: who gets what, what a training looks like, what is refused, what it costs."""

import json
from typing import Any

import pytest

from demo.campus import build
from mandatory_assignments.models import Training
from tests.roles import COURSE, ROLES

CALLS = "/api/mandatory-assignments/v1/trainings/"
HUGE = 10**400


def unit(number: int = 0) -> str:
    return str(build.units(COURSE)[number])


def call(cast, method: str, role: str = "coordinator", path: str = "", body: Any = None) -> Any:
    data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    return cast.client(role).generic(method, CALLS + path, data, "application/json")


def make(cast, role: str = "coordinator", **body: Any) -> dict[str, Any]:
    answer = call(cast, "POST", role, body={"kind": "module", "name": "Drill", "blocks": [unit()], **body})
    assert answer.status_code == 201, answer.json()
    return answer.json()


def names(cast, role: str = "coordinator", query: str = "") -> list[str]:
    return [row["name"] for row in call(cast, "GET", role, f"?{query}").json()["results"]]


# ----- who gets what ------------------------------------------------------------------------------------------------

PATH = {"kind": "path", "name": "All", "parts": [{"course": COURSE}]}

# What is asked, and the status for each of ROLES in that order.
ANSWERS = [
    ("GET", "", None, (401, 403, 403, 403, 200, 200, 200, 200)),
    ("POST", "", "module", (401, 403, 403, 403, 201, 201, 400, 201)),
    ("POST", "", PATH, (401, 403, 403, 403, 403, 201, 400, 201)),
    ("POST", "", {"kind": "course", "name": "Drill", "offline": True}, (401, 403, 403, 403, 403, 201, 201, 201)),
    ("POST", "", {"kind": "course", "key": COURSE}, (401, 403, 403, 403, 200, 200, 400, 200)),
    ("GET", "{id}/", None, (401, 403, 403, 403, 200, 200, 404, 200)),
    ("PATCH", "{id}/", {"goals": "Be quick"}, (401, 403, 403, 403, 200, 200, 404, 200)),
    ("PATCH", "{id}/", {"archived": True}, (401, 403, 403, 403, 200, 200, 404, 200)),
    ("GET", "{shared}/", None, (401, 403, 403, 403, 404, 200, 200, 200)),
    ("PATCH", "{shared}/", {"goals": "Be quick"}, (401, 403, 403, 403, 404, 403, 200, 200)),
    ("DELETE", "{id}/", None, (401, 403, 403, 403, 405, 405, 405, 405)),
    ("GET", "nonsense/", None, (401, 403, 403, 403, 404, 404, 404, 404)),
]
CODES = {401: "not_authenticated", 403: "forbidden", 404: "not_found", 405: "method_not_allowed"}


@pytest.mark.parametrize(
    ("method", "path", "body", "statuses"), [pytest.param(*row, id=" ".join(map(str, row[:3]))) for row in ANSWERS]
)
def test_the_role_decides_about_the_answer(cast, method, path, body, statuses):
    ids = {
        "id": make(cast)["id"],
        "shared": make(cast, "foreign_coordinator", kind="course", offline=True, blocks=[], shared_with=["Acme"])["id"],
    }
    sent = {"kind": "module", "name": "New", "blocks": [unit()]} if body == "module" else body
    answers = {role: call(cast, method, role, path.format(**ids), sent) for role in ROLES}
    assert tuple(answer.status_code for answer in answers.values()) == statuses
    for answer in answers.values():
        if answer.status_code in CODES:
            told = answer.json()
            assert set(told) == {"detail", "code", "errors"}
            assert told["code"] == CODES[answer.status_code]


def test_course_staff_see_their_courses_and_what_lies_wholly_inside(cast):
    second = str(build.course("course-v1:Acme+AID+2027", name="First aid", sections=1, subsections=1, units=1))
    make(cast, name="Inside")
    make(cast, name="Across", blocks=[unit(), str(build.units(second)[0])])
    make(cast, name="Path inside", kind="path", blocks=[], parts=[{"course": COURSE}])
    make(cast, name="Path across", kind="path", blocks=[], parts=[{"course": COURSE}, {"course": second}])
    make(cast, name="In person", kind="course", offline=True, blocks=[])
    assert names(cast, "course_staff") == ["Fire safety", "Inside", "Path inside"]
    assert len(names(cast, "coordinator")) == 7
    assert names(cast, "foreign_coordinator") == []


# ----- what a training looks like -----------------------------------------------------------------------------------


def test_a_module_looks_like_this(cast):
    made = make(cast, description="<b>Why</b>", context="Where", goals="What for", shared_with=["Globex"])
    assert made == {
        "id": str(Training.objects.get(kind="module").uuid),
        "kind": "module",
        "key": Training.objects.get(kind="module").key,
        "name": "Drill",
        "description": "<b>Why</b>",
        "context": "Where",
        "goals": "What for",
        "organization": "Acme",
        "criterion": "content",
        "offline": False,
        "shared_with": ["Globex"],
        "archived": False,
        "blocks": [unit()],
        "parts": [],
    }
    assert call(cast, "GET", path=f"{made['id']}/").json() == made


def test_a_path_tells_its_courses_and_whether_each_is_required(cast):
    parts = [{"course": COURSE, "required": True}]
    drill = make(cast, kind="course", offline=True, blocks=[], key="DRILL")
    made = make(cast, kind="path", blocks=[], parts=[*parts, {"course": drill["id"], "required": False}])
    assert made["parts"] == [*parts, {"course": "DRILL", "required": False}]
    assert made["criterion"] == "content_and_passing"


def test_a_course_that_is_a_training_already_answers_200(cast):
    assert call(cast, "POST", body={"kind": "course", "key": COURSE}).status_code == 200
    second = str(build.course("course-v1:Acme+AID+2027", name="First aid"))
    statuses = [call(cast, "POST", body={"kind": "course", "key": second}).status_code for _ in range(2)]
    assert statuses == [201, 200]


def test_a_list_that_is_sent_replaces_the_old_one_and_what_is_not_sent_stays(cast):
    made = make(cast, shared_with=["Globex"])
    blocks = [unit(2), unit(1)]
    changed = call(cast, "PATCH", path=f"{made['id']}/", body={"blocks": blocks}).json()
    assert changed == {**made, "blocks": blocks}
    assert call(cast, "PATCH", path=f"{made['id']}/", body={"shared_with": ["*"]}).json()["shared_with"] == ["*"]
    assert call(cast, "PATCH", path=f"{made['id']}/", body={"shared_with": []}).json()["shared_with"] == []


def test_a_training_is_archived_and_restored_and_then_no_longer_assigned(cast):
    made = make(cast)
    assignment = {"learner": "otto", "training": made["id"], "due_on": "2027-05-14"}
    assert call(cast, "PATCH", path=f"{made['id']}/", body={"archived": True}).json()["archived"] is True
    address = "/api/mandatory-assignments/v1/assignments/"
    client = cast.client("coordinator")
    answer = client.post(address, assignment, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "archived_training")
    assert call(cast, "PATCH", path=f"{made['id']}/", body={"archived": False}).json()["archived"] is False
    answer = client.post(address, assignment, content_type="application/json")
    assert (answer.status_code, answer.json()["training"]["id"]) == (201, made["id"])


def test_when_a_change_is_refused_the_training_is_not_archived_either(cast):
    made = make(cast)
    answer = call(cast, "PATCH", path=f"{made['id']}/", body={"archived": True, "name": ""})
    assert (answer.status_code, answer.json()["code"]) == (400, "name_required")
    assert call(cast, "GET", path=f"{made['id']}/").json()["archived"] is False


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Drill", "Fire safety", "Old", "Path"]),
        ("kind=module", ["Drill"]),
        ("kind=course", ["Fire safety", "Old"]),
        ("archived=true", ["Old"]),
        ("archived=false", ["Drill", "Fire safety", "Path"]),
        ("search=DRI", ["Drill"]),
        ("search=FIRE101", ["Fire safety"]),
        ("search=%25", []),
        ("organization=Acme", ["Drill", "Fire safety", "Old", "Path"]),
        ("organization=Globex", []),
        ("organization=Acme&kind=path&archived=false", ["Path"]),
    ],
)
def test_the_list_is_filtered_and_by_name(cast, query, expected):
    make(cast)
    make(cast, kind="path", blocks=[], name="Path", parts=[{"course": COURSE}])
    old = make(cast, kind="course", offline=True, blocks=[], name="Old")
    call(cast, "PATCH", path=f"{old['id']}/", body={"archived": True})
    assert names(cast, query=query) == expected


def test_the_list_comes_in_pages(cast):
    for number in range(5):
        make(cast, name=f"Drill {number}")
    first = call(cast, "GET", path="?page_size=4&kind=module").json()
    assert (first["count"], first["count_exact"], first["previous"]) == (5, True, None)
    second = cast.client("coordinator").get(first["next"]).json()
    assert [row["name"] for row in (*first["results"], *second["results"])] == [f"Drill {n}" for n in range(5)]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("kind=lesson", "kind", "invalid_choice"),
        ("archived=perhaps", "archived", "invalid"),
        ("colour=red", "colour", "unknown_filter"),
        ("cursor=nonsense", "cursor", "bad_cursor"),
        ("page_size=0", "page_size", "min_value"),
        ("search=%00", "search", "null_characters_not_allowed"),
        ("organization=%00", "organization", "null_characters_not_allowed"),
    ],
)
def test_a_filter_that_cannot_be_meant_is_refused(cast, query, field, code):
    answer = call(cast, "GET", path=f"?{query}")
    assert answer.status_code == 400
    assert [error["code"] for error in answer.json()["errors"][field]] == [code]


# ----- what is refused ----------------------------------------------------------------------------------------------

# What is changed in a good body, and the field and code of the answer.
WRONG_BODIES = {
    "no kind": ({"kind": None}, "kind", "null"),
    "an unknown kind": ({"kind": "lesson"}, "kind", "invalid_choice"),
    "a list of kinds": ({"kind": ["module"]}, "kind", "invalid_choice"),
    "no name": ({"name": ""}, "name", "name_required"),
    "blanks for a name": ({"name": " \t "}, "name", "name_required"),
    "null for a name": ({"name": None}, "name", "null"),
    "a number for a name": ({"name": 7}, "name", "invalid"),
    "NUL in the name": ({"name": "a\x00"}, "name", "null_characters_not_allowed"),
    "half a character in the name": ({"name": "\ud800"}, "name", "surrogate_characters_not_allowed"),
    "a long name": ({"name": "x" * 300}, "name", "too_long"),
    "a long description": ({"description": "x" * 10_001}, "description", "too_long"),
    "a list for goals": ({"goals": ["x"]}, "goals", "invalid"),
    "an unknown organization": ({"organization": "Nowhere"}, "organization", "unknown_organization"),
    "another organization": ({"organization": "Globex"}, "organization", "unknown_organization"),
    "a number for an organization": ({"organization": 1}, "organization", "invalid"),
    "a course's key": ({"key": COURSE}, "key", "bad_key"),
    "markup for a key": ({"key": "<script>"}, "key", "bad_key"),
    "a number for a key": ({"key": HUGE}, "key", "invalid"),
    "an unknown criterion": ({"criterion": "luck"}, "criterion", "bad_criterion"),
    "a criterion that modules have not": ({"criterion": "passing"}, "criterion", "bad_criterion"),
    "an object for a criterion": ({"criterion": {}}, "criterion", "invalid"),
    "a word for offline": ({"offline": "perhaps"}, "offline", "invalid"),
    "null for offline": ({"offline": None}, "offline", "null"),
    "blocks of something in person": ({"offline": True}, "blocks", "not_for_this_kind"),
    "a text for sharing": ({"shared_with": "Globex"}, "shared_with", "not_a_list"),
    "sharing with nobody known": ({"shared_with": ["Nowhere"]}, "shared_with", "unknown_organization"),
    "a number to share with": ({"shared_with": [1]}, "shared_with", "invalid"),
    "no blocks": ({"blocks": []}, "blocks", "blocks_required"),
    "null for blocks": ({"blocks": None}, "blocks", "null"),
    "a text for blocks": ({"blocks": "x"}, "blocks", "not_a_list"),
    "an object for blocks": ({"blocks": {"0": "x"}}, "blocks", "not_a_list"),
    "a block that is none": ({"blocks": ["../../etc/passwd"]}, "blocks", "unknown_block"),
    "a block without name": ({"blocks": [""]}, "blocks", "blank"),
    "a list in blocks": ({"blocks": [[]]}, "blocks", "invalid"),
    "a huge number in blocks": ({"blocks": [HUGE]}, "blocks", "invalid"),
    "NUL in a block": ({"blocks": ["\x00"]}, "blocks", "null_characters_not_allowed"),
    "parts of a module": ({"parts": [{"course": COURSE}]}, "parts", "not_for_this_kind"),
    "no parts": ({"kind": "path", "blocks": []}, "parts", "parts_required"),
    "optional parts only": (
        {"kind": "path", "blocks": [], "parts": [{"course": COURSE, "required": False}]},
        "parts",
        "parts_required",
    ),
    "a part that is no object": ({"parts": ["x"]}, "parts", "invalid"),
    "a part without course": ({"parts": [{}]}, "parts", "required"),
    "a part with a list for a course": ({"parts": [{"course": []}]}, "parts", "invalid"),
    "a part with more": ({"parts": [{"course": COURSE, "order": 1}]}, "parts", "unknown_field"),
    "a part that is perhaps required": ({"parts": [{"course": COURSE, "required": "perhaps"}]}, "parts", "invalid"),
    "an unknown course": ({"kind": "path", "blocks": [], "parts": [{"course": "x"}]}, "parts", "unknown_course"),
    "a course twice": (
        {"kind": "path", "blocks": [], "parts": [{"course": COURSE}, {"course": COURSE}]},
        "parts",
        "duplicate_course",
    ),
    "archived from the beginning": ({"archived": True}, "archived", "unknown_field"),
    "an id": ({"id": "6f1a3c52-0000-4000-8000-000000000000"}, "id", "unknown_field"),
    "markup for a field": ({"<script>": 1}, "<script>", "unknown_field"),
}


def codes(answer: Any) -> dict[str, set[str]]:
    """The codes by field; every problem has a message."""
    assert answer.status_code == 400
    errors = answer.json()["errors"]
    assert all(error["message"] for found in errors.values() for error in found)
    return {field: {error["code"] for error in found} for field, found in errors.items()}


def test_a_body_is_refused_with_a_code_beside_the_field(cast):
    before = Training.objects.count()
    good = {"kind": "module", "name": "Drill", "blocks": [unit()]}
    found = {name: codes(call(cast, "POST", body={**good, **wrong})) for name, (wrong, _, _) in WRONG_BODIES.items()}
    wrong = {name: found[name] for name, (_, field, code) in WRONG_BODIES.items() if code not in found[name][field]}
    assert wrong == {}
    assert Training.objects.count() == before


WRONG_CHANGES = [
    ({"kind": "path"}, "kind", "not_editable"),
    ({"key": "other"}, "key", "not_editable"),
    ({"key": ""}, "key", "not_editable"),
    ({"offline": True}, "offline", "not_editable"),
    ({"name": None}, "name", "null"),
    ({"archived": "perhaps"}, "archived", "invalid"),
    ({"archived": None}, "archived", "null"),
    ({"blocks": []}, "blocks", "blocks_required"),
    ({"criterion": ""}, "criterion", "bad_criterion"),
    ({"parts": [{"required": True}]}, "parts", "required"),
    ({"colour": "red"}, "colour", "unknown_field"),
]


def test_a_change_is_refused_with_a_code_beside_the_field(cast):
    made = make(cast)
    for body, field, code in WRONG_CHANGES:
        assert code in codes(call(cast, "PATCH", path=f"{made['id']}/", body=body))[field], body
    assert call(cast, "GET", path=f"{made['id']}/").json() == made


def test_what_is_no_object_is_refused(cast):
    made = make(cast)
    for body in (b"[]", b"7", b"null", b"{", b'"x"', b"\xff", b"[" * 100_000):
        for method, path in (("POST", ""), ("PATCH", f"{made['id']}/")):
            assert call(cast, method, path=path, body=body).status_code == 400, body
    assert call(cast, "GET", path=f"{made['id']}/").json() == made


def test_a_course_of_others_answers_like_one_that_does_not_exist(cast):
    foreign = str(build.course("course-v1:Globex+LIFT+2027"))
    missing = "course-v1:Globex+NONE+2027"
    for body in ({"kind": "course", "key": "{}"}, {"kind": "path", "name": "P", "parts": [{"course": "{}"}]}):
        told = [
            call(cast, "POST", body=json.dumps(body).replace("{}", key).encode()).content.decode().replace(key, "")
            for key in (foreign, missing)
        ]
        assert told[0] == told[1]


# ----- what it costs ------------------------------------------------------------------------------------------------


def test_a_hundred_trainings_take_no_more_queries_than_one(cast, count_queries):
    client = cast.client("coordinator")
    made = make(cast, kind="path", blocks=[], parts=[{"course": COURSE}], shared_with=["Globex"])
    first = Training.objects.get(uuid=made["id"])

    def listed() -> int:
        return len(client.get(f"{CALLS}?page_size=100&kind=path").json()["results"])

    assert listed() == 1
    few = count_queries(listed)
    for number in range(99):
        row = Training.objects.create(
            kind="path",
            key=f"path:{number}",
            name=f"Path {number}",
            organization=first.organization,
            sharing="listed",
            created_at=first.created_at,
        )
        row.parts.create(course=first.parts.get().course, position=0)
        row.shares.create(organization=first.organization)
    assert listed() == 100
    assert count_queries(listed) == few
