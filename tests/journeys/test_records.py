"""The settings set "records", along a guide to training progress of partners as its source system tells it."""

from datetime import UTC, datetime

import pytest

from demo.campus import build

COURSE, SECOND = "course-v1:Vendor+SELL+2027", "course-v1:Vendor+MORE+2027"
PAGE = "/mandatory-assignments/staff/progress/"
HEADING = ["Email", "Training Type", "Name", "Date (yyyy-mm-dd)"]


def day(number, hour=9):
    return datetime(2027, 5, number, hour, tzinfo=UTC)


@pytest.fixture
def story(journey):
    """A vendor with two partners, each a department; two courses, a module inside them, a certification around one."""
    story = journey("records", day(1))
    admin = story.person("ada", name="Ada Admin", organization="Vendor")
    build.coordinator(admin, "Vendor")
    partners = {"North": ["nia", "nils"], "South": ["sam"]}
    for partner, usernames in partners.items():
        people = [story.person(name, name=f"{name.title()} {partner}", organization="Vendor") for name in usernames]
        build.department(f"Vendor/{partner}", organization="Vendor", members=people)
    shape = {"sections": 1, "subsections": 2, "units": 2, "blocks": 1, "block_types": ["html"]}
    build.course(COURSE, name="Selling", **shape)
    build.course(SECOND, name="Selling more", **shape)
    offline = {"kind": "course", "name": "Partner day", "organization": "Vendor", "offline": True}
    story.call("ada", "POST", "trainings/", offline, 201)
    opening = {"kind": "module", "name": "Opening", "organization": "Vendor", "blocks": first_two()}
    story.call("ada", "POST", "trainings/", opening, 201)
    parts = [{"course": COURSE, "required": True}]
    certified = {"kind": "path", "name": "Certified seller", "organization": "Vendor", "parts": parts}
    story.call("ada", "POST", "trainings/", certified, 201)
    story.work()
    return story


def first_two():
    return [str(key) for key in build.units(COURSE)[:2]]


def rows(story, **query):
    """{(username, training): (status, percent)} of the list."""
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    found = story.call("ada", "GET", f"progress/?{asked}")["results"]
    return {(row["learner"]["username"], row["training"]["name"]): (row["status"], row["percent"]) for row in found}


