"""The system checks name what is wrong and what to do."""

import pytest

from mandatory_assignments import checks
from mandatory_assignments.data import SignatureDifference
from mandatory_assignments.queries import operations


def test_the_miniature_lms_is_as_expected():
    assert checks.platform_is_as_expected() == []


def test_every_difference_of_the_platform_is_a_warning(monkeypatch):
    found = [SignatureDifference("lms.djangoapps.x:y", "parameter z", "(a, b)")]
    monkeypatch.setattr(operations, "platform_differences", lambda: found)
    (warning,) = checks.platform_is_as_expected()
    assert warning.id == "mandatory_assignments.W001"
    assert warning.msg == "lms.djangoapps.x:y: expected parameter z, found (a, b)."
    assert "openedx-mandatory-assignments" in warning.hint


def test_the_defaults_make_sense():
    assert checks.settings_make_sense() == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MIN_LEAD_DAYS", "3"),
        ("MIN_LEAD_DAYS", -1),
        ("MIN_LEAD_DAYS", True),
        ("SITE_ZONE", "PST"),
        ("SITE_ZONE", "Mars/Olympus"),
        ("SITE_ZONE", None),
        ("NOTE_MAX_LENGTH", 2.5),
        ("HIDE_AFTER_DAYS", None),
        ("SELF_TICK_BLOCK_TYPES", "done"),
        ("BASE_TEMPLATE", ""),
        ("QUEUE", None),
    ],
)
def test_a_setting_that_cannot_be_meant_is_named_with_its_default(settings, name, value):
    setattr(settings, f"MANDATORY_ASSIGNMENTS_{name}", value)
    (warning,) = checks.settings_make_sense()
    assert warning.id == "mandatory_assignments.W002"
    assert f"MANDATORY_ASSIGNMENTS_{name} is {value!r}; it must be " in warning.msg
    assert "The default is" in warning.hint


def test_every_setting_is_checked():
    from mandatory_assignments.settings import DEFAULTS

    assert {f"MANDATORY_ASSIGNMENTS_{name}" for name in checks.RULES} == set(DEFAULTS)
