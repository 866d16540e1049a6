"""The settings set "compliance", along a guide to mandatory assignments as its source system tells it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from demo.campus import build
from mandatory_assignments.settings import DEFAULTS

from .sets import settings_set

FIRE, HEAT = "course-v1:Acme+FIRE+2027", "course-v1:Acme+HEAT+2027"
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
LIST = "/mandatory-assignments/staff/"


def day(number, month=3, hour=9, minute=0):
    return datetime(2027, month, number, hour, minute, tzinfo=UTC)


@pytest.fixture
def story(journey):
    """A coordinator and her department; a course with a minimum score, a path of two courses; another company."""
    story = journey("compliance", NOW)
    cora = story.person("cora", name="Cora Office", organization="Acme")
    lena = story.person("lena", name="Lena Sommer", organization="Acme", time_zone="Europe/Berlin")
    otto = story.person("otto", name="Otto Lang", organization="Acme")
    story.person("max", name="Max Head", organization="Acme")
    story.person("gina", name="Gina Globex", organization="Globex")
    build.coordinator(cora, "Acme")
    build.department("Acme/Field", organization="Acme", members=[lena, otto], managers=[story.people["max"]])
    build.learning_group("First aiders", "Acme", [otto])
    shape = {"sections": 1, "subsections": 2, "units": 2, "blocks": 2}
    build.course(FIRE, name="Fire safety", graded=True, pass_mark=75, **shape)
    build.course(HEAT, name="Heat", **shape)
    return story


def assign(story, learner="lena", training=FIRE, due_on="2027-03-15", status=201, **named):
    body = {"learner": learner, "training": training, "due_on": due_on, **named}
    made = story.call("cora", "POST", "assignments/", body, status)
    story.work()
    return made


def status(story, made):
    return story.call("cora", "GET", f"assignments/{made['id']}/")["status"]


def test_the_set_is_what_holds_without_any_setting():
    assert settings_set("compliance").items() <= DEFAULTS.items()


def test_one_assignment_from_the_form_to_the_personnel_file(story):
    # Main menu, Mandatory assignments, New: target, person, due date, repetition, note, reminders.
    form = story.read("cora", f"{LIST}new/")
    for field in ("Training", "Learner", "Due date", "Note to the learner", "Repetition", "Reminders"):
        assert field in form
    assert "Lena Sommer" in story.read("cora", f"{LIST}people/suggest/?learner=som")

    # The due date lies at least a few days in the future; the error names the first one allowed.
    told = assign(story, due_on="2027-03-03", status=400)
    assert "2027-03-04" in told["detail"]

    # For a path the person is enrolled in all its courses, and it is complete once the entire path is finished.
    parts = [{"course": key, "required": True} for key in (FIRE, HEAT)]
    path = story.call(
        "cora", "POST", "trainings/", {"kind": "path", "name": "Safety", "organization": "Acme", "parts": parts}, 201
    )
    whole = assign(story, "otto", path["id"])
    assert whole["enrollment"]["state"] in ("pending", "enrolled")
    assert story.call("cora", "GET", f"assignments/{whole['id']}/")["enrollment"]["state"] == "enrolled"
    story.does("otto", HEAT)
    assert status(story, whole) == "in_progress"
    story.does("otto", FIRE)
    build.grade(story.people["otto"], FIRE, 90)
    story.work()
    assert status(story, whole) == "completed"

    # The note is shown in the course player; the person is told on the platform and by mail, and enrolled by itself.
    made = assign(story, note="Please before the next team meeting")
    assert "Please before the next team meeting" in story.read("lena", f"/xblock/{build.units(FIRE)[0]}")
    assert "Cora Office assigned this to you." in story.read("lena", "/mandatory-assignments/inbox/")
    assert "Fire safety" in story.mails("lena")[-1].body
    assert story.call("cora", "GET", f"assignments/{made['id']}/")["enrollment"]["state"] == "enrolled"

    # Depending on the setting there is no mail.
    before = len(story.mails("max"))
    assign(story, "max", notify_by_email=False)
    assert len(story.mails("max")) == before

    # Assigned: enrolled, nothing done. In progress: at least one lesson. Overdue: past the deadline and not completed.
    assert status(story, made) == "assigned"
    story.does("lena", FIRE, units=1)
    assert status(story, made) == "in_progress"
    story.at(day(16, hour=0))
    assert status(story, made) == "overdue"

    # At first the overview shows what is open and what is overdue.
    listed = story.read("cora", LIST)
    assert "Lena Sommer" in listed
    assert "Otto Lang" not in listed[listed.index("Last reminder") :]

    # Completed: finished successfully, minimum score reached.
    story.does("lena", FIRE)
    build.grade(story.people["lena"], FIRE, 60)
    story.work()
    assert status(story, made) == "overdue"
    assert "60 % of 75 % needed" in story.read("lena", f"/mandatory-assignments/assignments/{made['id']}/")
    build.grade(story.people["lena"], FIRE, 80)
    story.work()
    assert status(story, made) == "completed"

    # What is completed can no longer be withdrawn: it stays for the personnel file.
    assert story.call("cora", "POST", f"assignments/{made['id']}/withdraw/", {}, 409)["code"] == "completed"


def test_changing_and_withdrawing(story):
    made = assign(story)
    # Edit: extend the deadline, adjust the note, configure reminders anew.
    fields = {"due_on": "2027-03-29", "note": "Take your time", "reminders": [{"days": 7}, {"days": -1}]}
    changed = story.call("cora", "PATCH", f"assignments/{made['id']}/", fields)
    story.work()
    assert (changed["due_on"], changed["note"]) == ("2027-03-29", "Take your time")
    # The reminders are worked out anew from the new deadline.
    planned = story.call("cora", "GET", f"assignments/{made['id']}/reminders/")["results"]
    assert [row["day"] for row in planned] == ["2027-03-22", "2027-03-30"]
    # Withdraw: it is gone, and the person is told.
    story.call("cora", "POST", f"assignments/{made['id']}/withdraw/", {"reason": "Moved to another site"})
    story.work()
    assert "withdrawn" in story.mails("lena")[-1].body
    assert "Fire safety" not in story.read("lena", "/dashboard").split("Mandatory assignments")[-1]


def test_reminders_to_the_person_the_assigner_and_the_managers(story):
    # The default is one reminder to the person, three days before the due date.
    plain = assign(story, "otto")
    assert plain["reminders"] == [
        {"days": 3, "recipient": "student", "template": None, "repeat_every": None, "cap": None}
    ]
    # An important training: 14, 7, 3 and 1 days before; a day after it to the person and to the one who assigned it.
    # A negative number is after the deadline. The managers get theirs, too.
    rows = [{"days": days, "recipient": "student"} for days in (14, 7, 3, 1)]
    rows.append({"days": -1, "recipient": ["student", "assigned_by", "managers"]})
    assign(story, due_on="2027-03-15", reminders=rows)
    start = {name: len(story.mails(name)) for name in ("lena", "cora", "max")}

    def since(name):
        return len(story.mails(name)) - start[name]

    # One that lies before the assignment is never sent; the others go out in the first minutes of their day.
    for number in (8, 12, 14):
        story.at(day(number - 1, hour=22, minute=55))
        sent = since("lena")
        story.at(day(number - 1, hour=23, minute=5))  # 00:05 in Berlin
        assert since("lena") == sent + 1
    assert (since("lena"), since("cora"), since("max")) == (3, 0, 0)
    for hour in range(24):
        story.at(day(16, hour=hour))
    assert (since("lena"), since("cora"), since("max")) == (4, 1, 1)

    # Who disabled mails gets none; staff see it beside the person, and the obligation stays.
    story.call("lena", "PATCH", "me/preferences/", {"email": False})
    (late,) = story.call("cora", "GET", "assignments/?status=overdue&learner=lena")["results"]
    assert "switched" in story.read("cora", f"{LIST}assignments/{late['id']}/")


def test_many_at_once_and_again_every_year(story):
    # What somebody completed before fulfils the assignment right away.
    build.enroll(story.people["otto"], HEAT)
    story.does("otto", HEAT)
    story.at(day(2))

    # Bulk: course, due date, note; people by name, department and learning group; reminders; a preview with a count.
    departments = story.call("cora", "GET", "departments/")["results"]
    groups = story.call("cora", "GET", "groups/")["results"]
    people = {
        "learners": ["max", "gina"],
        "departments": [departments[0]["id"]],
        "groups": [group["id"] for group in groups],
    }
    terms = {"training": HEAT, "due_on": "2027-03-31", "note": "Yearly", "repeat": {"every": 52, "unit": "weeks"}}
    preview = story.call("cora", "POST", "bulk-assignments/preview/", {**terms, "people": people})
    assert sorted(preview["create"]) == ["lena", "max", "otto"]
    # Nobody can be assigned who belongs to another company.
    assert preview["refuse"][0]["code"] == "unknown_learner"
    job = story.call("cora", "POST", "bulk-assignments/", {"token": preview["token"]}, 202)
    story.work()
    done = story.call("cora", "GET", f"bulk-assignments/{job['id']}/")
    assert (done["state"], done["created"], done["failed"]) == ("done", 3, 0)

    # The same course for the same person makes no second assignment.
    again = story.call("cora", "POST", "bulk-assignments/preview/", {**terms, "people": people})
    assert again["create"] == []
    assert {row["code"] for row in again["skip"]} <= {"already_assigned", "already_completed"}

    def of(name):
        rounds = story.call("cora", "GET", f"assignments/?learner={name}")["results"]
        return max(rounds, key=lambda row: row["cycle"])

    assert (of("otto")["status"], of("lena")["status"]) == ("completed", "assigned")

    # After completion the next date is set; at the due time it is assigned again, the person is told, reminders run.
    story.at(day(10))
    story.does("lena", HEAT)
    assert of("lena")["status"] == "completed"
    mails = len(story.mails("lena"))
    opens = date(2027, 3, 10) + timedelta(weeks=52)
    story.at(datetime(opens.year, opens.month, opens.day, 9, tzinfo=UTC))
    anew = of("lena")
    assert (anew["status"], anew["cycle"], anew["units_done"]) == ("assigned", 2, 0)
    assert "It is time to do this again" in story.mails("lena")[mails].body
    planned = story.call("cora", "GET", f"assignments/{anew['id']}/reminders/")["results"]
    due = date.fromisoformat(anew["due_on"])
    assert [row["day"] for row in planned if not row["why_not"]] == [(due - timedelta(days=3)).isoformat()]
