"""The Python API for other plugins and scripts. Re-exports, nothing else."""

from .periodic import reconcile, tick
from .services.assign import assign_learners
from .services.change import change_assignments
from .services.directory import (
    add_organization_members,
    appoint_coordinators,
    appoint_managers,
    save_department,
    save_learning_group,
)
from .services.exempt import exempt_assignments, lift_exemptions
from .services.pause import pause_learner, resume_learner
from .services.record import record_completions
from .services.revoke import revoke_completions, undo_revocation
from .services.trainings import archive_training, change_training, create_training, restore_training
from .services.withdraw import withdraw_assignments

__all__ = [
    "add_organization_members",
    "appoint_coordinators",
    "appoint_managers",
    "archive_training",
    "assign_learners",
    "change_assignments",
    "change_training",
    "create_training",
    "exempt_assignments",
    "lift_exemptions",
    "pause_learner",
    "reconcile",
    "record_completions",
    "restore_training",
    "resume_learner",
    "revoke_completions",
    "save_department",
    "save_learning_group",
    "tick",
    "undo_revocation",
    "withdraw_assignments",
]
