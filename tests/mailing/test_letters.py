"""What mails say: in the reader's language, with everything escaped, and nothing that breaks out of a header."""

import re
from collections import Counter

import pytest
from django.core import signing
from django.core.signing import BadSignature
from django.template import Template, loader
from django.template.loader import get_template

from demo.campus import build
from mandatory_assignments import api
from mandatory_assignments.data import NoticeKind, Reminder, Role
from mandatory_assignments.mailing import letters
from mandatory_assignments.models import Notice, OrganizationPolicy, TemplateText
from tests.services.conftest import DUE, NOW
from tests.services.mail_story import html, mails, midnight, pass_by, text, ticks
from tests.services.obligations import join, round_of

pytestmark = pytest.mark.django_db

EVIL = '<script>alert(1)</script>"&\r\nBcc: eve@example.com'
FIVE = ("from_name.txt", "subject.txt", "body.txt", "body.html", "head.html")


def template(campus, subject="{training}: {due_in_words}", body="Dear {learner},\n\ngo to {link}.", language=""):
    """A template of Acme's; its uuid as text."""
    outcome = api.save_template(
        actor=campus.coordinator, name="Own", kind=NoticeKind.REMINDER, wordings={language: (subject, body)}, now=NOW
    )
    return str(outcome.created[0])


def told(campus, remind=(), at=NOW, **named):
    """The one mail about an assignment."""
    assert not campus.assign(remind=list(remind), **named).refused
    pass_by(at)
    (sent,) = mails()
    return sent


def reminded(campus, *rules, **named):
    """The mails of the reminders alone."""
    assert not campus.assign(remind=list(rules), notify_by_email=False, **named).refused
    ticks(NOW, midnight(14), midnight(11) - midnight(10))
    ticks(midnight(9), midnight(14), midnight(11) - midnight(10))
    return mails()


@pytest.mark.parametrize("name", ["notice", "digest"])
@pytest.mark.parametrize("part", FIVE)
def test_every_kind_of_mail_has_all_five_templates_without_which_ace_sends_nothing(name, part):
    assert get_template(f"mandatory_assignments/edx_ace/{name}/email/{part}")


def test_templates_are_compiled_once_for_all_mails_of_a_turn_in_whatever_language(campus, monkeypatch):
    for name, language in (("otto", "de"), ("ada", "en"), ("amal", "ar")):
        build.user(name, organization="Acme", language=language)
    campus.assign("lena", "otto", "ada", "amal")
    compiled, compile_nodelist = [], Template.compile_nodelist
    monkeypatch.setattr(
        Template, "compile_nodelist", lambda self: [compiled.append(self.name), compile_nodelist(self)][1]
    )
    pass_by(NOW)
    assert [len(mails(name)) for name in ("lena", "otto", "ada", "amal")] == [1] * 4
    ours = [str(name) for name in compiled if "edx_ace" in str(name)]
    assert len(ours) >= 5
    assert Counter(ours).most_common(1)[0][1] <= 2, ours  # a base is looked for once more to see whether it is there
    assert "Alle ansehen" in html(mails("otto")[0])
    assert "See all" in html(mails("ada")[0])


# ----- what every mail says ------------------------------------------------------------------------------------------


def test_a_mail_says_in_text_and_html_what_by_when_where_and_how_to_get_no_more(campus, settings):
    settings.MANDATORY_ASSIGNMENTS_HELP_URL = "https://help.example.com/mandatory"
    sent = told(campus)
    link = f"http://127.0.0.1:8000/mandatory-assignments/assignments/{round_of().assignment.uuid}/"
    for body in (sent.body, html(sent)):
        for part in (
            "Hello Lena,",
            "Fire safety",
            "11 days left. Deadline: end of Friday, 14 May 2027 (Europe/Berlin).",
            link,
            "http://127.0.0.1:8000/",
            "https://help.example.com/mandatory",
            "http://127.0.0.1:8000/mandatory-assignments/preferences/",
            "http://127.0.0.1:8000/mandatory-assignments/preferences/off/",
        ):
            assert part in body, part
    assert sent.alternatives[0][1] == "text/html"
    assert sent.from_email == "campus@example.com"


