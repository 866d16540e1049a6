"""The pages about mail templates: who may keep them, what is refused where, and that the preview tells the truth."""

import html as markup
import re
from typing import Any

import pytest

from demo.campus import build
from mandatory_assignments import api
from mandatory_assignments.data import NoticeKind, Reminder
from mandatory_assignments.models import EmailTemplate
from tests.roles import COURSE, DUE, NOW, ROLES

PAGES = "/mandatory-assignments/staff/templates/"
WORDS = {"": ("{training}", "Dear {learner},\n\nplease finish by {due_date}.")}


def make(cast, role: str = "coordinator", **named: Any) -> EmailTemplate:
    asked = {"name": "Kind words", "kind": NoticeKind.REMINDER, "wordings": WORDS, **named}
    (made,) = api.save_template(actor=cast.people[role], now=NOW, **asked).created
    return EmailTemplate.objects.get(uuid=made)


def text(answer: Any) -> str:
    """What the page says, without its markup."""
    body = answer.content.decode()
    return re.sub(r"\s+", " ", markup.unescape(re.sub(r"<[^>]+>", " ", body[body.index("<main") :])))


def wording(code: str, subject: str, body: str) -> dict[str, Any]:
    return {"language": code, f"text-{code}-subject": subject, f"text-{code}-body": body}


def stored(row: EmailTemplate) -> dict[str, tuple[str, str]]:
    return {each.language: (each.subject, each.body) for each in row.texts.all()}


# The page, and the status for each of ROLES in that order; {site} is the site's template, {own} Acme's.
ANSWERS = [
    ("", (302, 403, 403, 403, 403, 200, 200, 200)),
    ("new/", (302, 403, 403, 403, 403, 200, 200, 200)),
    ("{own}/", (302, 403, 403, 403, 403, 200, 404, 200)),
    ("{own}/delete/", (302, 403, 403, 403, 403, 200, 404, 200)),
    ("{site}/", (302, 403, 403, 403, 403, 200, 200, 200)),
    ("{site}/delete/", (302, 403, 403, 403, 403, 403, 403, 200)),
    ("6f1a3c52-0000-4000-8000-000000000000/", (302, 403, 403, 403, 403, 404, 404, 404)),
    ("6f1a3c52-0000-4000-8000-000000000000/delete/", (302, 403, 403, 403, 403, 404, 404, 404)),
]


def test_the_role_decides_about_the_page(cast):
    known = {"own": make(cast).uuid, "site": make(cast, "global_staff").uuid}
    clients = {role: cast.client(role) for role in ROLES}
    for path, statuses in ANSWERS:
        answers = [client.get(PAGES + path.format(**known)) for client in clients.values()]
        assert (path, tuple(answer.status_code for answer in answers)) == (path, statuses)


@pytest.mark.parametrize("role", ["learner", "manager", "course_staff", "foreign_coordinator"])
def test_a_form_sent_past_the_role_changes_nothing(cast, role):
    row, client = make(cast), cast.client(role)
    sent = {"name": "Mine", **wording("other", "a", "b"), "save": ""}
    assert client.post(f"{PAGES}{row.uuid}/", sent).status_code in (403, 404)
    assert client.post(f"{PAGES}{row.uuid}/delete/").status_code in (403, 404)
    assert stored(EmailTemplate.objects.get(name="Kind words")) == WORDS


def test_who_keeps_templates_finds_them_in_the_menu(cast):
    for role, expected in (("coordinator", True), ("course_staff", False), ("manager", False)):
        menu = cast.client(role).get("/mandatory-assignments/staff/").content.decode()
        assert (f'href="{PAGES}"' in menu) is expected


# ----- the list -----------------------------------------------------------------------------------------------------


def test_the_list_says_whose_in_which_languages_and_where_it_is_used(cast):
    row = make(cast, name="Kind <b>", wordings={**WORDS, "de": ("a", "b")})
    make(cast, "global_staff", name="Of the site")
    make(cast, "foreign_coordinator", name="Of others")
    told = text(cast.client("coordinator").get(PAGES))
    for words in ("Kind <b>", "Acme", "All other languages, Deutsch", "nothing yet", "Of the site", "Everybody: the"):
        assert words in told
    assert "Of others" not in told
    rule = Reminder(2, template=str(row.uuid))
    api.save_reminder_set(actor=cast.people["coordinator"], name="Ours", wanted=[rule, Reminder(0)], now=NOW)
    told = text(cast.client("coordinator").get(PAGES))
    assert "1 reminder set " in told
    assert "2 days before the due date, to: learner, with the text “Kind <b>”" in told
    cast.assign("otto", remind=[rule])
    assert "1 reminder set, assignments" in text(cast.client("coordinator").get(PAGES))


