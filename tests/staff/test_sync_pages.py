"""The pages that update a directory from a file: upload, plan, what has to be typed, the job, and files to download."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from demo.campus import build
from mandatory_assignments import bulk
from mandatory_assignments.models import Job, Membership
from tests.roles import ROLES

from .test_template_pages import text

PAGES = "/mandatory-assignments/staff/"
HEAD = "Username,Departments,Groups,Managers\n"


def sent(content: str | bytes, **named) -> dict:
    content = content.encode() if isinstance(content, str) else content
    return {
        "file": SimpleUploadedFile("people.csv", content),
        "parts": ["departments", "groups", "managers"],
        **named,
    }


def planned(cast, content: str, role: str = "coordinator", **named) -> str:
    answer = cast.client(role).post(f"{PAGES}directory/Acme/sync/", sent(content, **named))
    assert answer.status_code == 302, text(answer)
    return answer["Location"]


def body(answer) -> str:
    return b"".join(answer.streaming_content).decode("utf-8-sig")


ANSWERS = [
    ("directory/Acme/sync/", (302, 403, 403, 403, 403, 200, 404, 200)),
    ("directory/Acme/sync/template.csv", (302, 403, 403, 403, 403, 200, 404, 200)),
    ("directory/Acme/sync/directory.csv", (302, 403, 403, 403, 403, 200, 404, 200)),
    ("{plan}", (302, 403, 403, 403, 403, 200, 404, 404)),
    ("{plan}rows.csv", (302, 403, 403, 403, 403, 200, 404, 404)),
]


def test_the_role_decides_about_the_page_and_a_plan_is_its_owners_alone(cast):
    plan = planned(cast, HEAD + "lena,Field,,\n").removeprefix(PAGES)
    clients = {role: cast.client(role) for role in ROLES}
    for path, statuses in ANSWERS:
        answers = [client.get(PAGES + path.format(plan=plan)) for client in clients.values()]
        assert (path, tuple(answer.status_code for answer in answers)) == (path, statuses)
    for role in ("learner", "manager", "course_staff", "foreign_coordinator"):
        assert clients[role].post(f"{PAGES}directory/Acme/sync/", sent(HEAD + "lena,,,\n")).status_code in (403, 404)
        assert clients[role].post(PAGES + plan).status_code in (403, 404)
    assert Job.objects.get().confirmed_at is None


def test_a_file_is_planned_confirmed_and_worked_off(cast):
    client = cast.client("coordinator")
    plan = planned(cast, HEAD + "lena,Field|Office,Aid,max\notto,,,\nghost,,,\n")
    page = client.get(plan)
    told = text(page)
    assert "1 new department: Office" in told
    assert "1 new learning group: Aid" in told
    assert "joins Office; joins the group Aid; gets as manager Max Head" in told
    assert "Change 1 person" in told
    assert 'No learner "ghost" can be found.' in text(client.get(f"{plan}?kind=errors"))
    assert "Otto Lang" in text(client.get(f"{plan}?kind=unchanged"))
    assert client.get(f"{plan}?kind=x&cursor=y&search=%00").status_code == 200
    answer = client.post(plan)
    assert answer["Location"] == plan.replace("/syncs/", "/jobs/")
    assert client.post(plan)["Location"] == answer["Location"]
    bulk.work_jobs()
    assert sorted(str(row.department or row.group) for row in Membership.objects.filter(user__username="lena")) == [
        "Aid",
        "Field",
        "Office",
    ]
    assert "Done" in text(client.get(answer["Location"]))


def test_where_many_leave_their_number_is_typed(cast):
    client = cast.client("coordinator")
    plan = planned(cast, HEAD + "lena,,,\n")
    assert "1 of 1 person leaves the department Field" in text(client.get(plan))
    assert "This field is required" in text(client.post(plan))
    told = text(client.post(plan, {"typed_count": "7"}))
    assert "You typed 7; 1 person leaves something." in told
    assert Job.objects.get().confirmed_at is None
    assert client.post(plan, {"typed_count": "1"}).status_code == 302
    assert Job.objects.get().confirmed_at


def test_a_plan_is_discarded(cast):
    client = cast.client("coordinator")
    plan = planned(cast, HEAD + "lena,,,\n")
    assert client.post(plan, {"cancel": ""})["Location"] == f"{PAGES}directory/Acme/"
    assert client.get(plan).status_code == 404
    assert Membership.objects.filter(user__username="lena").exists()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"file": ""}, "This field is required."),
        ({"parts": []}, "Choose what the file is to decide."),
        ({"parts": ["names"]}, "Select a valid choice."),
        (sent(b"PK\x03\x04"), "save it as CSV"),
        (sent("Username,Groups\nlena,\n"), "These columns are missing: departments, managers."),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(cast, given, told):
    page = cast.client("coordinator").post(f"{PAGES}directory/Acme/sync/", {**sent(HEAD + "lena,,,\n"), **given})
    assert (page.status_code, told in text(page)) == (200, True)
    assert not Job.objects.exists()


def test_the_directory_as_it_is_can_be_uploaded_and_changes_nothing(cast):
    build.learning_group("=Sum", "Acme", members=[cast.people["other_learner"]])
    content = body(cast.client("coordinator").get(f"{PAGES}directory/Acme/sync/directory.csv"))
    assert content.splitlines() == [
        "Username,Departments,Groups,Managers",
        "cora,,,",
        "lena,Acme/Field,,",
        "max,,,",
        "otto,,'=Sum,",
    ]
    told = text(cast.client("coordinator").get(planned(cast, content, complete="on")))
    assert "There is nothing to change." in told
    example = body(cast.client("coordinator").get(f"{PAGES}directory/Acme/sync/template.csv"))
    assert "There is nothing to change." in text(cast.client("coordinator").get(planned(cast, example)))


def test_the_plan_as_a_file_names_line_and_reason(cast):
    plan = planned(cast, HEAD + "lena,Field,Aid,\nghost,,,\n")
    client = cast.client("coordinator")
    assert body(client.get(f"{plan}rows.csv?kind=errors")).splitlines() == [
        "Username,Name,Entry,Line,Changes",
        ',ghost,ghost,3,"No learner ""ghost"" can be found."',
    ]
    assert "lena,Lena Sommer,lena,2,joins the group Aid" in body(client.get(f"{plan}rows.csv"))


def test_a_plan_costs_as_much_for_many_as_for_few(cast, count_queries):
    client = cast.client("coordinator")
    few = planned(cast, HEAD + "lena,Field|Office,,max\n")
    people = [build.user(f"extra{number}", organization="Acme") for number in range(24)]
    many = planned(cast, HEAD + "".join(f"{user.username},Field|Office,,max\n" for user in people))
    assert count_queries(lambda: client.get(many)) == count_queries(lambda: client.get(few))
