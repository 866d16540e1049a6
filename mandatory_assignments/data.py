"""The plain words every layer may hold: enums, frozen dataclasses, refusals.

Knows neither Django nor the platform. Instants are aware UTC datetimes, days are dates, percent is 0-100 or None.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class TrainingKind(StrEnum):
    """What can be assigned or recorded."""

    MODULE = "module"
    COURSE = "course"
    PATH = "path"


class Criterion(StrEnum):
    """What completes a training; passing is required by the last one only where there is graded work."""

    CONTENT = "content"
    PASSING = "passing"
    CERTIFICATE = "certificate"
    CONTENT_AND_PASSING = "content_and_passing"

    @property
    def needs_passing(self) -> bool:
        """Whether a failing grade keeps the training from being completed."""
        return self in (Criterion.PASSING, Criterion.CONTENT_AND_PASSING)


class Status(StrEnum):
    """Where an assignment stands; never stored (rules.standing, queries.standing)."""

    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    OVERDUE = "overdue"
    PAUSED = "paused"
    EXEMPT = "exempt"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"
    COMPLETED = "completed"


class Modifier(StrEnum):
    """Marks beside the status."""

    NEEDS_ATTENTION = "needs_attention"
    NOT_ENROLLED = "not_enrolled"
    FROZEN = "frozen"
    REOPENED = "reopened"
    REGRADED = "regraded"


class Source(StrEnum):
    """Who says that a training was completed."""

    PLATFORM = "platform"
    MANUAL = "manual"
    IMPORT = "import"


class ProgressState(StrEnum):
    """How far somebody is in a training, assigned or not."""

    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"


class FloorCause(StrEnum):
    """Why earlier evidence does not count: a cycle begins anew, or a completion was revoked."""

    CYCLE = "cycle"
    REVOKED = "revoked"


class PriorWork(StrEnum):
    """What becomes of what was done before the assignment."""

    COUNT = "count"
    IGNORE = "ignore"


class LatePolicy(StrEnum):
    """Whether what happens after the deadline and its days of grace still counts for the assignment."""

    ACCEPT = "accept"
    FREEZE = "freeze"


class HoldKind(StrEnum):
    """Why an assignment obliges nobody for a while: it was let off, or its learner is away."""

    EXEMPT = "exempt"
    PAUSE = "pause"


class RepeatUnit(StrEnum):
    """In what the interval of a repetition is counted."""

    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"


class RepeatAnchor(StrEnum):
    """From where the interval is counted: the day of completion, or the due date before."""

    COMPLETION = "completion"
    CALENDAR = "calendar"


class Unfinished(StrEnum):
    """What becomes of a round that is still open when the next is due: it stays, or is closed as missed."""

    HOLD = "hold"
    ROLL = "roll"


class RepeatEvidence(StrEnum):
    """Whether a new round clears the finished blocks, so that they can be done again, or keeps them."""

    CLEAR = "clear"
    KEEP = "keep"


class Role(StrEnum):
    """Who of an assignment's people is meant by a reminder rule."""

    STUDENT = "student"
    ASSIGNED_BY = "assigned_by"
    MANAGERS = "managers"


class NoticeKind(StrEnum):
    """What a notice tells."""

    ASSIGNED = "assigned"
    REMINDER = "reminder"
    DIGEST = "digest"
    DUE_CHANGED = "due_changed"
    NEW_CYCLE = "new_cycle"
    WITHDRAWN = "withdrawn"
    EXEMPTED = "exempted"
    LIFTED = "lifted"
    PAUSED = "paused"
    RESUMED = "resumed"
    REVOKED = "revoked"
    COMPLETED = "completed"


class NoticeState(StrEnum):
    """How far a notice has come as a mail.

    `unknown` was being handed over when its worker died or the connection broke; `superseded` gave way to a newer one,
    `missed` was too old when somebody came to send it, `skipped` was not to be sent any more.
    """

    WAITING = "waiting"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"
    SUPERSEDED = "superseded"
    MISSED = "missed"


class JobKind(StrEnum):
    """What a job does, row by row."""

    BULK_ASSIGNMENT = "bulk_assignment"
    BULK_CHANGE = "bulk_change"
    DIRECTORY_SYNC = "directory_sync"
    PROGRESS_IMPORT = "progress_import"
    REVOCATION = "revocation"