def test_an_empty_list_says_what_templates_are_for(cast):
    told = text(cast.client("coordinator").get(PAGES))
    for words in ("There are no templates yet.", "Write the first template", "Compliance", "14 days before"):
        assert words in told


def test_a_long_list_takes_no_more_queries_than_a_short_one(cast, count_queries):
    client, actor = cast.client("coordinator"), cast.people["coordinator"]

    def more(number: int) -> None:
        row = make(cast, name=f"Words {number}")
        rules = [Reminder(1, template=str(row.uuid)), Reminder(2)]
        api.save_reminder_set(actor=actor, name=f"Set {number}", wanted=rules, now=NOW)

    more(0)
    client.get(PAGES)
    few = count_queries(lambda: client.get(PAGES))
    for number in range(1, 8):
        more(number)
    assert count_queries(lambda: client.get(PAGES)) == few


# ----- writing ------------------------------------------------------------------------------------------------------


def test_a_template_is_written_language_by_language(cast):
    client = cast.client("coordinator")
    first = wording("other", "{training}", "Dear {learner}")
    page = client.post(f"{PAGES}new/", {"name": "Kind", **first, "add_language": "de", "add": ""})
    assert [each.code for each in page.context["form"].wordings] == ["other", "de"]
    assert 'value="Kind"' in page.content.decode()
    assert "Dear {learner}" in text(page)
    assert not EmailTemplate.objects.exists()
    both = {
        **first,
        **wording("de", "Bitte: {training}", "Hallo {learner},\r\n\r\nbis bald"),
        "language": ["other", "de"],
    }
    answer = client.post(f"{PAGES}new/", {"name": "Kind", **both, "save": ""})
    assert (answer.status_code, answer["Location"]) == (302, PAGES)
    row = EmailTemplate.objects.get()
    assert (row.name, row.kind, row.organization.short_name) == ("Kind", "reminder", "Acme")
    assert stored(row) == {
        "": ("{training}", "Dear {learner}"),
        "de": ("Bitte: {training}", "Hallo {learner},\n\nbis bald"),
    }
    assert "Saved." in text(client.get(PAGES))
    page = client.post(f"{PAGES}{row.uuid}/", {"name": "Kind", **both, "remove": "other"})
    assert [each.code for each in page.context["form"].wordings] == ["de"]
    client.post(f"{PAGES}{row.uuid}/", {"name": "Kinder", **both, "language": "de", "save": ""})
    row.refresh_from_db()
    assert (row.name, set(stored(row))) == ("Kinder", {"de"})


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"name": " "}, "Give it a name."),
        ({"name": "Taken"}, 'There is a template "Taken" already.'),
        (wording("other", "", "b"), "Subject and text must not be empty."),
        (wording("other", "a", "{password} b"), '"password" cannot be filled in; these can: {learner}, {training}'),
        (wording("other", "{{", "b"), '"{" cannot be filled in'),
        (wording("other", "a\nBcc: all@example.com", "b"), "A subject is one line, without line breaks."),
        (wording("other", "x" * 256, "b"), "A subject has at most 255 characters"),
        (wording("other", "a", "x" * 10_001), "a text 10000."),
        (wording("other", "a\x00", "b"), "Null characters are not allowed."),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_wrong_stands_beside_the_field_and_nothing_typed_is_lost(cast, sent, told):
    make(cast, name="Taken")
    given = {"name": "Mine", **wording("other", "Mind <this>", "And <that>"), **sent}
    answer = cast.client("coordinator").post(f"{PAGES}new/", {**given, "save": ""})
    assert answer.status_code == 200
    said = text(answer)
    assert "Nothing has been saved yet:" in said
    assert said.count(told) >= 2  # in the summary and beside the field
    assert 'aria-invalid="true"' in answer.content.decode()
    assert "<that>" not in answer.content.decode()
    assert EmailTemplate.objects.count() == 1


