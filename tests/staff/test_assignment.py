"""The page of one assignment: facts, enrolment, what happened."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from demo.campus import build, clock
from mandatory_assignments import api, bulk
from mandatory_assignments.services.import_progress import plan_progress_import
from mandatory_assignments.services.jobs import confirm_job
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


def test_it_says_how_much_was_done_before(cast):
    build.complete(cast.people["other_learner"], COURSE, units=1)
    with clock.at(NOW + timedelta(minutes=5)):
        (assignment_id,) = cast.assign("otto", now=NOW + timedelta(minutes=5))
        build.complete(cast.people["other_learner"], COURSE, units=3)
        build.drain()
        told = page(cast, assignment_id).content.decode()
    assert "25 % before the assignment" in told
    assert "3 of 4 units" in told
    assert "before the assignment" not in page(cast).content.decode()


def test_it_names_the_managers(cast):
    assert page(cast).context["managers"] == ["Max Head"]


def test_every_due_date_is_listed_once_there_are_several(cast):
    assert "All due dates" not in page(cast).content.decode()
    fields = {"due_on": (NOW + timedelta(days=30)).date()}
    api.change_assignments(actor=cast.people["coordinator"], ids=[cast.assignment_id], fields=fields, now=NOW)
    answer = page(cast)
    assert "All due dates" in answer.content.decode()
    assert [line.text for line in answer.context["due_dates"]] == [
        "Wednesday, 2 June 2027 (Europe/Berlin)",
        "Friday, 14 May 2027 (Europe/Berlin)",
    ]
    assert answer.context["due_dates"][0].more == "set on Monday, 3 May 2027, 10:00, by Cora Office"


def test_a_frozen_assignment_says_what_counts(cast):
    fields = {"late_policy": "freeze", "grace_days": 2}
    api.change_assignments(actor=cast.people["coordinator"], ids=[cast.assignment_id], fields=fields, now=NOW)
    build.complete(cast.people["learner"], COURSE, units=1)
    build.drain()
    with clock.at(NOW + timedelta(days=14)):
        api.tick(now=NOW + timedelta(days=14))
        html = page(cast).content.decode()
    assert "What was done until Sunday, 16 May 2027 counts: 1 of 4 units." in html
    assert "Frozen: what was done until Sunday, 16 May 2027 counts, 25 %." in html


def test_each_enrolment_of_a_path_is_told_by_name(cast):
    from mandatory_assignments.data import PathPart, TrainingKind
    from mandatory_assignments.services.trainings import create_training

    second = str(build.course("course-v1:Acme+GUESTS+2027", name="Guests", invitation_only=True))
    (path,) = create_training(
        actor=cast.people["coordinator"],
        kind=TrainingKind.PATH,
        name="Both",
        parts=[PathPart(COURSE), PathPart(second)],
        now=NOW,
    ).created
    (assignment_id,) = cast.assign("otto", training=str(path))
    build.drain()
    answer = page(cast, assignment_id)
    lines = {line.course: (line.text, bool(line.next_step)) for line in answer.context["enrollments"]}
    assert lines == {"Fire safety": ("Enrolled", False), "Guests": ("Refused by the platform", True)}
    told = [event.text for event in answer.context["history"]]
    assert "Was enrolled in Fire safety already." in told
    assert any(text.startswith("Enrolment in Guests refused: The course is closed") for text in told)


def test_it_costs_as_many_queries_with_a_long_past_as_with_a_short_one(cast, count_queries):
    client, days = cast.client("coordinator"), range(20, 30)
    address = f"/mandatory-assignments/staff/assignments/{cast.assignment_id}/"
    api.change_assignments(actor=cast.people["coordinator"], ids=[cast.assignment_id], fields={"note": "x"}, now=NOW)
    client.get(address)
    short = count_queries(lambda: client.get(address))
    for number in days:
        fields = {"due_on": (NOW + timedelta(days=number)).date()}
        api.change_assignments(actor=cast.people["coordinator"], ids=[cast.assignment_id], fields=fields, now=NOW)
    assert count_queries(lambda: client.get(address)) == short


def test_everything_that_happened_is_told_in_words_even_of_somebody_who_is_gone(cast):
    from mandatory_assignments.models import AuditEntry

    ids, by = [cast.assignment_id], {"actor": cast.people["coordinator"], "now": NOW}
    days = {"from_on": NOW.date(), "until_on": (NOW + timedelta(days=5)).date()}
    api.change_assignments(ids=ids, fields={"note": "Other", "notify_by_email": False}, **by)
    api.change_assignments(ids=ids, fields={"note": ""}, **by)
    api.exempt_assignments(ids=ids, reason="Leave", until=days["until_on"], **by)
    api.lift_exemptions(ids=ids, **by)
    api.exempt_assignments(ids=ids, reason="Leave", **by)
    api.lift_exemptions(ids=ids, **by)
    api.pause_learner(learner="lena", **days, **by)
    api.resume_learner(learner="lena", **by)
    api.change_assignments(ids=ids, fields={"late_policy": "freeze", "due_on": NOW.date()}, **by)
    with clock.at(NOW + timedelta(days=2)):
        api.tick(now=NOW + timedelta(days=2))
    build.time_zone(cast.people["learner"], "Asia/Tokyo")
    build.drain()
    api.withdraw_assignments(ids=ids, unenroll=True, **by)
    build.drain()

    def told():
        history = page(cast, role="global_staff").context["history"]
        acts = list(AuditEntry.objects.filter(assignment__uuid=cast.assignment_id).order_by("at", "id"))
        assert len(history) == len(acts) > 12
        return [(entry.act, event.text) for entry, event in zip(acts, history, strict=True)]

    assert [text for act, text in told() if text.startswith(act)] == []
    build.retire(cast.people["learner"])
    assert [text for act, text in told() if text.startswith(act)] == []


# ----- its rounds ----------------------------------------------------------------------------------------------------


@pytest.fixture
def series(cast):
    """Otto's first aid in person, every four weeks: done late with a proof, missed, and open."""
    from mandatory_assignments.data import Repeat, RepeatAnchor, RepeatUnit, TrainingKind, Unfinished
    from mandatory_assignments.services.trainings import create_training

    coordinator = cast.people["coordinator"]
    (aid,) = create_training(
        actor=coordinator, kind=TrainingKind.MODULE, name="First aid", offline=True, organization="Acme", now=NOW
    ).created
    repeat = Repeat(4, RepeatUnit.WEEKS, RepeatAnchor.CALENDAR, Unfinished.ROLL)
    (assignment_id,) = cast.assign("otto", training=str(aid), repeat=repeat)
    done_at = datetime(2027, 5, 16, 12, tzinfo=UTC)
    with clock.at(done_at):
        api.record_completions(
            actor=coordinator,
            training=str(aid),
            learners=["otto"],
            completed_on=done_at.date(),
            reference="https://example.com/card/7",
            now=done_at,
        )
        build.drain()
    for weeks in range(1, 10):
        with clock.at(done_at + timedelta(weeks=weeks)):
            build.drain()
    with clock.at(done_at + timedelta(weeks=9)):
        yield assignment_id


