"""Bringing a directory to what a file says: what is planned, what is asked before, what is done, once."""

from typing import Any

import pytest

from demo.campus import build
from mandatory_assignments import api, bulk
from mandatory_assignments.data import Bucket, Forbidden, Invalid, JobState, RowState
from mandatory_assignments.models import (
    AuditEntry,
    Coordinator,
    Department,
    JobRow,
    LearningGroup,
    Membership,
    OrganizationMember,
    Supervision,
)
from mandatory_assignments.services.jobs import claim_job, confirm_job
from mandatory_assignments.services.sync_directory import plan_directory_sync, sync_people

from .conftest import NOW

pytestmark = pytest.mark.django_db
EVERYTHING = ("departments", "groups", "managers")


@pytest.fixture
def acme() -> dict[str, Any]:
    """Ten members: five in Field, five in Office; three of Field in the group Aid."""
    found = {f"p{number}": build.user(f"p{number}", organization="Acme") for number in range(10)}
    found["outside"] = build.user("outside")
    found["gregor"] = build.user("gregor", organization="Globex")
    found["boss"] = build.user("boss", is_staff=True)
    found["cora"] = build.user("cora", organization="Acme")
    build.coordinator(found["cora"], "Acme")
    build.department("Acme/Field", members=[found[f"p{number}"] for number in range(5)])
    build.department("Acme/Office", members=[found[f"p{number}"] for number in range(5, 10)])
    build.learning_group("Aid", "Acme", members=[found["p0"], found["p1"], found["p2"]])
    return found


def plan(acme, text: str, *, actor: str = "cora", parts: Any = EVERYTHING, **named: Any) -> Any:
    asked = {"actor": acme[actor], "organization": "Acme", "content": text.encode(), "parts": parts, **named}
    return plan_directory_sync(**asked)


