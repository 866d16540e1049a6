"""The Python API for other plugins and scripts. Re-exports, nothing else."""

from .periodic import reconcile, tick
from .services.assign import assign_learners
from .services.calendar import make_calendar, revoke_calendar
from .services.change import change_assignments
from .services.departments import (
    change_department,
    change_department_managers,
    change_department_members,
    create_department,
    remove_department,
    save_department,
)
from .services.directory import (
    add_organization_members,
    appoint_coordinators,
    appoint_managers,
    change_coordinators,
    change_managers,
    change_organization_members,
)
from .services.exempt import exempt_assignments, lift_exemptions
from .services.follow_cohorts import link_group, refresh_group, unlink_group
from .services.groups import change_group_members, create_group, remove_group, rename_group, save_learning_group
from .services.notify import note_read, remind_now, resend_notices, set_email_preference
from .services.pause import pause_learner, resume_learner
from .services.policies import set_policy
from .services.record import record_completions
from .services.recur import end_repetition
from .services.revoke import revoke_completions, undo_revocation
from .services.texts import delete_reminder_set, delete_template, save_reminder_set, save_template
from .services.trainings import archive_training, change_training, create_training, restore_training
from .services.withdraw import withdraw_assignments

__all__ = [
    "add_organization_members",
    "appoint_coordinators",
    "appoint_managers",
    "archive_training",
    "assign_learners",
    "change_assignments",
    "change_coordinators",
    "change_department",
    "change_department_managers",
    "change_department_members",
    "change_group_members",
    "change_managers",
    "change_organization_members",
    "change_training",
    "create_department",
    "create_group",
    "create_training",
    "delete_reminder_set",
    "delete_template",
    "end_repetition",
    "exempt_assignments",
    "lift_exemptions",
    "link_group",
    "make_calendar",
    "note_read",
    "pause_learner",
    "reconcile",
    "record_completions",
    "refresh_group",
    "remind_now",
    "remove_department",
    "remove_group",
    "rename_group",
    "resend_notices",
    "restore_training",
    "resume_learner",
    "revoke_calendar",
    "revoke_completions",
    "save_department",
    "save_learning_group",
    "save_reminder_set",
    "save_template",
    "set_email_preference",
    "set_policy",
    "tick",
    "undo_revocation",
    "unlink_group",
    "withdraw_assignments",
]