def test_the_text_is_made_when_it_is_sent_and_true_on_the_day_on_which_it_is_read(campus):
    assert not campus.assign(remind=[Reminder(3)], notify_by_email=False).refused
    pass_by(NOW)
    pass_by(midnight(13))
    assert "Due tomorrow." in text(mails()[0])


def test_a_mail_is_in_the_language_and_the_zone_of_its_reader(campus):
    build.user("otto", organization="Acme", language="de", time_zone="Asia/Tokyo")
    campus.assign("lena", "otto")
    pass_by(NOW)
    assert "Friday, 14 May 2027 (Europe/Berlin)" in text(mails("lena")[0])
    (german,) = mails("otto")
    assert "Freitag, 14. Mai 2027" in text(german)
    assert "(Asia/Tokyo)" in text(german)
    assert 'lang="de"' in html(german)


def test_staff_read_in_their_own_language(campus):
    from openedx.core.djangoapps.user_api.models import UserPreference

    UserPreference.objects.create(user=campus.coordinator, key="pref-lang", value="de")
    reminded(campus, Reminder(3, (Role.STUDENT, Role.ASSIGNED_BY)))
    assert "Friday" in text(mails()[0])
    assert "Freitag" in text(mails("cora")[0])


def test_a_mail_in_a_language_from_right_to_left_says_so(campus):
    build.user("amal", organization="Acme", language="ar")
    campus.assign("amal")
    pass_by(NOW)
    assert 'dir="rtl"' in html(mails("amal")[0])


def test_a_language_that_the_platform_does_not_have_stops_no_mail(campus):
    build.user("otto", organization="Acme", language="tlh")
    campus.assign("otto")
    pass_by(NOW)
    assert len(mails("otto")) == 1


def test_without_the_base_templates_of_the_platform_ours_are_used(campus, monkeypatch):
    original = loader.get_template

    def without(name, *arguments, **named):
        if name.startswith("ace_common/"):
            raise loader.TemplateDoesNotExist(name)
        return original(name, *arguments, **named)

    monkeypatch.setattr(letters, "get_template", without)
    sent = told(campus)
    assert "max-width: 38em" in html(sent)
    assert "Fire safety" in html(sent)


def test_the_base_templates_of_the_platform_are_used_where_they_are(campus):
    assert "max-width: 38em" not in html(told(campus))


# ----- from whom, and how to get no more -----------------------------------------------------------------------------


def test_every_organization_has_its_own_sender(campus):
    OrganizationPolicy.objects.create(
        organization=build.organization("Acme"), sender_name="Acme Läufer, Safety", sender_address="safety@acme.example"
    )
    sent = told(campus)
    header = sent.message()["From"]
    assert header.endswith("<safety@acme.example>")
    assert "=?utf-8?" in header


def test_the_site_names_the_sender_where_the_organization_does_not(campus, settings):
    settings.MANDATORY_ASSIGNMENTS_SENDER_NAME = "Training office"
    settings.MANDATORY_ASSIGNMENTS_SENDER_ADDRESS = "office@example.com"
    assert told(campus).from_email == "Training office <office@example.com>"


def test_a_sender_that_is_named_without_an_address_has_the_platforms(campus, settings):
    settings.MANDATORY_ASSIGNMENTS_SENDER_NAME = "Training office"
    settings.DEFAULT_FROM_EMAIL = "The campus <campus@example.com>"
    assert told(campus).from_email == "Training office <campus@example.com>"


@pytest.mark.parametrize(
    ("theirs", "expected"),
    [
        pytest.param("safety@acme.example", "Safety <safety@acme.example>", id="the same sender"),
        pytest.param("safety@globex.example", "Training office <office@example.com>", id="different ones: the site's"),
    ],
)
def test_a_mail_that_two_organizations_share_comes_from_both_or_from_the_site(campus, settings, theirs, expected):
    settings.MANDATORY_ASSIGNMENTS_SENDER_NAME = "Training office"
    settings.MANDATORY_ASSIGNMENTS_SENDER_ADDRESS = "office@example.com"
    for organization, address in (("Acme", "safety@acme.example"), ("Globex", theirs)):
        OrganizationPolicy.objects.create(
            organization=build.organization(organization), sender_name="Safety", sender_address=address
        )
    other = build.user("gus", organization="Globex")
    build.coordinator(other, "Globex")
    join(campus.learner, "Globex")
    build.course("course-v1:Globex+LAB+2027", name="Lab safety")
    asked = {"training": "course-v1:Globex+LAB+2027", "due_on": DUE, "now": NOW}
    assert not api.assign_learners(actor=other, learners=["lena"], **asked).refused
    sent = told(campus)
    assert ("Lab safety" in text(sent), "Fire safety" in text(sent)) == (True, True)
    assert sent.from_email == expected


