"""What is stored. Models hold schema and constraints; reads are in queries/, writes in records/ and services/."""

from .assignments import Assignment, Cycle, Deadline, Reopening, RequiredEnrollment
from .audit import AuditEntry
from .evidence import Completion, EvidenceArchive, EvidenceFloor, GradeSeen, Progress
from .people import Coordinator, Department, LearningGroup, Membership, OrganizationMember, Supervision
from .trainings import ModuleBlock, Training, TrainingPart, TrainingShare
from .work import Backfill, Bookmark, LearnerLock, LookAgain

__all__ = [
    "Assignment",
    "AuditEntry",
    "Backfill",
    "Bookmark",
    "Completion",
    "Coordinator",
    "Cycle",
    "Deadline",
    "Department",
    "EvidenceArchive",
    "EvidenceFloor",
    "GradeSeen",
    "LearnerLock",
    "LearningGroup",
    "LookAgain",
    "Membership",
    "ModuleBlock",
    "OrganizationMember",
    "Progress",
    "Reopening",
    "RequiredEnrollment",
    "Supervision",
    "Training",
    "TrainingPart",
    "TrainingShare",
]