def lines(job: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in JobRow.objects.filter(job=job).order_by("number"):
        found.setdefault(row.code, []).append(row.entry)
    return found


def work(acme, job: Any, actor: str = "cora") -> Any:
    confirm_job(actor=acme[actor], token=job.uuid)
    bulk.work_jobs()
    job.refresh_from_db()
    return job


def places(username: str) -> list[str]:
    rows = Membership.objects.filter(user__username=username).select_related("department", "group")
    return sorted(str(row.department or row.group) for row in rows)


HEAD = "Username,Email,Departments,Groups,Managers\n"


def test_the_plan_says_who_joins_leaves_and_moves_and_changes_nothing(acme):
    job = plan(
        acme,
        HEAD
        + "p0,,Field,Aid,\n"  # as it is
        + "p1,,Field|Acme/Office,Aid,\n"  # joins
        + "p2,,,,\n"  # leaves
        + "p3,,field/North,,\n"  # moves, into a new department
        + "p4,,Field,,p0\n"  # gets a manager
        + ",P5@EXAMPLE.COM ,Office,Night,\n"  # found by e-mail, a new group
        + "ghost,,Field,,\n"
        + "gregor,,Field,,\n"
        + "outside,,Field,,\n",
    )
    assert lines(job) == {
        "unchanged": ["p0"],
        "joining": ["p1", "P5@EXAMPLE.COM"],
        "leaving": ["p2"],
        "moving": ["p3"],
        "managers": ["p4"],
        "unknown_learner": ["ghost", "gregor", "outside"],
    }
    told = job.terms
    assert told["counts"] == {"unchanged": 1, "joining": 2, "leaving": 1, "moving": 1, "managers": 1, "errors": 3}
    assert (told["new_departments"], told["new_groups"]) == (["Field/North"], ["Night"])
    assert (told["new_managers"], told["new_members"], told["leaving"]) == (1, 0, 2)
    assert told["detected"] == {"encoding": "utf-8", "delimiter": ","}
    assert (job.state, job.total) == (JobState.PLANNED, 5)
    assert places("p2") == ["Aid", "Field"]
    assert not Department.objects.filter(name="North").exists()


def test_confirmed_everybody_is_where_the_file_says_and_a_second_time_nothing_changes(acme):
    text = HEAD + "p1,,Field|Office,Night|Aid,p0\np2,,,,\np3,,field/North/Coast,,p0|p1\n"
    job = work(acme, plan(acme, text))
    assert (job.state, job.created, job.failed) == (JobState.DONE, 3, 0)
    assert places("p1") == ["Aid", "Field", "Night", "Office"]
    assert places("p2") == []
    assert places("p3") == ["Field/North/Coast"]
    assert places("p0") == ["Aid", "Field"]
    assert set(Supervision.objects.values_list("manager__username", "person__username")) == {
        ("p0", "p1"),
        ("p0", "p3"),
        ("p1", "p3"),
    }
    assert OrganizationMember.objects.filter(user__username="p2").exists()
    assert AuditEntry.objects.filter(act="joined_department", learner__username="p3", actor=acme["cora"]).exists()
    again = plan(acme, text)
    assert (lines(again), again.total) == ({"unchanged": ["p1", "p2", "p3"]}, 0)


def test_whoever_is_missing_leaves_only_what_is_ticked_and_only_of_a_complete_file(acme):
    text = "Username,Departments\n" + "".join(f"p{number},Field\n" for number in range(5))
    assert lines(plan(acme, text, parts=["departments"])) == {"unchanged": ["p0", "p1", "p2", "p3", "p4"]}
    job = plan(acme, text, parts=["departments"], complete=True)
    assert lines(job)["leaving"] == ["p5", "p6", "p7", "p8", "p9"]
    work(acme, job)
    assert places("p5") == []
    assert places("p0") == ["Aid", "Field"]
    assert OrganizationMember.objects.filter(user__username="p5").exists()


def test_a_line_that_cannot_be_done_leaves_its_person_where_they_are(acme):
    long = "x" * 101
    job = plan(
        acme,
        HEAD + f"p0,,Field/{long},,\np1,,,,ghost\np2,,,,p2\np3,,Field,{'y' * 256},\n,,Field,,\np4,,Field,,\n",
        complete=True,
    )
    assert {code: found for code, found in lines(job).items() if code not in ("leaving", "unchanged")} == {
        "bad_path": ["p0"],
        "unknown_learner": ["p1"],
        "own_manager": ["p2"],
        "bad_name": ["p3"],
        "learner_required": [""],
    }
    assert lines(job)["leaving"] == ["p5", "p6", "p7", "p8", "p9"]


def test_more_than_a_fifth_that_leaves_is_named(acme):
    assert plan(acme, HEAD + "p0,,Field,Aid,\n").terms["emptied"] == []
    emptied = plan(acme, HEAD + "p0,,,Aid,\n", parts=["departments"]).terms["emptied"]
    assert emptied == []  # one of five is a fifth
    emptied = plan(acme, HEAD + "p0,,,,\n").terms["emptied"]
    assert emptied == [["group", "Aid", 1, 3]]
    text = HEAD + "p0,,,Aid,\np1,,,Aid,\np5,,,,\n"
    told = plan(acme, text).terms
    assert (told["leaving"], told["emptied"]) == (3, [["department", "Field", 2, 5], ["organization", "", 3, 11]])


def test_several_lines_of_one_person_count_together(acme):
    job = plan(acme, "Email;Departments\np0@example.com;Field\np0@example.com;Office\n", parts=["departments"])
    assert lines(job) == {"joining": ["p0@example.com"]}
    work(acme, job)
    assert places("p0") == ["Aid", "Field", "Office"]


def test_global_staff_bring_people_in_and_their_managers_with_them(acme):
    job = plan(acme, HEAD + "p0,,Field,Aid,outside\noutside,,Office,,\n", actor="boss")
    assert lines(job) == {"joining": ["outside"], "managers": ["p0"]}
    assert job.terms["new_members"] == 1
    work(acme, job, "boss")
    assert places("outside") == ["Office"]
    assert OrganizationMember.objects.filter(user__username="outside", organization__short_name="Acme").exists()
    assert Supervision.objects.get().manager.username == "outside"
    refused = plan(acme, HEAD + "p0,,Field,Aid,gregor\n", actor="boss")
    assert lines(refused) == {"unknown_learner": ["p0"]}


def test_whoever_left_the_organization_meanwhile_fails_and_the_rest_goes_on(acme):
    job = plan(acme, HEAD + "p0,,Office,,p9\np1,,Office,,\n")
    OrganizationMember.objects.filter(user__username__in=["p9"]).delete()
    job = work(acme, job)
    assert (job.created, job.failed) == (1, 1)
    assert places("p0") == ["Aid", "Field"]
    assert places("p1") == ["Office"]
    assert JobRow.objects.get(job=job, state=RowState.FAILED).code == "unknown_manager"


def test_a_worker_that_dies_loses_and_doubles_nothing(acme, monkeypatch):
    job = plan(acme, HEAD + "".join(f"p{number},,Office,Night,p9\n" for number in range(9)))
    confirm_job(actor=acme["cora"], token=job.uuid)
    kind = next(kind for name, kind in bulk.KINDS.items() if name == job.kind)
    monkeypatch.setattr(kind, "chunk", 2)
    monkeypatch.setattr(bulk, "MOST_CHUNKS", 1)
    for _turn in range(12):
        bulk.work_jobs()
    job.refresh_from_db()
    assert (job.state, job.created) == (JobState.DONE, 9)
    assert Department.objects.count() == 2
    assert LearningGroup.objects.filter(name="Night").count() == 1
    assert Membership.objects.filter(department__path="Office").count() == 10
    assert claim_job() is None


def test_rights_that_end_meanwhile_end_the_job(acme):
    job = plan(acme, HEAD + "p0,,Office,,\n")
    confirm_job(actor=acme["cora"], token=job.uuid)
    Coordinator.objects.all().delete()
    bulk.work_jobs()
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert places("p0") == ["Aid", "Field"]


@pytest.mark.parametrize(
    ("text", "parts", "code"),
    [
        ("Departments\nField\n", ["departments"], "missing_columns"),
        ("Email,Groups\na,b\n", ["departments"], "missing_columns"),
        ("Email,Groups\na,b\n", [], "parts_required"),
        ("Email,Groups\na,b\n", ["names"], "unknown_part"),
        ("", ["groups"], "empty_file"),
    ],
)
def test_what_makes_no_sense_is_refused_as_a_whole(acme, text, parts, code):
    with pytest.raises(Invalid) as refusal:
        plan(acme, text, parts=parts)
    assert refusal.value.code == code


def test_too_much_is_refused_early(acme, settings):
    settings.MANDATORY_ASSIGNMENTS_UPLOAD_MAX_ROWS = 2
    with pytest.raises(Invalid) as refusal:
        plan(acme, HEAD + "p0,,,,\n" * 3)
    assert (refusal.value.code, refusal.value.problems[0].field) == ("too_many_rows", "file")
    settings.MANDATORY_ASSIGNMENTS_UPLOAD_MAX_BYTES = 20
    with pytest.raises(Invalid) as refusal:
        plan(acme, HEAD + "p0,,,,\n")
    assert refusal.value.code == "too_large"


def test_only_who_keeps_the_directory_may_plan(acme):
    with pytest.raises(Forbidden):
        plan(acme, HEAD + "p0,,,,\n", actor="p0")
    with pytest.raises(Invalid) as refusal:
        plan(acme, HEAD + "p0,,,,\n", organization="Globex")
    assert refusal.value.code == "unknown_organization"


def test_the_plan_costs_as_much_for_many_as_for_few(acme, count_queries):
    few = count_queries(lambda: plan(acme, HEAD + "p0,,Office,Aid,p9\n"))
    people = [build.user(f"q{number}", organization="Acme") for number in range(60)]
    text = HEAD + "".join(f"{user.username},,Office|New{number},Aid,p9\n" for number, user in enumerate(people))
    assert count_queries(lambda: plan(acme, text)) == few


def test_buckets_are_those_of_every_plan(acme):
    job = plan(acme, HEAD + "p0,,Field,Aid,\np1,,,,\nghost,,,,\n")
    assert [row.bucket for row in JobRow.objects.filter(job=job).order_by("number")] == [
        Bucket.SKIP,
        Bucket.CREATE,
        Bucket.REFUSE,
    ]


def test_many_are_moved_with_as_many_statements_as_one(acme, count_queries):
    people = build.users(60, organization="Acme")

    def moved(ids: list[int], place: str) -> int:
        empty = dict.fromkeys(("add_departments", "remove_departments", "add_groups", "remove_groups"), ())
        told = {"entry": "", "joins": False, **empty, "remove_managers": [], "add_managers": [acme["p0"].id]}
        move = {**told, "add_departments": ["Field"], "remove_departments": ["Office"], "add_groups": [place]}
        return count_queries(
            lambda: sync_people(actor=acme["cora"], organization="Acme", moves=dict.fromkeys(ids, move), now=NOW)
        )

    costs = moved([people[0].id], "Aid")
    assert moved([user.id for user in people[1:]], "Aid") == costs
    assert Supervision.objects.filter(manager=acme["p0"], person__in=people).count() == 60
    assert AuditEntry.objects.filter(act="appointed_manager", learner=acme["p0"]).count() == 60


# ----- groups that follow cohorts -------------------------------------------------------------------------------------


def test_a_group_that_follows_a_cohort_is_left_as_it_is(acme):
    course = "course-v1:Acme+WELC+2027"
    build.course(course)
    build.cohort(course, "Plant", [acme["p0"], acme["p1"]])
    api.link_group(LearningGroup.objects.get(name="Aid").uuid, course=course, cohort="Plant", actor=acme["cora"])
    job = plan(acme, "username,groups\np0,Night\np5,aid|Night\n", parts=("groups",), complete=True)
    assert (job.terms["following"], job.terms["new_groups"], job.terms["emptied"]) == (["Aid"], ["Night"], [])
    work(acme, job)
    inside = Membership.objects.filter(group__isnull=False).order_by("group__name", "user__username")
    assert list(inside.values_list("group__name", "user__username")) == [
        ("Aid", "p0"),
        ("Aid", "p1"),
        ("Night", "p0"),
        ("Night", "p5"),
    ]


def test_a_group_that_follows_a_cohort_since_it_was_planned_is_left_as_it_is(acme):
    job = plan(acme, "username,groups\np5,Aid\np0,\n", parts=("groups",))
    build.course("course-v1:Acme+WELC+2027")
    build.cohort("course-v1:Acme+WELC+2027", "Plant", [acme["p0"]])
    group = LearningGroup.objects.get(name="Aid").uuid
    api.link_group(group, course="course-v1:Acme+WELC+2027", cohort="Plant", actor=acme["cora"])
    work(acme, job)
    assert list(Membership.objects.filter(group__uuid=group).values_list("user__username", flat=True)) == ["p0"]
