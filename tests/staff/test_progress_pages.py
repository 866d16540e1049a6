"""The pages about training progress: the three lists, adding, deleting with everything it means, taking that back."""

import html
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from demo.campus import build
from mandatory_assignments import api, bulk
from mandatory_assignments.models import Completion, Cycle, Department, EvidenceFloor, Job, Progress, Training
from mandatory_assignments.models.trainings import ModuleBlock
from mandatory_assignments.staff import progress_revoking
from tests.roles import COURSE, DUE, NOW, ROLES

PAGES = "/mandatory-assignments/staff"
ELSEWHERE = "course-v1:Globex+SAFE+2027"
OTHERS = ("course-v1:Acme+FIRE102+2027", "course-v1:Acme+FIRE103+2027")


def record(cast, training, *learners, on="2027-05-02", role="coordinator", reference=""):
    outcome = api.record_completions(
        actor=cast.people[role],
        training=training,
        learners=learners,
        completed_on=date.fromisoformat(on),
        reference=reference,
    )
    assert not outcome.refused
    build.drain()


@pytest.fixture
def busy(cast):
    """Lena half way through the assigned course; Otto done with it unassigned; Gina of Globex done with hers."""
    build.user("gina", name="Gina Hidden", organization="Globex")
    build.course(ELSEWHERE, name="Hidden course", sections=1, subsections=1, units=1, blocks=1)
    build.complete(cast.people["learner"], COURSE, units=2)
    build.drain()
    record(cast, COURSE, "otto", reference="Room 3")
    record(cast, ELSEWHERE, "gina", role="foreign_coordinator")
    return cast


def page(cast, role, path, **query):
    answer = cast.client(role).get(PAGES + path, query)
    assert answer.status_code == 200, (answer.status_code, answer.get("Location"))
    return words(answer)


def words(answer):
    text = re.sub(r"<(script|style|head)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def row(username, key=COURSE):
    return Progress.objects.get(learner__username=username, training__key=key)


# ----- who is let in, and sees what -----

ANSWERS = [
    ("/progress/", (302, 403, 403, 200, 200, 200, 200, 200)),
    ("/progress.csv", (302, 403, 403, 200, 200, 200, 200, 200)),
    ("/progress/add/", (302, 403, 403, 403, 200, 200, 200, 200)),
    ("/progress/delete/?id={lena}", (302, 403, 403, 403, 200, 200, 302, 200)),
    ("/courses/{course}/progress/", (302, 403, 403, 404, 200, 200, 404, 200)),
    ("/courses/{course}/progress.csv", (302, 403, 403, 404, 200, 200, 404, 200)),
    ("/courses/{course}/progress/add/", (302, 403, 403, 403, 200, 200, 404, 200)),
    ("/directory/Acme/progress/", (302, 403, 403, 403, 403, 200, 404, 200)),
    ("/departments/{field}/progress/", (302, 403, 403, 403, 403, 200, 404, 200)),
    ("/progress/undo/{floor}/", (302, 403, 403, 403, 200, 200, 404, 200)),
    ("/progress/undo/6f1a3c52-0000-4000-8000-000000000000/", (302, 403, 403, 403, 404, 404, 404, 404)),
]


@pytest.mark.parametrize(("path", "statuses"), ANSWERS, ids=[path for path, _ in ANSWERS])
def test_the_role_decides_about_the_page(busy, path, statuses):
    key = row("otto").learner_id, row("otto").training_id
    ((_key, floor),) = api.revoke_completions(
        actor=busy.people["coordinator"], keys=[key], reason="Not held", now=NOW
    ).changed
    field = Department.objects.get(path="Field").uuid
    address = PAGES + path.format(course=COURSE, field=field, floor=floor, lena=row("lena").uuid)
    found = {role: busy.client(role).get(address).status_code for role in ROLES}
    assert found == dict(zip(ROLES, statuses, strict=True))


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        ("manager", {"Lena"}),
        ("course_staff", {"Lena", "Otto"}),
        ("coordinator", {"Lena", "Otto"}),
        ("foreign_coordinator", {"Gina"}),
        ("global_staff", {"Lena", "Otto", "Gina"}),
    ],
)
def test_everybody_sees_their_own_people_and_only_who_records_has_buttons(busy, role, seen):
    text = page(busy, role, "/progress/")
    assert {name for name in ("Lena", "Otto", "Gina") if name in text} == seen
    assert ("Add progress" in text, "Delete progress" in text) == ((role != "manager",) * 2)
    assert f"Courses {len(seen)}" in text