class JobState(StrEnum):
    """How far a job has come: `draft` is being filled in, `planned` waits for somebody to confirm what is previewed."""

    DRAFT = "draft"
    PLANNED = "planned"
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def ended(self) -> bool:
        """Whether nothing more happens by itself."""
        return self in (JobState.DONE, JobState.CANCELLED, JobState.FAILED)


class Bucket(StrEnum):
    """What the plan says of a row: it is to be worked on, it is fine as it is, or it cannot be done."""

    CREATE = "create"
    SKIP = "skip"
    REFUSE = "refuse"


class RowState(StrEnum):
    """What became of a row that was to be worked on."""

    WAITING = "waiting"
    CREATED = "created"
    SKIPPED = "skipped"
    FAILED = "failed"


class Unenrollment(StrEnum):
    """What becomes of a learner's wish to leave a mandatory course."""

    REFUSE = "refuse"
    ALLOW = "allow"


class Sharing(StrEnum):
    """Who beside the owner may assign a training."""

    NONE = "none"
    LISTED = "listed"
    ALL = "all"


class EnrollmentState(StrEnum):
    """How far the enrolment that an assignment needs has come.

    `leaving` is one that shall end with its assignment and `ended` one that did; `not_needed` one whose assignment was
    over before it was made.
    """

    PENDING = "pending"
    ENROLLED = "enrolled"
    REFUSED = "refused"
    LEFT = "left"
    LEAVING = "leaving"
    ENDED = "ended"
    NOT_NEEDED = "not_needed"


# ----- what the platform tells (host) -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Course:
    """A course run as the platform's catalogue shows it; the mark to pass is in percent."""

    key: str
    name: str
    org: str
    start: datetime | None = None
    end: datetime | None = None
    pass_mark: float | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A leaf that can be completed. `groups` maps a partition to the groups that may see the block (merged from above).

    `personal` says that groups do not decide: the platform shows the block to some learners and not to others.
    """

    key: str
    type: str
    groups: Mapping[int, frozenset[int]] = field(default_factory=dict)
    personal: bool = False
    graded: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    """A vertical with its completable leaves in order, staff-only ones left out."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Subsection:
    """A sequential with its units in order."""

    key: str
    title: str
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter with its subsections in order."""

    key: str
    title: str
    subsections: tuple[Subsection, ...]


@dataclass(frozen=True, slots=True)
class CourseOutline:
    """What counts in a course, before a learner's groups are applied.

    `personal` says that two learners of the same groups may still see different blocks (split tests, random or
    library content), so that only the platform's per-learner tree is exact.
    """

    course_key: str
    sections: tuple[Section, ...]
    personal: bool = False

    @property
    def units(self) -> tuple[Unit, ...]:
        """All units in course order."""
        return tuple(unit for section in self.sections for part in section.subsections for unit in part.units)

    @property
    def grouped(self) -> bool:
        """Whether any block is restricted to groups."""
        return any(block.groups for unit in self.units for block in unit.blocks)


@dataclass(frozen=True, slots=True)
class CourseGrade:
    """A learner's grade in a course: percent 0-100, passing now, first passed (never cleared), last computed."""

    percent: float
    passed: bool
    passed_at: datetime | None
    graded_at: datetime


@dataclass(frozen=True, slots=True)
class Certificate:
    """A learner's certificate in a course."""

    status: str
    valid: bool
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Enrollment:
    """A learner's enrolment in a course as the platform stores it."""

    active: bool
    mode: str


@dataclass(frozen=True, slots=True)
class EnrollmentResult:
    """What came of asking the platform to enrol somebody. `made` = the enrolment was not active before.

    `reason` is empty or one of: closed, full, not_allowed, no_such_course, no_such_mode, failed.
    """

    state: EnrollmentState
    made: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CompletionRow:
    """A finished block as the platform's completion table holds it."""

    id: int
    learner_id: int
    course_key: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class FinishedBlock:
    """A row of the platform's completion table in full, for whoever archives it: value 1.0, recorded then."""

    id: int
    learner_id: int
    course_key: str
    block_key: str
    block_type: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class SignatureDifference:
    """A platform function that is not as the plugin expects."""

    name: str
    expected: str
    found: str


