"""What is stored. Models hold schema and constraints; reads are in queries/, writes in records/ and services/."""

from .assignments import Assignment, Cycle, Deadline, Reopening, RequiredEnrollment
from .audit import AuditEntry
from .evidence import Completion, EvidenceArchive, EvidenceFloor, GradeSeen, Progress
from .holds import Absence, Hold
from .jobs import Job, JobRow
from .notices import CalendarFeed, EmailTemplate, Notice, NoticePreference, ReminderRule, ReminderSet, TemplateText
from .people import (
    Coordinator,
    Department,
    LearningGroup,
    Membership,
    OrganizationMember,
    OrganizationPolicy,
    Supervision,
)
from .trainings import ModuleBlock, Training, TrainingPart, TrainingShare
from .work import Backfill, Bookmark, LearnerLock, LookAgain

__all__ = [
    "Absence",
    "Assignment",
    "AuditEntry",
    "Backfill",
    "Bookmark",
    "CalendarFeed",
    "Completion",
    "Coordinator",
    "Cycle",
    "Deadline",
    "Department",
    "EmailTemplate",
    "EvidenceArchive",
    "EvidenceFloor",
    "GradeSeen",
    "Hold",
    "Job",
    "JobRow",
    "LearnerLock",
    "LearningGroup",
    "LookAgain",
    "Membership",
    "ModuleBlock",
    "Notice",
    "NoticePreference",
    "OrganizationMember",
    "OrganizationPolicy",
    "Progress",
    "ReminderRule",
    "ReminderSet",
    "Reopening",
    "RequiredEnrollment",
    "Supervision",
    "TemplateText",
    "Training",
    "TrainingPart",
    "TrainingShare",
]