def test_a_row_tells_everything_of_the_source_documents(busy):
    text = page(busy, "coordinator", "/progress/")
    assert "Modules 0 Courses 2 Certifications 0" in text
    assert "Lena Sommer lena · Acme Fire safety In progress 2 of 4 units 50 %" in text
    assert "Otto Lang otto · Acme Fire safety Completed" in text
    assert "Completed on 2 May 2027 recorded by hand by Cora Office · Room 3" in text
    assert "not assigned" in text
    assert "assigned : Lena Sommer, Fire safety" in text


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"status": "completed"}, {"Otto"}),
        ({"status": "nonsense"}, {"Lena", "Otto"}),
        ({"search": "sommer"}, {"Lena"}),
        ({"kind": "module"}, set()),
        ({"department": "{field}"}, {"Lena"}),
        ({"organization": "Globex"}, set()),
        ({"cursor": "nonsense"}, None),
    ],
)
def test_the_filter_narrows_the_list_and_its_file_alike(busy, query, names):
    field = str(Department.objects.get(path="Field").uuid)
    query = {name: value.format(field=field) for name, value in query.items()}
    client = busy.client("coordinator")
    if names is None:
        assert client.get(f"{PAGES}/progress/", query).status_code == 302
        return
    text = page(busy, "coordinator", "/progress/", **query)
    assert {name for name in ("Lena", "Otto") if f"Choose {name}" in text} == names
    sheet = b"".join(client.get(f"{PAGES}/progress.csv", query).streaming_content).decode("utf-8-sig")
    assert {line.split(" ")[0] for line in sheet.splitlines()[1:]} == names