def test_every_round_tells_when_it_opened_was_due_and_how_it_ended(cast, series):
    rounds = page(cast, series).context["rounds"]
    assert [(each.number, each.due, each.status, each.result) for each in rounds][-2:] == [
        (2, "11 Jun 2027", "missed", "missed, was due 11 June 2027"),
        (1, "14 May 2027", "completed", "done on 16 May 2027, 2 days late"),
    ]
    assert rounds[0].present
    assert rounds[-1].source == "recorded by hand by Cora Office"
    assert 'href="https://example.com/card/7" rel="noreferrer"' in page(cast, series).content.decode()


def test_an_assignment_that_does_not_come_again_tells_of_no_rounds(cast):
    assert page(cast).context["rounds"] == []


def test_a_proof_that_is_no_address_is_text(cast, series):
    from mandatory_assignments.models import Completion

    Completion.objects.update(reference="javascript:alert(1)")
    html = page(cast, series).content.decode()
    assert "javascript:alert(1)" in html
    assert 'href="javascript' not in html


@pytest.mark.parametrize("source", ["platform", "manual", "import"])
def test_its_history_tells_who_says_that_it_is_completed_and_by_what(cast, source):
    if source == "platform":
        build.complete(cast.people["learner"], COURSE)
    elif source == "manual":
        api.record_completions(
            actor=cast.people["coordinator"],
            training=COURSE,
            learners=["lena"],
            completed_on=date(2027, 5, 2),
            reference="Room 3",
        )
    else:
        imported(cast)
    build.drain()
    (told,) = [event.text for event in page(cast).context["history"] if event.text.startswith("Completed on")]
    expected = {
        "platform": "Completed on Monday, 3 May 2027, 10:00, seen on the platform.",
        "manual": "Completed on Sunday, 2 May 2027, recorded by hand by Cora Office. Reference: Room 3",
        "import": "Completed on Sunday, 2 May 2027, imported by Cora Office. event.csv, line 2",
    }
    assert told == expected[source]