@pytest.mark.parametrize("button", ["save", "show", "add", "remove"])
@pytest.mark.parametrize(
    "sent",
    [
        {"name": "\x00", "language": ["<b>", "\x00", "xx", "de"], "add_language": "nonsense"},
        {"name": "x" * 5000, "organization": "Nowhere", "sample": "nonsense", "shown_in": "\x00"},
        {"language": "de", "text-de-body": "{" * 500, "sample": "6f1a3c52-0000-4000-8000-000000000000"},
    ],
    ids=["odd languages", "odd choices", "odd texts"],
)
def test_odd_input_never_breaks_the_form(cast, sent, button):
    row, client = make(cast), cast.client("coordinator")
    for path in ("new/", "new/?from=nonsense", f"{row.uuid}/"):
        assert client.post(PAGES + path, {**sent, button: "nonsense"}).status_code == 200
    assert stored(row) == WORDS


def test_an_owner_is_chosen_where_there_is_a_choice(cast):
    assert "organization" not in cast.client("coordinator").get(f"{PAGES}new/").context["form"].head.fields
    client = cast.client("global_staff")
    sent = {"name": "A", **wording("other", "a", "b"), "save": ""}
    client.post(f"{PAGES}new/", {**sent, "organization": "Globex"})
    client.post(f"{PAGES}new/", {**sent, "organization": ""})
    assert {row.organization and row.organization.short_name for row in EmailTemplate.objects.all()} == {"Globex", None}


def test_who_coordinates_two_organizations_names_one(cast):
    build.coordinator(cast.people["coordinator"], "Globex")
    sent = {"name": "A", **wording("other", "a", "b"), "save": ""}
    client = cast.client("coordinator")
    assert "Name the organization." in text(client.post(f"{PAGES}new/", sent))
    client.post(f"{PAGES}new/", {**sent, "organization": "Globex"})
    assert EmailTemplate.objects.get().organization.short_name == "Globex"


def test_the_site_s_is_read_shown_and_copied_by_coordinators(cast):
    row, client = make(cast, "global_staff"), cast.client("coordinator")
    page = client.get(f"{PAGES}{row.uuid}/")
    assert "you may use it and not change it" in text(page)
    assert 'name="save"' not in page.content.decode()
    sent = {"name": "Mine", **wording("other", "a", "b")}
    assert client.post(f"{PAGES}{row.uuid}/", {**sent, "save": ""}).status_code == 403
    shown = client.post(f"{PAGES}{row.uuid}/", {**sent, "sample": "", "show": ""})
    assert shown.context["preview"].subject == "Fire safety"
    copy = client.get(f"{PAGES}new/?from={row.uuid}")
    assert copy.context["form"].wordings[0].texts == WORDS[""]


# ----- the preview --------------------------------------------------------------------------------------------------


def shown(cast, sent: dict[str, Any], role: str = "coordinator") -> Any:
    return cast.client(role).post(f"{PAGES}new/", {**sent, "show": ""})


def test_the_preview_shows_unsaved_words_with_real_facts(cast):
    sent = wording("other", "{training}!", "Dear {learner}\r\n\r\n{note} <b>{organization}</b>")
    page = shown(cast, {**sent, "sample": str(cast.assignment_id)})
    preview = page.context["preview"]
    assert (preview.subject, list(preview.paragraphs)) == (
        "Fire safety!",
        ["Dear Lena Sommer", "Before the drill <b>Acme</b>"],
    )
    assert "<p>Before the drill &lt;b&gt;Acme&lt;/b&gt;</p>" in page.content.decode()
    assert "Sign in:" in preview.text
    assert not EmailTemplate.objects.exists()


def test_the_preview_never_shows_the_link_that_ends_somebody_s_mails(cast):
    page = shown(cast, {**wording("other", "a", "b"), "sample": str(cast.assignment_id)})
    assert "No more such mails: …" in page.context["preview"].text
    assert "/preferences/off/" not in page.content.decode()


