"""The page of one assignment: facts, enrolment, what happened."""

from datetime import timedelta

from demo.campus import build, clock
from tests.roles import COURSE, NOW


def page(cast, assignment_id=None, role="coordinator"):
    answer = cast.client(role).get(f"/mandatory-assignments/staff/assignments/{assignment_id or cast.assignment_id}/")
    assert answer.status_code == 200
    return answer


def test_it_tells_the_facts(cast):
    html = page(cast).content.decode()
    for words in ("Fire safety", "Lena Sommer", "Friday, 14 May 2027", "Europe/Berlin", "Before the drill", COURSE):
        assert words in html
    assert "4 units are still to be done." in html
    assert "Enrolled by this assignment" in html


def test_it_tells_the_history_in_words(cast):
    build.complete(cast.people["learner"], COURSE)
    build.drain()
    told = [(event.who, event.text) for event in page(cast).context["history"]]
    assert told[:2] == [
        ("Cora Office", "Assigned, due Friday, 14 May 2027."),
        ("The system", "Enrolled in the course."),
    ]
    assert told[2][1].startswith("Completed on Monday, 3 May 2027, 10:0")


def test_a_refused_enrolment_tells_the_next_step(cast):
    invited = build.course("course-v1:Acme+GUESTS+2027", invitation_only=True)
    (assignment_id,) = cast.assign(training=str(invited))
    build.drain()
    html = page(cast, assignment_id).content.decode()
    assert "Refused by the platform" in html
    assert "Enrol the learner in the instructor dashboard" in html
    assert "Enrolment refused: The course is closed" in html


def test_a_late_completion_says_how_late(cast):
    build.complete(cast.people["learner"], COURSE, at=NOW + timedelta(days=12))
    with clock.at(NOW + timedelta(days=13)):
        build.drain()
        html = page(cast).content.decode()
    assert "completed 1 day late" in html
    assert "Saturday, 15 May 2027" in html


def test_markup_in_names_and_notes_is_text(cast):
    evil = build.user("evil", name="<script>alert(1)</script>", organization="Acme")
    course = build.course("course-v1:Acme+EVIL+2027", name="<img src=x onerror=alert(1)>")
    (assignment_id,) = cast.assign(evil.username, training=str(course), note="<b onclick=x>bold</b>\nsecond line")
    build.drain()
    for address in ("", f"assignments/{assignment_id}/", f"courses/{course}/", "new/"):
        html = cast.client("coordinator").get(f"/mandatory-assignments/staff/{address}").content.decode()
        for tag in ("<script>alert", "<img src=x", "<b onclick"):
            assert tag not in html
    assert "&lt;b onclick=x&gt;bold&lt;/b&gt;" in page(cast, assignment_id).content.decode()