def test_one_click_switches_mails_off_for_that_person_alone(campus):
    headers = told(campus).extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = re.fullmatch(
        r"<(http://127\.0\.0\.1:8000/mandatory-assignments/preferences/off/([^/]+)/)>", headers["List-Unsubscribe"]
    )
    assert signing.loads(url.group(2), salt=letters.UNSUBSCRIBE) == campus.learner.id
    with pytest.raises(BadSignature):
        signing.loads(url.group(2)[:-1] + "x", salt=letters.UNSUBSCRIBE)
    assert url.group(1) in text(mails()[0])


# ----- staff's own texts ---------------------------------------------------------------------------------------------


def test_a_rule_with_its_own_template_is_a_mail_of_its_own(campus):
    own = template(campus)
    plain, special = sorted(
        reminded(campus, Reminder(3), Reminder(3, template=own)), key=lambda sent: "Dear" in sent.body
    )
    assert special.subject == "Fire safety: 3 days left"
    assert "Dear Lena, go to http://127.0.0.1:8000/mandatory-assignments/assignments/" in text(special)
    assert "Deadline" not in text(special)
    assert "The assignment: http://127.0.0.1:8000/mandatory-assignments/assignments/" in text(special)
    assert plain.subject == "Your learning assignment – Demo Campus"
    assert (special.from_email, plain.from_email) == ("campus@example.com",) * 2
    assert "preferences/off/" in special.body


def test_a_text_is_in_paragraphs_however_a_browser_ended_its_lines(campus):
    own = template(campus, body="Dear {learner},\r\nplease\r\n\r\ngo to {link}.")
    (sent,) = reminded(campus, Reminder(3, template=own))
    assert "\nDear Lena,\nplease\n\ngo to http" in sent.body
    assert html(sent).count("<p>Dear Lena,<br>please</p>") == 1


def test_staff_read_in_their_digest_of_a_rule_with_a_template_in_plain_words(campus):
    own = template(campus)
    reminded(campus, Reminder(3, (Role.STUDENT, Role.ASSIGNED_BY), template=own))
    (digest,) = mails("cora")
    assert digest.subject == "Mandatory assignments of your people – Demo Campus"
    assert "Lena: Fire safety 3 days left." in text(digest)
    assert "Dear" not in text(digest)


def test_a_template_is_read_in_the_language_of_the_reader(campus):
    own = template(campus, "Default {due_date}", "Default")
    row = TemplateText.objects.get()
    TemplateText.objects.create(template=row.template, language="de", subject="Deutsch {due_date}", body="Deutsch")
    build.user("otto", organization="Acme", language="de-at", time_zone="Europe/Berlin")
    campus.assign("lena", "otto", remind=[Reminder(3, template=own)], notify_by_email=False)
    pass_by(NOW)
    pass_by(midnight(11))
    assert mails("lena")[0].subject == "Default Friday, 14 May 2027"
    assert mails("otto")[0].subject == "Deutsch Freitag, 14. Mai 2027"


@pytest.mark.parametrize("broken", ["{nobody} is unknown", "{learner.password}"])
def test_a_broken_template_falls_back_to_the_plain_words(campus, broken):
    own = template(campus)
    TemplateText.objects.update(body=broken)
    (sent,) = reminded(campus, Reminder(3, template=own))
    assert "3 days left. Deadline: end of Friday, 14 May 2027" in text(sent)
    assert sent.subject == "Your learning assignment – Demo Campus"
    assert Notice.objects.get(kind="reminder").state == "sent"


