"""Every setting of the plugin with its default and one line of meaning, and how they get into the LMS's settings.

`plugin_settings` runs twice in one process (common, then production), so it only adds what is not there.
"""

from pathlib import Path
from typing import Any

from django.conf import settings as django_settings

DEFAULTS: dict[str, Any] = {
    # Due dates lie at least so many days ahead when an assignment is made.
    "MANDATORY_ASSIGNMENTS_MIN_LEAD_DAYS": 3,
    # The IANA zone of the site, for whoever has no zone of their own.
    "MANDATORY_ASSIGNMENTS_SITE_ZONE": "UTC",
    # Where due days end: learner (the zone of their account), organization, site, or an IANA zone.
    "MANDATORY_ASSIGNMENTS_DEADLINE_ZONE": "learner",
    # What becomes of late work: accept (completed late), or freeze (after the days of grace it does not count).
    "MANDATORY_ASSIGNMENTS_LATE_POLICY": "accept",
    # Days after the due day in which work still counts although the late policy is freeze.
    "MANDATORY_ASSIGNMENTS_GRACE_DAYS": 0,
    # Whether a learner may leave a mandatory course: refuse, or allow (then they are shown as not enrolled).
    "MANDATORY_ASSIGNMENTS_UNENROLLMENT": "refuse",
    # The reminders of a new assignment that names none: none, relaxed, compliance or onboarding.
    "MANDATORY_ASSIGNMENTS_REMINDERS": "relaxed",
    # The hour of the day at which reminders fall due, in the recipient's zone.
    "MANDATORY_ASSIGNMENTS_SEND_HOUR": 0,
    # A reminder that could not be sent for so many days is not sent any more.
    "MANDATORY_ASSIGNMENTS_CATCH_UP_DAYS": 3,
    # Mails that the whole site sends in a minute at most; None = no limit.
    "MANDATORY_ASSIGNMENTS_MAILS_PER_MINUTE": None,
    # Hours that have to pass before staff can remind the same person of the same assignment again.
    "MANDATORY_ASSIGNMENTS_REMIND_AGAIN_HOURS": 24,
    # Send mails also to those who switched them off; they are told so.
    "MANDATORY_ASSIGNMENTS_FORCE_EMAIL": False,
    # Tell the assigning person when somebody completes an assignment.
    "MANDATORY_ASSIGNMENTS_NOTIFY_COMPLETED": False,
    # The name that mails come from, where an organization gives none; empty = the platform's.
    "MANDATORY_ASSIGNMENTS_SENDER_NAME": "",
    # The address that mails come from, where an organization gives none; empty = the platform's.
    "MANDATORY_ASSIGNMENTS_SENDER_ADDRESS": "",
    # A page that explains mandatory assignments, which every mail names; empty = none.
    "MANDATORY_ASSIGNMENTS_HELP_URL": "",
    # From so many people on, whoever confirms a bulk types their number.
    "MANDATORY_ASSIGNMENTS_BULK_TYPE_COUNT_FROM": 1000,
    # Jobs that ended longer ago are deleted, with the lists of whom they were about.
    "MANDATORY_ASSIGNMENTS_JOB_RETENTION_DAYS": 90,
    # Uploaded files with more lines are refused.
    "MANDATORY_ASSIGNMENTS_UPLOAD_MAX_ROWS": 50_000,
    # Uploaded files with more bytes are refused.
    "MANDATORY_ASSIGNMENTS_UPLOAD_MAX_BYTES": 10_000_000,
    # The longest note, in characters.
    "MANDATORY_ASSIGNMENTS_NOTE_MAX_LENGTH": 2000,
    # Where a unit tells its due date and note: filter (in the unit), slot (above it, by the front end's slot), or none.
    "MANDATORY_ASSIGNMENTS_NOTE_SURFACE": "filter",
    # An assignment leaves the dashboard section so many days after its due day.
    "MANDATORY_ASSIGNMENTS_HIDE_AFTER_DAYS": 15,
    # Block types that the learner ticks off and that therefore do not count.
    "MANDATORY_ASSIGNMENTS_SELF_TICK_BLOCK_TYPES": ["done"],
    # What completes a course or path: content, passing, certificate or content_and_passing; each training may differ.
    "MANDATORY_ASSIGNMENTS_CRITERION": "content_and_passing",
    # Follow everybody in every course: True, False, or a list of organizations (short names) whose courses are meant.
    "MANDATORY_ASSIGNMENTS_TRACK_ALL_COURSES": False,
    # A completion older than so many days does not fulfil a new assignment; None = however old.
    "MANDATORY_ASSIGNMENTS_PRIOR_MAX_AGE_DAYS": None,
    # Staff may record what they completed themselves.
    "MANDATORY_ASSIGNMENTS_RECORD_OWN": False,
    # The template that our pages extend; it has the blocks title, headextra and body.
    "MANDATORY_ASSIGNMENTS_BASE_TEMPLATE": "mandatory_assignments/base.html",
    # The Celery queue of our tasks; empty = the LMS's default queue.
    "MANDATORY_ASSIGNMENTS_QUEUE": "",
}

