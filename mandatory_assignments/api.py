"""The Python API for other plugins and scripts. Re-exports, nothing else."""

from .periodic import reconcile, tick
from .services.assign import assign_learners
from .services.directory import (
    add_organization_members,
    appoint_coordinators,
    appoint_managers,
    save_department,
    save_learning_group,
)
from .services.record import record_completions
from .services.revoke import revoke_completions, undo_revocation

__all__ = [
    "add_organization_members",
    "appoint_coordinators",
    "appoint_managers",
    "assign_learners",
    "reconcile",
    "record_completions",
    "revoke_completions",
    "save_department",
    "save_learning_group",
    "tick",
    "undo_revocation",
]