# ----- what a verb answers ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with what was asked; `field` is empty when it is about the whole."""

    code: str
    message: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a verb did, sorted. Items are ids or (entry, Problem) pairs as the verb's docstring says."""

    created: Sequence[Any] = ()
    changed: Sequence[Any] = ()
    unchanged: Sequence[Any] = ()
    refused: Sequence[Any] = ()


class Refused(Exception):
    """The verb did nothing, and says why; `problems` is never empty."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(f"{problem.field or '-'}: {problem.code}" for problem in problems))
        self.problems = problems

    @property
    def code(self) -> str:
        """The first problem's code."""
        return self.problems[0].code


class Invalid(Refused):
    """What was asked makes no sense or names something unknown."""


class Conflict(Refused):
    """What was asked is fine, but the present state forbids it."""


class Forbidden(Refused):
    """The actor's role does not allow this at all."""


# ----- who may see what ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Team:
    """Whom a manager looks after inside one organization."""

    organization_id: int
    department_ids: frozenset[int]
    person_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Scope:
    """What one actor may see and assign, worked out once per request (queries.access.scope)."""

    actor_id: int
    everything: bool = False
    organization_ids: frozenset[int] = frozenset()
    course_keys: frozenset[str] = frozenset()
    course_orgs: frozenset[str] = frozenset()
    teams: tuple[Team, ...] = ()

    @property
    def assigns(self) -> bool:
        """Whether this actor may assign anything to anybody."""
        return self.everything or bool(self.organization_ids or self.course_keys or self.course_orgs)

    @property
    def sees_staff_pages(self) -> bool:
        """Whether there is anything for this actor on the staff pages."""
        return self.assigns or bool(self.teams)