STEPS = "mandatory_assignments.pipeline"

FILTER_STEPS = {
    "org.openedx.learning.course.unenrollment.started.v1": f"{STEPS}.RefuseUnenrollment",
    "org.openedx.learning.vertical_block.render.completed.v1": f"{STEPS}.UnitBanner",
    "org.openedx.learning.instructor.dashboard.render.started.v1": f"{STEPS}.LegacyInstructorSection",
    "org.openedx.learning.instructor.dashboard.tabs.requested.v1": f"{STEPS}.InstructorTab",
}

PERIODIC_TASKS = {
    "mandatory_assignments.tick": 5 * 60,
    "mandatory_assignments.reconcile": 24 * 60 * 60,
}


def setting(name: str) -> Any:
    """The value of MANDATORY_ASSIGNMENTS_<name>: the operator's, else the default."""
    full_name = f"MANDATORY_ASSIGNMENTS_{name}"
    return getattr(django_settings, full_name, DEFAULTS[full_name])


def plugin_settings(settings: Any) -> None:
    """Adds to the LMS's settings what is missing: our defaults, filter steps, Mako folder and periodic tasks."""
    for name, default in DEFAULTS.items():
        if not hasattr(settings, name):
            setattr(settings, name, default)
    _add_filter_steps(settings)
    folder = str(Path(__file__).parent / "templates")
    mako_folders = getattr(settings, "MAKO_TEMPLATE_DIRS_BASE", None)
    if mako_folders is not None and folder not in mako_folders:
        mako_folders.append(folder)
    schedule = getattr(settings, "CELERYBEAT_SCHEDULE", None) or {}
    settings.CELERYBEAT_SCHEDULE = schedule
    for task, seconds in PERIODIC_TASKS.items():
        schedule.setdefault(task, {"task": task, "schedule": seconds})


def _add_filter_steps(settings: Any) -> None:
    """Appends our steps to whatever pipelines there are."""
    filters = dict(getattr(settings, "OPEN_EDX_FILTERS_CONFIG", None) or {})
    for filter_type, step in FILTER_STEPS.items():
        found = filters.get(filter_type, {})
        steps = steps_of(found)
        entry = dict(found) if isinstance(found, dict) else {}
        entry["pipeline"] = steps if step in steps else [*steps, step]
        entry.setdefault("fail_silently", True)
        filters[filter_type] = entry
    settings.OPEN_EDX_FILTERS_CONFIG = filters


def steps_of(entry: Any) -> list[str]:
    """The steps of one filter's entry, which may be a dict, a list or a string (openedx-filters)."""
    pipeline = (entry.get("pipeline") if isinstance(entry, dict) else entry) or []
    return [pipeline] if isinstance(pipeline, str) else list(pipeline)