def test_training_progress_is_seen_entered_imported_and_deleted(story):
    # Progress is recorded by itself when somebody starts, and is followed until they complete it. Nothing was assigned.
    assert rows(story) == {}
    story.at(day(2))
    for name in ("nia", "sam"):
        build.enroll(story.people[name], COURSE)
    story.does("sam", COURSE, units=1)
    story.does("nia", COURSE)
    assert rows(story, kind="course") == {
        ("nia", "Selling"): ("completed", 100),
        ("sam", "Selling"): ("in_progress", 25),
    }
    assert rows(story, kind="module") == {
        ("nia", "Opening"): ("completed", 100),
        ("sam", "Opening"): ("in_progress", 50),
    }
    assert rows(story, kind="path")["nia", "Certified seller"] == ("completed", 100)

    # The Training Progress page: three tabs, an entry for every user, a progress column, filters by each of them.
    for kind, tab in (("module", "Modules"), ("course", "Courses"), ("path", "Certifications")):
        read = story.read("ada", f"{PAGE}?kind={kind}")
        assert tab in read
        assert "Nia North" in read
        assert "Completed" in read
        assert "In progress" in read
    (north,) = (row for row in story.call("ada", "GET", "departments/")["results"] if row["name"] == "North")
    assert set(rows(story, kind="course", department=north["id"])) == {("nia", "Selling")}
    assert set(rows(story, kind="course", learner="sam")) == {("sam", "Selling")}
    assert set(rows(story, kind="course", status="completed")) == {("nia", "Selling")}
    assert set(rows(story, search="Opening", status="in_progress")) == {("sam", "Opening")}

    # The partner's own page: recent activity, the certifications completed last, and the same three lists.
    partner = f"/mandatory-assignments/staff/departments/{north['id']}/progress/"
    read = story.read("ada", partner)
    assert "Recent activity" in read
    assert "Certifications completed last Certified seller Nia North" in read
    assert "Sam South" not in read
    assert "Selling" in story.read("ada", f"{partner}?kind=course")

    # A course that was held in person has no modules: Add Progress confirms that somebody attended, on a past date.
    (event,) = story.call("ada", "GET", "trainings/?search=Partner")["results"]
    attended = {"kind": "course", "training": event["id"], "learner": "nils", "completed_on": "2027-04-20"}
    assert "Add progress" in story.read("ada", PAGE)
    story.call("ada", "POST", "progress/", {**attended, "completed_on": "2027-05-20"}, 400)
    added = story.call("ada", "POST", "progress/", attended, 201)
    assert (added["status"], added["completed_on"], added["source"]) == ("completed", "2027-04-20", "manual")
    assert rows(story, kind="course")["nils", "Partner day"] == ("completed", 100)
    assert "Partner day" in story.read("ada", f"{partner}?kind=course")

    # Import Progress: a template with two rows of placeholders, which are errors as long as they are left in.
    template = story.download("ada", "progress-imports/template.csv")
    assert template[0] == HEADING
    assert len(template) == 3
    file = [
        *template,
        ["nils@example.com", "course", "Selling", "2027-04-30"],
        ["sam@example.com", "certification", "Certified seller", "2027-04-30"],
        ["nils@example.com", "course", "Partner day", "2027-04-20"],
        ["nobody@example.com", "module", "Opening", "2027-04-30"],
    ]
    found = story.upload("ada", "progress-imports/", file)
    # The analysis: three counts, each of them a file; in that of the errors column E gives the reason.
    assert (found["new"], found["already_completed"], found["errors"]) == (2, 1, 3)
    assert ("nils", "Selling") not in rows(story, kind="course")
    known = story.download("ada", f"progress-imports/{found['id']}/rows.csv?bucket=already_completed")
    assert [line[2] for line in known[1:]] == ["Partner day"]
    errors = story.download("ada", f"progress-imports/{found['id']}/rows.csv?bucket=errors")
    assert errors[0][:4] == HEADING
    assert all(line[4] for line in errors[1:])
    # Import again: it proceeds, reports its success, and the entries are there.
    story.call("ada", "POST", f"progress-imports/{found['id']}/confirm/", {}, 202)
    story.work()
    done = story.call("ada", "GET", f"progress-imports/{found['id']}/")
    assert (done["state"], done["created"], done["failed"]) == ("done", 2, 0)
    assert rows(story, kind="course")["nils", "Selling"] == ("completed", 100)
    assert rows(story, kind="path")["sam", "Certified seller"] == ("completed", 100)
    # The errors are fixed and sent again as a file of their own, here with the column of reasons still in it.
    fixed = [errors[0], ["nils@example.com", *errors[-1][1:]]]
    again = story.upload("ada", "progress-imports/", fixed)
    assert (again["new"] + again["already_completed"], again["errors"]) == (1, 0)
    # Nobody got a mail about any of this.
    assert not [mail for name in ("nia", "nils", "sam") for mail in story.mails(name)]

    def delete(username, training):
        (row,) = story.call("ada", "GET", f"progress/?learner={username}&search={training.replace(' ', '%20')}")[
            "results"
        ]
        body = {"ids": [row["id"]], "reason": "Entered by mistake"}
        assert story.call("ada", "POST", "progress/revoke/", body)["changed"] == [row["id"]]
        story.work()

    # Delete Progress of a module: it goes from every course in which the module appears; a completed course stays so.
    story.at(day(10))
    delete("sam", "Opening")
    assert ("sam", "Opening") not in rows(story, status="completed")
    assert rows(story, kind="course", learner="sam").get(("sam", "Selling"), ("", 0))[1] in (0, None)
    delete("nia", "Opening")
    assert ("nia", "Opening") not in rows(story, status="completed")
    assert rows(story, kind="course")["nia", "Selling"][0] == "completed"

    # Deleting a course does not take the progress of its modules.
    build.enroll(story.people["nils"], SECOND)
    closing = {"kind": "module", "name": "Closing", "organization": "Vendor", "blocks": [str(build.units(SECOND)[3])]}
    story.call("ada", "POST", "trainings/", closing, 201)
    story.does("nils", SECOND)
    assert rows(story, learner="nils")["nils", "Closing"] == ("completed", 100)
    delete("nils", "Selling more")
    left = rows(story, learner="nils")
    assert left["nils", "Closing"] == ("completed", 100)
    assert left.get(("nils", "Selling more"), ("gone", 0))[0] != "completed"