def test_the_preview_speaks_the_language_of_the_wording(cast):
    both = {**wording("other", "a", "b"), **wording("ar", "c", "{due_date}"), "language": ["other", "ar"]}
    preview = shown(cast, {**both, "shown_in": "ar"}).context["preview"]
    assert (preview.language, preview.right_to_left, preview.subject) == ("ar", True, "c")
    preview = shown(cast, {**both, "shown_in": "other"}).context["preview"]
    assert (preview.language, preview.right_to_left, preview.subject) == ("en", False, "a")


def test_the_preview_of_an_unknown_placeholder_names_it(cast):
    page = shown(cast, wording("other", "a", "Dear {password}"))
    assert page.context["preview"] is None
    assert '"password" cannot be filled in' in text(page)
    assert "Nothing has been saved yet" not in text(page)


def test_the_preview_is_an_example_where_nothing_is_assigned(cast):
    page = shown(cast, wording("other", "{training}", "Dear {learner}, {due_in_words}"), "foreign_coordinator")
    assert page.context["preview"].paragraphs == ["Dear Lena Sommer, 3 days left"]
    assert page.context["samples"].choices == []


def test_the_preview_offers_nobody_of_others(cast):
    gina = build.user("gina", organization="Globex")
    course = build.course("course-v1:Globex+SAFE+2027")
    (theirs,) = api.assign_learners(
        actor=cast.people["foreign_coordinator"], training=str(course), learners=["gina"], due_on=DUE, now=NOW
    ).created
    page = shown(cast, {**wording("other", "a", "{learner}"), "sample": str(theirs)})
    assert [id for id, _title in page.context["samples"].choices] == [str(cast.assignment_id)]
    assert page.context["samples"].chosen == ""
    assert gina.username not in page.content.decode()


def test_many_assignments_cost_the_form_no_more_queries(cast, count_queries):
    row, client = make(cast), cast.client("coordinator")
    client.get(f"{PAGES}{row.uuid}/")
    few = count_queries(lambda: client.get(f"{PAGES}{row.uuid}/"))
    cast.assign(*(build.user(f"more{number}", organization="Acme").username for number in range(5)), training=COURSE)
    assert count_queries(lambda: client.get(f"{PAGES}{row.uuid}/")) == few


# ----- deleting -----------------------------------------------------------------------------------------------------


def test_a_template_that_nothing_uses_is_deleted_after_asking(cast):
    row, client = make(cast), cast.client("coordinator")
    assert "Nothing uses it" in text(client.get(f"{PAGES}{row.uuid}/delete/"))
    answer = client.post(f"{PAGES}{row.uuid}/delete/")
    assert (answer.status_code, answer["Location"]) == (302, PAGES)
    assert "Kind words is deleted." in text(client.get(PAGES))
    assert not EmailTemplate.objects.exists()


def test_one_that_is_in_use_says_where_and_stays(cast):
    row, client = make(cast), cast.client("coordinator")
    rule = Reminder(2, template=str(row.uuid))
    cast.assign("otto", remind=[rule])
    api.save_reminder_set(actor=cast.people["coordinator"], name="Ours", wanted=[rule], now=NOW)
    told = text(client.get(f"{PAGES}{row.uuid}/delete/"))
    for words in ("“Kind words” is in use", "Reminder set Ours , Acme", "Rules of 1 open assignment "):
        assert words in told
    answer = client.post(f"{PAGES}{row.uuid}/delete/")
    assert "it cannot be deleted" in text(client.get(answer["Location"]))
    assert EmailTemplate.objects.exists()


def test_rules_that_no_assignment_has_any_more_do_not_keep_it(cast):
    row, client = make(cast), cast.client("coordinator")
    (made,) = cast.assign("otto", remind=[Reminder(2, template=str(row.uuid))])
    fields = {"reminders": [Reminder(3)]}
    api.change_assignments(actor=cast.people["coordinator"], ids=[made], fields=fields, now=NOW)
    assert "Nothing uses it" in text(client.get(f"{PAGES}{row.uuid}/delete/"))
    client.post(f"{PAGES}{row.uuid}/delete/")
    assert not EmailTemplate.objects.exists()


def test_nobody_learns_whether_others_use_the_site_s(cast):
    row = make(cast, "global_staff")
    cast.assign("otto", remind=[Reminder(2, template=str(row.uuid))])
    assert "nothing yet" in text(cast.client("foreign_coordinator").get(PAGES))
    assert "nothing yet" not in text(cast.client("coordinator").get(PAGES))
