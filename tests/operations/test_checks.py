"""The system checks name what is wrong and what to do."""

from datetime import timedelta

import pytest

from demo.campus import clock
from mandatory_assignments import api, checks
from mandatory_assignments.data import SignatureDifference
from mandatory_assignments.queries import operations
from tests.services.conftest import NOW, furnished


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
        ("NOTE_SURFACE", "iframe"),
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


@pytest.mark.django_db
def test_a_scheduler_that_does_not_come_although_there_is_work_is_noticed():
    with clock.at(NOW):
        campus = furnished()
        api.tick(now=NOW)
        campus.assign("lena")
        assert late(NOW + timedelta(minutes=50)) == []
        assert late(NOW + timedelta(hours=3)) == ["mandatory_assignments.W003"]
        api.tick(now=NOW + timedelta(hours=3))
        assert late(NOW + timedelta(hours=3, minutes=5)) == []


def late(now) -> list[str]:
    with clock.at(now):
        return [found.id for found in checks.scheduler_was_here(databases=["default"])]


def test_without_a_database_nobody_asks_for_the_scheduler():
    assert checks.scheduler_was_here() == []


def test_the_steps_of_all_filters_are_there():
    assert checks.filter_steps_are_there() == []


@pytest.mark.parametrize("entry", [None, {}, [], "other.Step", {"pipeline": ["other.Step"]}, {"pipeline": None}])
def test_a_step_that_an_operator_wiped_is_named_with_its_filter_and_what_to_add(settings, entry):
    kind = "org.openedx.learning.course.unenrollment.started.v1"
    settings.OPEN_EDX_FILTERS_CONFIG = settings.OPEN_EDX_FILTERS_CONFIG | {kind: entry}
    (warning,) = checks.filter_steps_are_there()
    assert warning.id == "mandatory_assignments.W004"
    assert kind in warning.msg
    assert f'add "mandatory_assignments.pipeline.RefuseUnenrollment" to ["{kind}"]["pipeline"]' in warning.hint


def test_without_the_setting_every_step_is_missed(settings):
    del settings.OPEN_EDX_FILTERS_CONFIG
    assert len(checks.filter_steps_are_there()) == 4
