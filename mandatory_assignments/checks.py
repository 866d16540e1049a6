"""System checks: the settings make sense, and the platform offers what we call. Each message names what to do."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register

from . import clock
from .queries import operations
from .settings import DEFAULTS, FILTER_STEPS, setting, steps_of

Rule = tuple[Callable[[Any], bool], str]


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, (list, tuple, set, frozenset)) and all(isinstance(item, str) for item in value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


COUNT: Rule = (_is_count, "a whole number, 0 or more")
TRUTH: Rule = (lambda value: isinstance(value, bool), "True or False")
TEXT: Rule = (_is_text, "a text")
RULES: dict[str, Rule] = {
    "MIN_LEAD_DAYS": COUNT,
    "SITE_ZONE": (operations.is_zone, "an IANA time zone such as Europe/Berlin, or UTC"),
    "DEADLINE_ZONE": (operations.is_deadline_zone, "learner, organization, site, or an IANA time zone"),
    "LATE_POLICY": (operations.is_late_policy, "accept or freeze"),
    "GRACE_DAYS": COUNT,
    "UNENROLLMENT": (operations.is_unenrollment, "refuse or allow"),
    "BULK_TYPE_COUNT_FROM": COUNT,
    "JOB_RETENTION_DAYS": COUNT,
    "UPLOAD_MAX_ROWS": COUNT,
    "UPLOAD_MAX_BYTES": COUNT,
    "NOTE_MAX_LENGTH": COUNT,
    "NOTE_SURFACE": (lambda value: value in ("filter", "slot", "none"), "filter, slot or none"),
    "HIDE_AFTER_DAYS": COUNT,
    "SELF_TICK_BLOCK_TYPES": (_is_list_of_texts, "a list of block types"),
    "CRITERION": (operations.is_criterion, "one of content, passing, certificate, content_and_passing"),
    "TRACK_ALL_COURSES": (
        lambda value: isinstance(value, bool) or _is_list_of_texts(value),
        "True, False, or a list of organizations",
    ),
    "PRIOR_MAX_AGE_DAYS": (lambda value: value is None or _is_count(value), "None, or a whole number, 0 or more"),
    "RECORD_OWN": TRUTH,
    "REMINDERS": (operations.is_reminder_set, "none, relaxed, compliance or onboarding"),
    "SEND_HOUR": (lambda value: _is_count(value) and value <= 23, "a whole number from 0 to 23"),
    "CATCH_UP_DAYS": COUNT,
    "MAILS_PER_MINUTE": (
        lambda value: value is None or (_is_count(value) and value > 0),
        "None, or a whole number, 1 or more",
    ),
    "REMIND_AGAIN_HOURS": COUNT,
    "FORCE_EMAIL": TRUTH,
    "NOTIFY_COMPLETED": TRUTH,
    "SENDER_NAME": TEXT,
    "SENDER_ADDRESS": (operations.is_address_or_empty, "an e-mail address, or empty"),
    "HELP_URL": TEXT,
    "BASE_TEMPLATE": (lambda value: _is_text(value) and bool(value), "the name of a template"),
    "QUEUE": TEXT,
}


@register()
def platform_is_as_expected(**kwargs: Any) -> list[CheckMessage]:
    """W001 for every function, field or parameter of the platform that is not as the host port expects."""
    return [
        Warning(
            f"{difference.name}: expected {difference.expected}, found {difference.found}.",
            hint="Use a release of openedx-mandatory-assignments that supports this release of the platform.",
            id="mandatory_assignments.W001",
        )
        for difference in operations.platform_differences()
    ]


@register()
def settings_make_sense(**kwargs: Any) -> list[CheckMessage]:
    """W002 for every setting whose value cannot be meant."""
    return [
        Warning(
            f"MANDATORY_ASSIGNMENTS_{name} is {setting(name)!r}; it must be {meaning}.",
            hint=f"The default is {DEFAULTS[f'MANDATORY_ASSIGNMENTS_{name}']!r}.",
            id="mandatory_assignments.W002",
        )
        for name, (holds, meaning) in RULES.items()
        if not holds(setting(name))
    ]


@register(Tags.database)
def scheduler_was_here(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """W003 when no tick ran for an hour although there is work; asked with `check --database default` only."""
    if not databases:
        return []
    late = operations.overdue_work(clock.now())
    if not late:
        return []
    return [
        Warning(
            f"No tick has run for an hour, although {late} rows wait for one.",
            hint="Run mandatory_assignments_tick every five minutes by cron, or Celery beat.",
            id="mandatory_assignments.W003",
        )
    ]


@register()
def filter_steps_are_there(**kwargs: Any) -> list[CheckMessage]:
    """W004 for every filter in whose pipeline our step is not, because the setting was assigned after the plugins."""
    configured = getattr(settings, "OPEN_EDX_FILTERS_CONFIG", None) or {}
    return [
        Warning(
            f"OPEN_EDX_FILTERS_CONFIG has no {step} for {filter_type}.",
            hint=f'Where that setting is assigned, add "{step}" to ["{filter_type}"]["pipeline"].',
            id="mandatory_assignments.W004",
        )
        for filter_type, step in FILTER_STEPS.items()
        if step not in steps_of(configured.get(filter_type))
    ]
