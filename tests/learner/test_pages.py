"""The learner's pages: everybody sees their own, in their own language and zone."""

import re
from datetime import timedelta

import pytest

from demo.campus import build, clock
from mandatory_assignments import api
from tests.roles import COURSE, NOW, ROLES

PAGES = "/mandatory-assignments"

ANSWERS = [
    ("/", (302, 200, 200, 200, 200, 200, 200, 200)),
    ("/assignments/{id}/", (302, 200, 404, 404, 404, 404, 404, 404)),
    ("/assignments/{id}/continue/", (302, 302, 404, 404, 404, 404, 404, 404)),
    ("/assignments/6f1a3c52-0000-4000-8000-000000000000/", (302, 404, 404, 404, 404, 404, 404, 404)),
    ("/assignments/1/", (404, 404, 404, 404, 404, 404, 404, 404)),
]


def page(cast, path=""):
    answer = cast.client("learner").get(f"{PAGES}/{path}")
    assert answer.status_code == 200
    return answer


def text(cast, path=""):
    """The page as it is read, without markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", page(cast, path).content.decode()).split())


@pytest.mark.parametrize(
    ("path", "role", "status"),
    [
        pytest.param(path, role, status, id=f"{path} by {role}: {status}")
        for path, statuses in ANSWERS
        for role, status in zip(ROLES, statuses, strict=True)
    ],
)
def test_everybody_sees_only_their_own(cast, path, role, status):
    answer = cast.client(role).get(PAGES + path.format(id=cast.assignment_id))
    assert answer.status_code == status
    if role == "anonymous" and status == 302:
        assert answer["Location"].startswith("/signin/?next=")


def test_the_assignment_tells_due_date_note_progress_and_what_is_missing(cast):
    build.complete(cast.people["learner"], COURSE, units=1)
    build.drain()
    told = text(cast, f"assignments/{cast.assignment_id}/")
    assert "11 days left – Friday, 14 May 2027 end of the day, Europe/Berlin" in told
    assert "Note from Cora Office Before the drill" in told
    assert "1 of 4 units 25 %" in told
    assert "3 units are still to be done." in told
    assert "Assigned by Cora Office for Acme on Monday, 3 May 2027." in told


def test_every_unit_has_its_tick_and_its_link(cast):
    build.complete(cast.people["learner"], COURSE, units=1)
    html = page(cast, f"assignments/{cast.assignment_id}/").content.decode()
    assert re.findall(r", (done|not done)<", html) == ["done", "not done", "not done", "not done"]
    for unit in build.units(COURSE):
        assert f"/jump_to/{unit}" in html


def test_continue_leads_to_the_first_unit_that_is_not_done(cast):
    build.complete(cast.people["learner"], COURSE, units=2)
    answer = cast.client("learner").get(f"{PAGES}/assignments/{cast.assignment_id}/continue/")
    assert answer["Location"].endswith(f"/jump_to/{build.units(COURSE)[2]}")


def test_continue_leads_to_the_course_when_all_is_done(cast):
    build.complete(cast.people["learner"], COURSE)
    answer = cast.client("learner").get(f"{PAGES}/assignments/{cast.assignment_id}/continue/")
    assert answer["Location"].endswith(f"/courses/{COURSE}/course/")


def test_a_course_that_cannot_be_read_leaves_the_rest_of_the_page(cast, monkeypatch):
    from mandatory_assignments.host import lms

    monkeypatch.setattr(lms, "outlines", lambda keys: {})
    told = text(cast, f"assignments/{cast.assignment_id}/")
    assert "The units cannot be shown at the moment." in told
    assert "Before the drill" in told


def test_a_completed_assignment_says_when(cast):
    build.complete(cast.people["learner"], COURSE)
    build.drain()
    told = text(cast, f"assignments/{cast.assignment_id}/")
    assert "completed in time" in told
    assert "Nothing: this assignment is completed. You completed it on Monday, 3 May 2027." in told
    assert "Continue" not in told


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "11 days left"), (10, "due tomorrow"), (11, "due today"), (12, "1 day overdue"), (13, "2 days overdue")],
)
def test_the_due_date_is_told_in_words(cast, days, words):
    with clock.at(NOW + timedelta(days=days)):
        assert f"{words} – Friday, 14 May 2027" in text(cast)


def test_days_are_the_learners_own(cast):
    # 22:30 UTC on 13 May is the 14th in Berlin already.
    with clock.at(NOW.replace(day=13, hour=22, minute=30)):
        assert "due today" in text(cast)


def test_a_due_day_that_ends_by_another_clock_than_the_learners_names_it(cast, settings):
    settings.MANDATORY_ASSIGNMENTS_DEADLINE_ZONE = "Pacific/Kiritimati"
    cast.assign(training=str(build.course("course-v1:Acme+FAR+2027", name="Far away")))
    told = text(cast)
    assert "Friday, 14 May 2027 (Pacific/Kiritimati)" in told
    assert told.count("(") == 1


def test_dates_speak_the_readers_language(cast):
    build.user("gerda", organization="Acme", time_zone="Europe/Berlin", language="de")
    cast.assign("gerda")
    from django.contrib.auth import get_user_model

    client = cast.client("learner")
    client.force_login(
        get_user_model().objects.get(username="gerda"), backend="django.contrib.auth.backends.ModelBackend"
    )
    assert "Freitag, 14. Mai 2027" in client.get(f"{PAGES}/").content.decode()


def test_what_is_to_do_comes_before_what_is_done(cast):
    for key, days in (("A", 20), ("B", 10)):
        course = build.course(f"course-v1:Acme+{key}+2027", name=f"Course {key}")
        cast.assign(training=str(course), due_on=(NOW + timedelta(days=days)).date())
    build.complete(cast.people["learner"], COURSE)
    build.drain()
    answer = page(cast)
    assert [row.training for row in answer.context["to_do"]] == ["Course B", "Course A"]
    assert [row.training for row in answer.context["over"]] == ["Fire safety"]


def test_who_has_nothing_to_do_is_told_so(cast):
    html = cast.client("other_learner").get(f"{PAGES}/").content.decode()
    assert "You have nothing to do." in html


@pytest.mark.parametrize("role", ["learner", "coordinator"])
def test_the_way_to_the_staff_pages_is_shown_to_those_who_may_go(cast, role):
    html = cast.client(role).get(f"{PAGES}/").content.decode()
    assert ("/mandatory-assignments/staff/" in html) is (role == "coordinator")


def test_markup_in_the_note_is_text_and_lines_are_kept(cast):
    (assignment_id,) = cast.assign("otto", note="<script>alert(1)</script>\nsecond line")
    html = cast.client("other_learner").get(f"{PAGES}/assignments/{assignment_id}/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\nsecond line" in html
    assert "<script>alert" not in html


def test_done_assignments_are_turned_over_by_pages(cast):
    learner = cast.people["learner"]
    for number in range(26):
        course = build.course(f"course-v1:Acme+D{number}+2027", sections=1, subsections=1, units=1, blocks=1)
        cast.assign(training=str(course))
        build.complete(learner, course)
    api.tick(now=NOW + timedelta(minutes=5))
    first = page(cast)
    second = page(cast, f"?{first.context['next_query']}")
    assert [len(first.context["over"]), len(second.context["over"])] == [25, 1]
    assert cast.client("learner").get(f"{PAGES}/?cursor=garbage").status_code == 302


def test_pages_stand_on_their_own_where_the_platform_gives_no_template(cast, settings):
    settings.MANDATORY_ASSIGNMENTS_BASE_TEMPLATE = "mandatory_assignments/base.html"
    html = page(cast).content.decode()
    assert '<html lang="en" dir="ltr">' in html
    assert '<a class="ma-skip" href="#ma-main">Skip to the page</a>' in html


@pytest.mark.parametrize("path", ["", "assignments/{id}/"])
def test_pages_have_no_inline_script_or_style(cast, path):
    html = page(cast, path.format(id=cast.assignment_id)).content.decode()
    assert not re.search(r"<script(?![^>]*src)|<style|\sstyle=|\son\w+=", html)


# ----- what waits, what is frozen, what is over ---------------------------------------------------------------------


def test_an_exemption_is_told_in_words_with_its_reason(cast):
    coordinator = cast.people["coordinator"]
    api.exempt_assignments(actor=coordinator, ids=[cast.assignment_id], reason="Parental leave", now=NOW)
    listed = page(cast)
    assert [row.training for row in listed.context["waiting"]] == ["Fire safety"]
    assert listed.context["to_do"] == []
    assert "Exempt until further notice" in text(cast)
    assert "Continue" not in text(cast)
    told = text(cast, f"assignments/{cast.assignment_id}/")
    assert "You are exempt: you do not have to do this until you are told otherwise. Parental leave" in told
    assert "After the due date" not in told


def test_an_exemption_with_an_end_tells_when_it_is_due_then(cast):
    until = (NOW + timedelta(days=32)).date()
    api.exempt_assignments(
        actor=cast.people["coordinator"], ids=[cast.assignment_id], reason="Leave", until=until, now=NOW
    )
    told = text(cast, f"assignments/{cast.assignment_id}/")
    assert "You are exempt until Friday, 4 June 2027. After that this is due on Tuesday, 15 June 2027." in told
    assert "until Friday, 4 June 2027 – then due Tuesday, 15 June 2027" in text(cast)


def test_an_absence_is_told_with_the_day_it_ends(cast):
    days = {"from_on": NOW.date(), "until_on": (NOW + timedelta(days=9)).date()}
    api.pause_learner(actor=cast.people["coordinator"], learner="lena", **days, now=NOW)
    told = text(cast, f"assignments/{cast.assignment_id}/")
    assert "You are away until Wednesday, 12 May 2027. This is due on Monday, 24 May 2027;" in told
    assert "Continue" in told


def test_one_sentence_says_that_late_work_counts_as_late(cast):
    assert "After the due date you can still complete it; it then counts as late." in text(
        cast, f"assignments/{cast.assignment_id}/"
    )


@pytest.mark.parametrize(
    ("grace", "days", "told"),
    [
        (0, 0, "What you do after Friday, 14 May 2027 does not count for this assignment."),
        (3, 0, "Until Monday, 17 May 2027 you can still complete it late; what you do after that does not count"),
        (0, 13, "What you did until Friday, 14 May 2027 counts: 1 of 4 units. What you do now no longer counts"),
    ],
    ids=["before, without grace", "before, with grace", "afterwards"],
)
def test_one_sentence_says_what_freezing_means(cast, grace, days, told):
    fields = {"late_policy": "freeze", "grace_days": grace}
    api.change_assignments(actor=cast.people["coordinator"], ids=[cast.assignment_id], fields=fields, now=NOW)
    build.complete(cast.people["learner"], COURSE, units=1)
    build.drain()
    with clock.at(NOW + timedelta(days=days)):
        assert told in text(cast, f"assignments/{cast.assignment_id}/")


def test_units_tick_on_although_the_assignment_is_frozen(cast):
    fields = {"late_policy": "freeze"}
    api.change_assignments(actor=cast.people["coordinator"], ids=[cast.assignment_id], fields=fields, now=NOW)
    later = NOW + timedelta(days=13)
    with clock.at(later):
        api.tick(now=later)
        build.complete(cast.people["learner"], COURSE, units=2)
        build.drain()
        answer = page(cast, f"assignments/{cast.assignment_id}/")
    assert answer.context["row"].units_text == "0 of 4 units"
    assert [item.done for item in answer.context["items"]] == [True, True, False, False]


def frozen_after(cast, days, **named):
    """What was done on the day is done, and the page shows it some days after a cut-off that has passed."""
    fields = {"late_policy": "freeze", **named}
    api.change_assignments(actor=cast.people["coordinator"], ids=[cast.assignment_id], fields=fields, now=NOW)
    build.complete(cast.people["learner"], COURSE, units=1)
    build.drain()
    later = NOW + timedelta(days=days)
    with clock.at(later):
        build.complete(cast.people["learner"], COURSE, units=3)
        api.tick(now=later)
        return page(cast, f"assignments/{cast.assignment_id}/")


def test_what_was_done_after_the_cut_off_is_ticked_and_marked_as_too_late(cast):
    answer = frozen_after(cast, 13)
    assert [(item.done, item.late) for item in answer.context["items"]] == [
        (True, False),
        (True, True),
        (True, True),
        (False, False),
    ]
    assert answer.content.decode().count("done too late to count") == 2
    assert answer.context["row"].units_text == "1 of 4 units"


def test_what_is_done_in_the_days_of_grace_is_not_too_late(cast):
    answer = frozen_after(cast, 13, grace_days=3)
    assert [item.late for item in answer.context["items"]] == [False] * 4
    assert "too late" not in answer.content.decode()


def test_late_work_that_is_accepted_is_not_marked(cast):
    with clock.at(NOW + timedelta(days=13)):
        build.complete(cast.people["learner"], COURSE, units=1)
        build.drain()
        told = text(cast, f"assignments/{cast.assignment_id}/")
    assert "too late" not in told
    assert "After the due date You can still complete it; it counts as late." in told


# ----- what was before, what hinders --------------------------------------------------------------------------------


def test_how_much_was_done_before_the_assignment_is_told(cast):
    client, otto = cast.client("other_learner"), cast.people["other_learner"]
    build.complete(otto, COURSE, units=1, at=NOW - timedelta(days=30))
    (assignment_id,) = cast.assign("otto")
    build.drain()
    build.complete(otto, COURSE, units=2, at=NOW + timedelta(hours=1))
    told = client.get(f"{PAGES}/assignments/{assignment_id}/").content.decode()
    assert "25 % of it was done before the assignment." in told
    assert "before the assignment" not in text(cast, f"assignments/{cast.assignment_id}/")


def test_who_was_put_out_of_the_course_is_told_what_to_do(cast):
    build.unenroll(cast.people["learner"], COURSE, by=cast.people["course_staff"])
    build.drain()
    for path in ("", f"assignments/{cast.assignment_id}/"):
        assert "You are not enrolled in the course any more. Enrol again to go on." in text(cast, path)


def test_who_could_not_be_enrolled_is_not_told_that_they_are_and_need_do_nothing(cast):
    closed = str(build.course("course-v1:Acme+SHUT+2027", name="Shut", invitation_only=True))
    (assignment_id,) = cast.assign(training=closed)
    build.drain()
    told = text(cast, f"assignments/{assignment_id}/")
    assert "You could not be enrolled yet. Whoever assigned it sees this; you need not do anything." in told
    assert "invitation" not in told


def test_who_never_had_an_assignment_is_told_where_they_will_be(cast):
    html = cast.client("other_learner").get(f"{PAGES}/").content.decode()
    assert "What is assigned to you is listed here." in html
    build.complete(cast.people["learner"], COURSE)
    build.drain()
    assert "You have nothing to do. Well done!" in text(cast)


# ----- very much of it ----------------------------------------------------------------------------------------------


def test_a_thousand_units_are_folded_by_their_parts_and_cost_as_many_queries_as_four(cast, count_queries):
    few = f"{PAGES}/assignments/{cast.assignment_id}/"
    big = build.course("course-v1:Acme+BIG+2027", sections=10, subsections=10, units=10, blocks=1)
    (assignment_id,) = cast.assign(training=str(big))
    build.complete(cast.people["learner"], big, units=15)
    build.drain()
    client, many = cast.client("learner"), f"{PAGES}/assignments/{assignment_id}/"
    html = client.get(many).content.decode()
    assert html.count("<details") == 100
    assert re.findall(r"<details[^>]* open>.*?<bdi>([^<]+)<", html) == ["Section 1 – Subsection 1.2"]
    assert html.count("5 of 10 units") == 1
    assert html.count("/jump_to/") == 1000
    client.get(few)
    assert count_queries(lambda: client.get(many)) == count_queries(lambda: client.get(few))
    assert "<details" not in client.get(few).content.decode()


@pytest.mark.parametrize("path", [f"{PAGES}/", "/dashboard"])
def test_a_hundred_assignments_cost_as_many_queries_as_one(cast, count_queries, path):
    from tests.learner.test_section import html as section

    client, learner = cast.client("learner"), cast.people["learner"]
    shown = (lambda: section(learner)) if path == "/dashboard" else (lambda: client.get(path).content.decode())
    shown()
    one = count_queries(shown)
    for number in range(99):
        cast.assign(training=str(build.course(f"course-v1:Acme+C{number}+2027", sections=1, subsections=1, units=1)))
    assert shown().count("<article") == (5 if path == "/dashboard" else 100)
    assert count_queries(shown) == one


# ----- over --------------------------------------------------------------------------------------------------------


def test_what_was_withdrawn_or_missed_stays_in_the_past(cast):
    api.withdraw_assignments(actor=cast.people["coordinator"], ids=[cast.assignment_id], now=NOW)
    answer = page(cast)
    assert [(row.training, row.status) for row in answer.context["over"]] == [("Fire safety", "withdrawn")]
    told = text(cast, f"assignments/{cast.assignment_id}/")
    assert "on Monday, 3 May 2027 – was due Friday, 14 May 2027" in told
    assert "Nothing: this assignment was withdrawn." in told
    assert "Continue" not in told


def test_a_frozen_one_that_was_assigned_anew_is_missed(cast):
    fields = {"late_policy": "freeze"}
    api.change_assignments(actor=cast.people["coordinator"], ids=[cast.assignment_id], fields=fields, now=NOW)
    later = NOW + timedelta(days=15)
    with clock.at(later):
        cast.assign(due_on=(later + timedelta(days=20)).date(), now=later)
        answer = page(cast)
        told = text(cast, f"assignments/{cast.assignment_id}/")
    assert [row.status for row in answer.context["over"]] == ["missed"]
    assert "closed on Tuesday, 18 May 2027" in told
    assert "Nothing: this assignment was closed without completion." in told


# ----- again and again -----------------------------------------------------------------------------------------------


def test_the_way_to_the_inbox_says_how_much_was_not_read(cast):
    from mandatory_assignments.services.notify import note_read

    for path in ("", f"assignments/{cast.assignment_id}/", "inbox/", "preferences/"):
        assert "What you were told 1 unread" in text(cast, path)
    note_read(user_id=cast.people["learner"].id, now=NOW)
    assert "unread" not in text(cast)


def repeated(cast, username="otto", **named):
    """The course, every 52 weeks."""
    from mandatory_assignments.data import Repeat, RepeatUnit

    (assignment_id,) = cast.assign(username, repeat=Repeat(52, RepeatUnit.WEEKS, **named))
    build.drain()
    return cast.client("other_learner"), f"{PAGES}/assignments/{assignment_id}/"


def test_it_tells_when_it_comes_back_and_what_became_of_earlier_rounds(cast):
    client, address = repeated(cast)
    assert "It comes back 52 weeks after you complete it." in client.get(address).content.decode()
    build.complete(cast.people["other_learner"], COURSE)
    build.drain()
    assert "It comes back on Monday, 1 May 2028." in client.get(address).content.decode()
    with clock.at(NOW + timedelta(days=52 * 7 + 1)):
        build.drain()
        html = client.get(address).content.decode()
    assert "Earlier rounds" in html
    assert "Round 1 · done on 3 May 2027" in html
    assert "It comes back 52 weeks after you complete it." in html


def test_on_the_calendar_it_tells_the_day_or_that_this_one_has_to_be_done_first(cast):
    from mandatory_assignments.data import RepeatAnchor

    client, address = repeated(cast, anchor=RepeatAnchor.CALENDAR)
    html = client.get(address).content.decode()
    assert "If you complete it in time, it comes back on Monday, 1 May 2028." in html
    with clock.at(NOW + timedelta(days=20)):
        html = client.get(address).content.decode()
    assert "It comes back every 52 weeks; the next round opens once you have completed this one." in html


def test_what_rolls_on_comes_back_on_its_day_done_or_not(cast):
    from mandatory_assignments.data import RepeatAnchor, Unfinished

    client, address = repeated(cast, anchor=RepeatAnchor.CALENDAR, unfinished=Unfinished.ROLL)
    told = client.get(address).content.decode()
    assert "It comes back on Monday, 1 May 2028, whether or not you have completed it by then." in told


def test_what_does_not_come_again_says_nothing_of_it(cast):
    told = text(cast, f"assignments/{cast.assignment_id}/")
    assert "comes back" not in told
    assert "Earlier rounds" not in told


def test_many_rounds_and_messages_cost_as_many_queries_as_few(cast, count_queries):
    from mandatory_assignments.models import Cycle

    client, address = repeated(cast)
    present = Cycle.objects.get(assignment__learner=cast.people["other_learner"])
    client.get(address)
    few = count_queries(lambda: client.get(address))
    for number in range(2, 12):
        Cycle.objects.filter(id=present.id).update(open=None, closed_as="missed", closed_at=NOW)
        present.pk, present.uuid, present.number, present._state.adding = None, Cycle().uuid, number, True
        present.save()
    assert "Round 10 · missed, was due 14 May 2027" in client.get(address).content.decode()
    assert count_queries(lambda: client.get(address)) == few


@pytest.mark.parametrize("clear", [True, False], ids=["cleared", "not cleared"])
def test_what_was_deleted_says_whether_it_can_be_done_again(cast, clear):
    from mandatory_assignments.models import Progress

    build.complete(cast.people["learner"], COURSE)
    build.drain()
    (row,) = Progress.objects.filter(learner=cast.people["learner"], training__key=COURSE)
    keys = [(row.learner_id, row.training_id)]
    api.revoke_completions(actor=cast.people["coordinator"], keys=keys, reason="", reset_course_state=clear)
    build.drain()
    for path in (f"{PAGES}/assignments/{cast.assignment_id}/", f"{PAGES}/staff/assignments/{cast.assignment_id}/"):
        role = "coordinator" if "staff" in path else "learner"
        content = cast.client(role).get(path).content.decode()
        assert ("; this can only be completed again by staff." in content) == (not clear)
        assert ("4 units are still to be done." in content) == clear
    build.complete(cast.people["learner"], COURSE)
    build.drain()
    assert ("Nothing: this assignment is completed." in text(cast, f"assignments/{cast.assignment_id}/")) == clear