def test_the_file_holds_safe_cells(busy):
    record(busy, COURSE, "otto", on="2027-05-03", reference='=HYPERLINK("x")')
    answer = busy.client("coordinator").get(f"{PAGES}/progress.csv", {"search": "otto"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[1].startswith("Otto Lang,otto,Acme,Fire safety,Course,course-v1:Acme+FIRE101+2027,Completed,100,4,4,")
    assert "2027-05-03,recorded by hand by Cora Office,\"'=HYPERLINK(" in lines[1]
    assert answer["Content-Disposition"] == 'attachment; filename="progress.csv"'


def test_a_hundred_rows_cost_as_many_statements_as_one(busy):
    def statements(path):
        with CaptureQueriesContext(connection) as captured:
            page(busy, "coordinator", path, size="50")
        return len(captured)

    paths = ("/progress/", f"/courses/{COURSE}/progress/", "/directory/Acme/progress/", "/people/otto/")
    before = [(statements(path), statements(path))[1] for path in paths]
    record(busy, COURSE, *[build.user(f"many{number}", organization="Acme").username for number in range(48)])
    assert [statements(path) for path in paths] == before


# ----- adding -----


def test_progress_is_added_and_the_message_leads_to_the_person_and_takes_it_back(cast):
    client = cast.client("coordinator")
    sent = {"learner": "OTTO@example.com", "completed_on": "2027-05-01", "reference": "List 7"}
    sent["training"] = str(Training.objects.get(key=COURSE).uuid)
    assert "Nothing has been recorded yet" not in page(cast, "coordinator", "/progress/add/", kind="course")
    answer = client.post(f"{PAGES}/progress/add/?kind=course", sent, follow=True)
    text = words(answer)
    assert "Recorded: Otto Lang completed Fire safety on Saturday, 1 May 2027." in text
    assert "Completed on 1 May 2027 recorded by hand by Cora Office · List 7" in text
    content = answer.content.decode()
    assert f'<a href="{PAGES}/people/otto/">Otto Lang</a> completed' in content
    token = re.search(r'name="undo" value="([^"]+)"', content)
    text = words(client.post(f"{PAGES}/undo/", {"undo": token[1], "back": f"{PAGES}/progress/"}, follow=True))
    assert "Taken back." in text
    assert "Nobody has begun anything here yet." in text
    assert Completion.objects.get().live is None


def added(cast, **sent):
    sent = {"learner": "otto", "completed_on": "2027-05-01", **sent}
    return cast.client("coordinator").post(f"{PAGES}/progress/add/?kind=course", sent, follow=True)


def test_beside_work_on_the_platform_nothing_that_was_added_is_taken_back_by_a_click(cast):
    build.course(OTHERS[0], name="Ladders", sections=1, subsections=1, units=2, blocks=1)
    build.complete(cast.people["other_learner"], OTHERS[0], units=1)
    assert not Progress.objects.filter(training__key=OTHERS[0]).exists(), "the course is no training yet"
    answer = added(cast, training=OTHERS[0])
    assert "Recorded: Otto Lang completed Ladders" in words(answer)
    assert 'name="undo"' not in answer.content.decode()


def test_what_was_done_since_it_was_added_is_not_taken_back_with_it(cast):
    answer = added(cast, training=str(Training.objects.get(key=COURSE).uuid))
    token = re.search(r'name="undo" value="([^"]+)"', answer.content.decode())
    build.complete(cast.people["other_learner"], COURSE, units=1)
    back = {"undo": token[1], "back": f"{PAGES}/progress/"}
    text = words(cast.client("coordinator").post(f"{PAGES}/undo/", back, follow=True))
    assert "Taken back." not in text
    assert Completion.objects.get().live


@pytest.mark.parametrize(
    ("changed", "field", "told"),
    [
        ({"learner": "gina"}, "learner", 'No learner "gina" can be found.'),
        ({"learner": "cora"}, "learner", "Somebody else has to record what you completed yourself."),
        ({"completed_on": "2027-05-09"}, "completed_on", "2027-05-09 is in the future"),
        ({"completed_on": "1.5.2027"}, "completed_on", "This is no date"),
        ({"training": ELSEWHERE}, "training", "Select a valid choice"),
        ({"training": ""}, "training", "This field is required"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_is_recorded(busy, changed, field, told):
    before = Completion.objects.count()
    sent = {"training": str(Training.objects.get(key=COURSE).uuid), "learner": "lena", "completed_on": "2027-05-01"}
    answer = busy.client("coordinator").post(f"{PAGES}/progress/add/?kind=course", sent | changed)
    assert Completion.objects.count() == before
    found = answer.content.decode()
    wrong = found[found.index(f'id="ma-{field}-wrong"') :]
    assert told in html.unescape(wrong[: wrong.index("</div>")])


def test_a_person_of_another_organization_than_the_chosen_one_is_nobody(busy):
    build.coordinator(busy.people["coordinator"], "Globex")
    sent = {"training": COURSE, "organization": "Globex", "learner": "otto", "completed_on": "2027-05-01"}
    sent["training"] = str(Training.objects.get(key=COURSE).uuid)
    text = words(busy.client("coordinator").post(f"{PAGES}/progress/add/?kind=course", sent))
    assert 'No learner "otto" can be found.' in text


def test_whom_it_is_about_stays_while_another_kind_is_chosen(cast):
    asked = {"kind": "course", "learner": "otto", "find": "f"}
    content = cast.client("coordinator").get(f"{PAGES}/progress/add/", asked).content.decode()
    for kind in ("module", "course", "path"):
        assert f'href="?kind={kind}&amp;learner=otto"' in content
    assert '<input type="hidden" name="learner" value="otto">' in content


def test_a_training_is_found_by_name_among_too_many(busy, monkeypatch):
    from mandatory_assignments.staff import progress_forms

    monkeypatch.setattr(progress_forms, "MOST_OFFERED", 1)
    build.course("course-v1:Acme+LADDER+2027", name="Ladders")
    first = page(busy, "coordinator", "/progress/add/", kind="course")
    assert "find the one you mean by its name" in first
    assert "Ladders" not in first
    assert "Ladders (course-v1:Acme+LADDER+2027)" in page(busy, "coordinator", "/progress/add/", find="ladd")
    assert "Recorded: Otto Lang completed Ladders" in words(added(busy, training="course-v1:Acme+LADDER+2027"))


# ----- deleting -----


@pytest.fixture
def alarm(cast):
    """A module in three courses, one of which Lena has completed (product 10); she has done the module as assigned."""
    owner = cast.people["coordinator"]
    for key in OTHERS:
        build.course(key, name=key[15:22], sections=1, subsections=2, units=2, blocks=2)
        api.create_training(actor=owner, kind="course", key=key, now=NOW)
    api.create_training(actor=owner, kind="path", name="Warden", parts=[_part(COURSE)], organization="Acme", now=NOW)
    units = [str(build.units(key)[0]) for key in (COURSE, *OTHERS)]
    (made,) = api.create_training(
        actor=owner, kind="module", name="Alarm", blocks=units, organization="Acme", now=NOW
    ).created
    cast.assign(training=str(made))
    for key in (COURSE, OTHERS[0]):
        build.complete(cast.people["learner"], key, units=1)
    build.complete(cast.people["learner"], OTHERS[1])
    build.drain()
    return Training.objects.get(uuid=made)


def _part(key):
    from mandatory_assignments.data import PathPart

    return PathPart(key)


def standing():
    """Of Lena by name of what she began: percent, and whether she completed it."""
    return {
        name: (percent, state)
        for name, percent, state in Progress.objects.filter(learner__username="lena").values_list(
            "training__name", "percent", "state"
        )
    }


BEFORE = {
    "Alarm": (100, "completed"),
    "Fire safety": (25, "in_progress"),
    "FIRE102": (25, "in_progress"),
    "FIRE103": (100, "completed"),
    "Warden": (25, "in_progress"),
}
AFTER = {"Alarm": (0, ""), "Fire safety": (0, ""), "FIRE102": (0, ""), "FIRE103": (75, "completed"), "Warden": (0, "")}


def by_page(cast, alarm):
    sent = {"id": str(row("lena", alarm.key).uuid), "reason": "Not held", "reset_course_state": "on"}
    answer = cast.client("coordinator").post(f"{PAGES}/progress/delete/", sent, follow=True)
    text = words(answer)
    assert "1 row was deleted. 1 assignment is open again: Lena Sommer: Alarm" in text
    return answer


def by_rest(cast, alarm):
    sent = {"ids": [str(row("lena", alarm.key).uuid)], "reason": "Not held"}
    return cast.client("coordinator").post(
        "/api/mandatory-assignments/v1/progress/revoke/", sent, content_type="application/json"
    )


@pytest.mark.parametrize("revoke", [by_page, by_rest], ids=["by the page", "through the API"])
def test_a_module_goes_from_every_course_in_which_it_appears_and_a_completed_course_stays(cast, alarm, revoke):
    assert standing() == BEFORE
    revoke(cast, alarm)
    build.drain()
    assert standing() == AFTER
    cycle = Cycle.objects.get(training=alarm)
    assert (cycle.open, cycle.reopened, cycle.due_on) == (True, True, DUE)
    assert Completion.objects.filter(live=True).get().training.name == "FIRE103"
    api.reconcile(now=NOW)
    build.drain()
    assert standing() == AFTER
    build.complete(cast.people["learner"], COURSE, units=1)
    build.drain()
    assert standing()["Fire safety"] == (25, "in_progress")


def test_the_confirmation_counts_everything_that_is_affected(cast, alarm):
    text = page(cast, "coordinator", "/progress/delete/", id=str(row("lena", alarm.key).uuid))
    for told in (
        "Delete the progress of 1 row?",
        "Chosen Lena Sommer – Alarm People 1",
        "1 completion counts no more",
        "Courses: 2, Certifications: 1 in progress, which lose this part",
        "Courses: 1 completed already, which stay so",
        "6 finished blocks are cleared",
        "1 person, on the platform and by mail",
        "1 assignment opens again Lena Sommer – Alarm Due Friday, 14 May 2027",
        "They can do it again themselves",
        "it can only be completed again by staff",
    ):
        assert told in text
    assert standing() == BEFORE


def test_an_assignment_that_followed_stays_closed_and_is_named(cast, alarm):
    cast.assign(training=str(alarm.uuid), organization="Globex", actor=cast.people["global_staff"])
    Cycle.objects.filter(organization__short_name="Acme", training=alarm).update(due_on=date(2027, 5, 4))
    build.drain()
    cast.assign(training=str(alarm.uuid), prior_work="ignore")
    text = page(cast, "coordinator", "/progress/delete/", id=str(row("lena", alarm.key).uuid))
    assert "1 assignment stays closed" in text


def test_undo_beside_the_message_restores_everything(cast, alarm):
    content = by_page(cast, alarm).content.decode()
    build.drain()
    token = re.search(r'name="undo" value="([^"]+)"', content)[1]
    text = words(cast.client("coordinator").post(f"{PAGES}/undo/", {"undo": token}, follow=True))
    assert "Taken back." in text
    build.drain()
    assert standing() == BEFORE
    assert Cycle.objects.get(training=alarm).closed_as == "completed"


def test_the_timelines_tell_what_was_deleted_and_take_it_back_while_nothing_newer_happened(cast, alarm):
    by_page(cast, alarm)
    build.drain()
    (floor,) = EvidenceFloor.objects.all()
    where = f"{PAGES}/progress/undo/{floor.uuid}/"
    of_person = cast.client("coordinator").get(f"{PAGES}/people/lena/")
    of_assignment = cast.client("coordinator").get(
        f"{PAGES}/assignments/{Cycle.objects.get(training=alarm).assignment.uuid}/"
    )
    for answer in (of_person, of_assignment):
        assert where in answer.content.decode()
    assert re.search(r"<s>.*Alarm.*</s>", of_person.content.decode())
    assert "deleted on Monday, 3 May 2027 by Cora Office: Not held" in words(of_person)
    for role in ("manager", "course_staff"):
        assert where not in cast.client(role).get(f"{PAGES}/people/lena/").content.decode()
    text = page(cast, "coordinator", where.removeprefix(PAGES))
    assert "Give Lena Sommer the progress in “Alarm” back?" in text
    assert "Not held" in text
    assert "The assignment of Acme : it is completed as before" in text
    text = words(cast.client("coordinator").post(where, {"back": f"{PAGES}/people/lena/"}, follow=True))
    assert "Taken back: what counted before counts again." in text
    build.drain()
    assert standing() == BEFORE
    by_page(cast, alarm)
    record(cast, str(alarm.uuid), "lena", on="2027-05-03")
    assert "/progress/undo/" not in cast.client("coordinator").get(f"{PAGES}/people/lena/").content.decode()
    newer = f"{PAGES}/progress/undo/{EvidenceFloor.objects.latest('id').uuid}/"
    assert "Something newer has happened since" in words(cast.client("coordinator").get(newer, follow=True))


def test_what_is_in_progress_is_deleted_and_without_clearing_only_staff_complete_it(busy):
    sent = {"id": str(row("lena").uuid), "reason": "Wrong person"}
    text = words(busy.client("coordinator").post(f"{PAGES}/progress/delete/", sent, follow=True))
    assert "1 row was deleted." in text
    build.complete(busy.people["learner"], COURSE)
    build.drain()
    assert (row("lena").state, row("lena").percent) == ("in_progress", 50)
    record(busy, COURSE, "lena", on="2027-05-03")
    assert row("lena").state == "completed"


@pytest.mark.parametrize("most", [500, 1], ids=["at once", "by a job"])
def test_all_that_match_are_deleted_with_the_number_that_was_seen(busy, monkeypatch, most):
    monkeypatch.setattr(progress_revoking, "MOST_AT_ONCE", most)
    client, where = busy.client("coordinator"), f"{PAGES}/progress/delete/"
    assert "With all 2 rows" in page(busy, "coordinator", "/progress/", kind="course", picked="matching")
    sent = {"query": "kind=course", "seen": "2", "course": "", "reason": "Again", "reset_course_state": "on"}
    stale = words(client.get(where, {**sent, "seen": "3"}, follow=True))
    assert "You saw 3 rows, and now there are 2. Look again." in stale
    assert "Delete the progress of 2 rows?" in words(client.get(where, {**sent, "seen": "9" * 5000}))
    monkeypatch.setattr(progress_revoking, "MOST_NAMED", 1)
    asked = words(client.get(where, sent))
    assert re.search(r"Chosen (Lena Sommer|Otto Lang) – Fire safety and 1 other People 2", asked)
    text = words(client.post(where, sent, follow=True))
    if most == 500:
        assert "2 rows were deleted." in text
    else:
        assert "Deleting progress" in text
        bulk.work_jobs()
        job = Job.objects.get()
        assert (job.state, job.created) == ("done", 2)
        assert "2 deleted" in page(busy, "coordinator", f"/jobs/{job.uuid}/")
    assert "Courses 0" in page(busy, "coordinator", "/progress/")
    assert row("gina", ELSEWHERE).state == "completed"


def test_very_many_are_confirmed_by_typing_their_number(busy, monkeypatch, settings):
    monkeypatch.setattr(progress_revoking, "MOST_AT_ONCE", 1)
    settings.MANDATORY_ASSIGNMENTS_BULK_TYPE_COUNT_FROM = 1
    sent = {"query": "kind=course", "seen": "2", "course": "", "reset_course_state": "on"}
    client, where = busy.client("coordinator"), f"{PAGES}/progress/delete/"
    assert "You typed 3; it is about 2 rows." in words(client.post(where, {**sent, "typed_count": "3"}))
    assert Job.objects.count() == 0
    assert client.post(where, {**sent, "typed_count": "2"}).status_code == 302
    assert Job.objects.get().state == "waiting"


@pytest.mark.parametrize("role", ["manager", "foreign_coordinator", "other_learner"])
def test_a_form_sent_past_the_role_deletes_nothing(busy, role):
    client = busy.client(role)
    client.post(f"{PAGES}/progress/delete/", {"id": [str(row("otto").uuid), "x"], "reset_course_state": "on"})
    client.post(f"{PAGES}/progress/delete/", {"query": "kind=course", "seen": "2", "reset_course_state": "on"})
    assert EvidenceFloor.objects.filter(learner__username__in=["otto", "lena"]).count() == 0


# ----- places and people -----


def test_the_pages_of_organization_and_department_tell_what_their_people_did_last(cast, alarm):
    record(cast, str(Training.objects.get(name="Warden").uuid), "otto")
    organization = page(cast, "coordinator", "/directory/Acme/")
    assert "Modules 1 Courses 3 Certifications 2" in organization
    assert "Recent activity" in organization
    assert "Certifications completed last Warden Otto Lang · 2 May 2027" in organization
    field = Department.objects.get(path="Field").uuid
    department = page(cast, "coordinator", f"/departments/{field}/")
    assert "Modules 1 Courses 3 Certifications 1" in department
    assert "Otto" not in department
    listed = page(cast, "coordinator", "/directory/Acme/progress/", kind="path")
    assert "Training progress of Acme" in listed
    assert "Otto Lang otto · Acme Warden Completed" in listed


def test_a_course_has_what_lies_wholly_inside_it(cast, alarm):
    text = page(cast, "course_staff", f"/courses/{COURSE}/progress/")
    assert "Modules 0 Courses 1 Certifications 1" in text
    ModuleBlock.objects.filter(module=alarm).exclude(course_key=COURSE).delete()
    assert "Modules 1 Courses 1" in page(cast, "course_staff", f"/courses/{COURSE}/progress/")


def test_a_persons_page_has_the_three_lists(cast, alarm):
    text = page(cast, "coordinator", "/people/lena/")
    assert "Modules Alarm" in text
    assert "Courses FIRE103" in text
    assert "Certifications Warden started" in text
    assert "Training progress" in page(cast, "manager", "/people/lena/")
    assert "Add progress" not in page(cast, "manager", "/people/lena/")
