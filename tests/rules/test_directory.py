"""Names and paths in the directory, and what an organization may say."""

import pytest

from mandatory_assignments.rules import directory, policies


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        pytest.param("Field", "Field", id="nothing to do"),
        pytest.param("  Field \t North\n", "Field North", id="blanks"),
        pytest.param("Bu\u0308ro", "Büro", id="a letter written as two"),
    ],
)
def test_a_name_is_kept_tidy(typed, kept):
    assert directory.tidy(typed) == kept


@pytest.mark.parametrize(
    ("name", "code"),
    [
        pytest.param("Field 50% _off_", "", id="signs that mean something in a search"),
        pytest.param("می‌خواهم", "", id="a joiner that Persian needs"),
        pytest.param("", "name_required", id="none"),
        pytest.param("Sales/North", "slash_in_name", id="a slash"),
        pytest.param("x" * 100, "", id="as long as may be"),
        pytest.param("x" * 101, "too_long", id="too long"),
        pytest.param("a\x00b", "bad_name", id="a NUL byte"),
        pytest.param("a\ud800", "bad_name", id="half a letter"),
    ],
)
def test_what_may_be_the_name_of_a_department(name, code):
    assert directory.wrong_department_name(name) == code


def test_a_learning_group_may_have_a_slash_and_a_longer_name():
    assert directory.wrong_name("A/B" + "x" * 252, directory.LONGEST_GROUP_NAME) == ""


def test_paths_lead_inside_and_upwards():
    assert directory.inside("", "Field") == "Field"
    assert directory.inside("Field", "North") == "Field/North"
    assert directory.below("Field") == "Field/"
    assert directory.upwards("Field/North/Coast") == ["Field/North/Coast", "Field/North", "Field"]


@pytest.mark.parametrize(
    ("field", "value", "may_be"),
    [
        ("zone", "", True),
        ("zone", "Europe/Berlin", True),
        ("zone", "UTC", True),
        ("zone", "CET", False),
        ("zone", "learner", False),
        ("zone", None, False),
        ("deadline_zone", "learner", True),
        ("deadline_zone", "organization", True),
        ("deadline_zone", "site", True),
        ("deadline_zone", "Pacific/Kiritimati", True),
        ("deadline_zone", "Mars/Olympus", False),
        ("deadline_zone", 3, False),
        ("min_lead_days", None, True),
        ("min_lead_days", 0, True),
        ("min_lead_days", 365, True),
        ("min_lead_days", 366, False),
        ("min_lead_days", -1, False),
        ("min_lead_days", True, False),
        ("min_lead_days", "3", False),
        ("min_lead_days", "", False),
        ("grace_days", 3650, True),
        ("grace_days", 3651, False),
        ("late_policy", "", True),
        ("late_policy", "freeze", True),
        ("late_policy", "forgive", False),
        ("late_policy", None, False),
        ("unenrollment", "allow", True),
        ("unenrollment", "ask", False),
        ("reminders", "compliance", True),
        ("reminders", "x" * 256, False),
        ("force_email", None, True),
        ("force_email", False, True),
        ("force_email", "", False),
        ("force_email", 1, False),
        ("sender_name", "Acme training", True),
        ("sender_name", "Acme\nBcc: all", False),
        ("sender_name", "x" * 101, False),
        ("sender_name", 3, False),
        ("sender_address", "hr@acme.org", True),
        ("sender_address", "hr@acme.org\r\n", False),
    ],
)
def test_what_an_organization_may_say(field, value, may_be):
    assert policies.may_be(field, value) is may_be