def test_a_template_without_any_text_falls_back_too(campus):
    own = template(campus)
    TemplateText.objects.all().delete()
    (sent,) = reminded(campus, Reminder(3, template=own))
    assert "3 days left." in text(sent)


def test_a_template_whose_subject_comes_out_empty_gets_the_usual_one(campus):
    own = template(campus, subject="{note}", body="Dear {learner}")
    (sent,) = reminded(campus, Reminder(3, template=own))
    assert sent.subject == "Your learning assignment – Demo Campus"
    assert "Dear Lena" in text(sent)


# ----- what people write is never more than text ---------------------------------------------------------------------


@pytest.fixture
def evil(campus):
    """Everything that people may name or write is an attempt to break out."""
    for person in (campus.learner, campus.coordinator):
        person.profile.name = EVIL
        person.profile.save()
    OrganizationPolicy.objects.create(
        organization=build.organization("Acme"), sender_name=EVIL, sender_address="safety@acme.example"
    )
    build.organization("Acme").__class__.objects.update(name=EVIL[:200])
    return campus


def assert_harmless(sent):
    """One recipient, no header more, no markup from anybody."""
    parsed = sent.message()
    assert sent.recipients() == ["lena@example.com"]
    assert "Bcc" not in parsed
    for name in ("Subject", "From", "To"):
        assert "\n" not in parsed[name].replace("\n ", " ")
    assert "\nBcc:" not in parsed.as_string().split("\n\n", 1)[0]
    assert "<script" not in html(sent)
    assert "&lt;script&gt;" in html(sent)


def test_names_and_notes_stay_text_in_plain_mails(evil):
    sent = told(evil, note=EVIL)
    assert_harmless(sent)
    assert "<script>alert(1)</script>" in sent.body


def test_names_and_notes_stay_text_in_staffs_own_texts(evil):
    every = " ".join(f"{{{name}}}" for name in letters.filling.PLACEHOLDERS)
    own = template(evil, subject=every, body=f"<b>{every}</b>")
    (sent,) = reminded(evil, Reminder(3, template=own), note=EVIL)
    assert_harmless(sent)
    assert "&lt;b&gt;" in html(sent)
    assert len(sent.subject) <= 255


def test_what_a_note_holds_is_not_filled_in(campus):
    own = template(campus, subject="{note}", body="{note} / {learner}")
    (sent,) = reminded(campus, Reminder(3, template=own), note="{learner} {link} {nobody} {")
    assert sent.subject == "{learner} {link} {nobody} {"
    assert "{learner} {link} {nobody} { / Lena" in text(sent)


def test_django_template_syntax_in_what_people_write_stays_text(campus):
    sent = told(campus, note="{% now 'Y' %} {{ 7|add:7 }} {% include 'x' %}")
    assert "{% now 'Y' %} {{ 7|add:7 }} {% include 'x' %}" in text(sent)


def test_a_mail_shows_at_most_fifty_items(campus, monkeypatch):
    monkeypatch.setattr(letters, "MOST_ITEMS", 3)
    for index in range(5):
        build.course(f"course-v1:Acme+C{index}+2027", name=f"Course {index}")
        campus.assign(training=f"course-v1:Acme+C{index}+2027")
    pass_by(NOW)
    (sent,) = mails()
    assert text(sent).count("Course ") == 3
    assert "And 2 more." in text(sent)
    assert "And 2 more." in html(sent)
    assert "http://127.0.0.1:8000/mandatory-assignments/" in text(sent)


def test_every_placeholder_has_a_value(campus):
    body = "\n".join(f"{name}={{{name}}}" for name in letters.filling.PLACEHOLDERS)
    own = template(campus, subject="x", body=body)
    (sent,) = reminded(campus, Reminder(3, template=own), note="Before the drill")
    for expected in (
        "learner=Lena",
        "training=Fire safety",
        "due_date=Friday, 14 May 2027",
        "due_in_words=3 days left",
        "zone=Europe/Berlin",
        "percent=0 %",
        "units=0/4",
        "note=Before the drill",
        "assigned_by=Cora",
        "organization=Acme",
        "platform=Demo Campus",
        "link=http://127.0.0.1:8000/mandatory-assignments/assignments/",
    ):
        assert expected in sent.body, expected