# ----- what trainings are made of, and what one learner did ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shape:
    """What a training is judged from.

    `course_keys` are the courses that must be done: of a course itself, of a module those of its blocks, of a path the
    required ones. `block_keys` name a module's sections, subsections and units in order; `offline_parts` are the ids of
    a path's required courses that are offline.
    """

    id: int
    key: str
    kind: TrainingKind
    criterion: Criterion
    offline: bool = False
    course_keys: tuple[str, ...] = ()
    block_keys: tuple[str, ...] = ()
    offline_parts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PathPart:
    """A course of a path as people name it: by its key, or by the uuid of the training that it is."""

    course: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class TrainingFacts:
    """Everything about a training that people may say or change.

    `criterion` names a Criterion. `organization` is a short name, None when nobody owns it. `shared_with` holds short
    names in order, or "*" alone for all. `blocks` are usage keys of a module's sections, subsections and units, `parts`
    the courses of a path, both in order.
    """

    kind: TrainingKind
    key: str = ""
    name: str = ""
    description: str = ""
    context: str = ""
    goals: str = ""
    organization: str | None = None
    criterion: str = ""
    offline: bool = False
    shared_with: tuple[str, ...] = ()
    blocks: tuple[str, ...] = ()
    parts: tuple[PathPart, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The trainings that matter to a look, by id, and the outlines of their courses."""

    shapes: Mapping[int, Shape]
    outlines: Mapping[str, CourseOutline]


@dataclass(frozen=True, slots=True)
class Testimony:
    """An unrevoked completion that staff or an import recorded: it makes what the training holds done."""

    training_id: int
    happened_at: datetime
    recorded_at: datetime
    happened_on: date | None = None


@dataclass(frozen=True, slots=True)
class Ceiling:
    """For a cycle only what happened up to `at` counts; what is known as a day alone: up to the day `on`."""

    at: datetime
    on: date

    def reaches(self, happened_at: datetime, happened_on: date | None = None) -> bool:
        """Whether what happened then counts."""
        return happened_on <= self.on if happened_on else happened_at <= self.at


@dataclass(frozen=True, slots=True)
class Floor:
    """For a training only what happened after `since` counts; `cycle_id` names the cycle of cause cycle."""

    id: int
    training_id: int
    since: datetime
    cause: FloorCause
    cycle_id: int | None = None


@dataclass(frozen=True, slots=True)
class LearnerEvidence:
    """Everything one learner did that may matter to a look; keys of the mappings are course keys.

    `blocks` holds every instant at which a block was finished: the platform's and the archived ones. `visible` is the
    platform's own answer for this learner, where it was asked. `passing_seen` maps (course key, epoch) to the instant
    at which passing was first seen in that epoch.
    """

    blocks: Mapping[str, Mapping[str, Sequence[datetime]]] = field(default_factory=dict)
    grades: Mapping[str, CourseGrade] = field(default_factory=dict)
    certificates: Mapping[str, Certificate] = field(default_factory=dict)
    groups: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    visible: Mapping[str, frozenset[str]] = field(default_factory=dict)
    testimonies: Sequence[Testimony] = ()
    floors: Sequence[Floor] = ()
    passing_seen: Mapping[tuple[str, int], datetime] = field(default_factory=dict)


# ----- decisions ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Count:
    """A learner's units in a training, and when the first and the last counted thing happened."""

    units_done: int
    units_total: int
    started_at: datetime | None = None
    last_activity_at: datetime | None = None
    completed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a learner's evidence says of a training under some floors.

    `completed_at` is when the evidence completed it, None while it has not. `failing` tells that a grade is below the
    mark, or a certificate invalid, although the criterion asks for it. `passing_seen` holds instants to be remembered.
    """

    count: Count
    completed_at: datetime | None = None
    failing: bool = False
    passing_seen: Mapping[tuple[str, int], datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last instant of a due day in a zone."""

    due_on: date
    zone: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """The facts of a cycle that its status is a function of, beside `now`.

    `closed_as` is empty while the cycle is open. A hold covers the instants from its first on and before its last;
    without a first there is none, without a last it has no end.
    """

    due_at: datetime
    units_done: int = 0
    closed_as: str = ""
    exempt_from_at: datetime | None = None
    exempt_until_at: datetime | None = None
    paused_from_at: datetime | None = None
    paused_until_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Repeat:
    """How an assignment comes again: every so many units, counted from the anchor."""

    every: int
    unit: RepeatUnit
    anchor: RepeatAnchor = RepeatAnchor.COMPLETION
    unfinished: Unfinished = Unfinished.HOLD
    evidence: RepeatEvidence = RepeatEvidence.CLEAR


@dataclass(frozen=True, slots=True)
class Policy:
    """What holds in an organization: its own word, else the site's.

    `zone` is the organization's IANA zone, empty when it has none. `deadline_zone` says in which zone due days end:
    "learner", "organization", "site", or the name of a zone.
    """

    zone: str
    deadline_zone: str
    site_zone: str
    min_lead_days: int
    late_policy: LatePolicy
    grace_days: int
    unenrollment: Unenrollment
    reminders: str = ""
    force_email: bool = False
    sender_name: str = ""
    sender_address: str = ""


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder rule: so many days before the due date, or after it where `days` is negative.

    One that comes after may come again every `repeat_every` days, `cap` times in all. `template` is the uuid of an
    e-mail template as text, empty for the plain words.
    """

    days: int
    recipients: tuple[Role, ...] = (Role.STUDENT,)
    template: str = ""
    repeat_every: int | None = None
    cap: int | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What is asked of an assignment, whoever it will be for.

    `training` is a uuid or a key, `organization` a short name. None leaves late policy, grace and reminders to the
    organization's policy.
    """

    training: str
    due_on: date
    note: str = ""
    organization: str | None = None
    notify_by_email: bool = True
    prior_work: PriorWork = PriorWork.COUNT
    late_policy: LatePolicy | None = None
    grace_days: int | None = None
    repeat: Repeat | None = None
    remind: Sequence[Reminder] | None = None


@dataclass(frozen=True, slots=True)
class People:
    """Whom a bulk assignment is for: usernames or e-mails, and everybody in departments and learning groups (uuids).

    A department means its sub-departments too, unless `sub_departments` says otherwise.
    """

    learners: Sequence[str] = ()
    departments: Sequence[str] = ()
    groups: Sequence[str] = ()
    sub_departments: bool = True


@dataclass(frozen=True, slots=True)
class Slot:
    """An instant at which a rule sends something to a role. `offset_days` is negative before the due date."""

    key: str
    offset_days: int
    role: Role
    template: str
    at: datetime


# ----- mail ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it is handed over. `name` is its message type: notice or digest. The context holds plain JSON values.

    `sender` is an address with or without a name, empty for the platform's own.
    """

    name: str
    recipient_id: int
    address: str
    language: str
    context: Mapping[str, Any]
    sender: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class MailServerAway(Exception):
    """Nothing can be handed over at present; what was not begun can be sent later."""
