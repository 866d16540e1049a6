"""What is stored. Models hold schema and constraints; reads are in queries/, writes in records/ and services/."""

from .assignments import Assignment, Cycle, Deadline, RequiredEnrollment
from .audit import AuditEntry
from .evidence import Completion, Progress
from .people import Coordinator, Department, LearningGroup, Membership, OrganizationMember, Supervision
from .trainings import Training
from .work import Bookmark, LearnerLock, LookAgain

__all__ = [
    "Assignment",
    "AuditEntry",
    "Bookmark",
    "Completion",
    "Coordinator",
    "Cycle",
    "Deadline",
    "Department",
    "LearnerLock",
    "LearningGroup",
    "LookAgain",
    "Membership",
    "OrganizationMember",
    "Progress",
    "RequiredEnrollment",
    "Supervision",
    "Training",
]