def imported(cast):
    """Lena's course out of a file."""
    content = b"Email,Training Type,Name,Date\nlena@example.com,course,Fire safety,2027-05-02\n"
    cora = cast.people["coordinator"]
    job = plan_progress_import(actor=cora, file_name="event.csv", content=content)
    confirm_job(actor=cora, token=job.uuid)
    bulk.work_jobs()


def test_the_persons_page_and_a_round_name_file_and_line_too(cast, series):
    imported(cast)
    build.drain()
    html = cast.client("coordinator").get("/mandatory-assignments/staff/people/lena/").content.decode()
    (recorded,) = re.findall(r"imported · by Cora Office on [^<]+<bdi>event\.csv, line 2</bdi>", html)
    assert "18 July 2027" in recorded
    assert "Completed on Sunday, 2 May 2027, imported. event.csv, line 2<" in html
    from mandatory_assignments.models import Completion

    Completion.objects.filter(learner__username="otto").update(source="import", reference="cards.csv:7")
    assert page(cast, series).context["rounds"][-1].reference == "cards.csv, line 7"


# ----- whether mails arrive ------------------------------------------------------------------------------------------


def trouble(cast, assignment_id=None):
    return page(cast, assignment_id).context["row"].mail_trouble


def test_it_says_why_mails_do_not_arrive(cast):
    from mandatory_assignments.models import Notice, OrganizationPolicy
    from mandatory_assignments.services.notify import set_email_preference

    lena = cast.people["learner"]
    assert trouble(cast) == ""
    told = Notice.objects.get(recipient=lena)
    Notice.objects.filter(id=told.id).update(state="failed", reason="refused", done_at=None)
    assert trouble(cast) == "The last mail may not have arrived (Monday, 3 May 2027): the mail server refused it."
    Notice.objects.filter(id=told.id).update(state="unknown", reason="")
    assert trouble(cast).endswith("nobody knows whether it went out.")
    told.pk, told.uuid, told.dedup_key = None, Notice().uuid, "another"
    told.state, told.done_at = "sent", NOW + timedelta(hours=1)
    told.save()
    assert trouble(cast) == ""
    set_email_preference(user_id=lena.id, email=False, now=NOW)
    assert trouble(cast) == "Mails do not arrive: the person switched mails off."
    OrganizationPolicy.objects.create(organization=told.organization, force_email=True)
    assert trouble(cast) == ""
    type(lena).objects.filter(id=lena.id).update(email="")
    assert trouble(cast) == "Mails do not arrive: the account has no address."
    type(lena).objects.filter(id=lena.id).update(is_active=False)
    assert trouble(cast) == "Mails do not arrive: the account is not active."


def test_a_failed_mail_of_another_organization_is_not_told_of(cast):
    from mandatory_assignments.models import Notice

    Notice.objects.update(state="failed", reason="refused", organization=build.organization("Globex"))
    assert trouble(cast) == ""
