"""Courses as one learner sees them: the tree with its ticks, who may look at it, enrolling and leaving."""

from dataclasses import dataclass
from functools import cached_property

from completion.models import BlockCompletion
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey
from xblock.completable import XBlockCompletionMode

from common.djangoapps.student.models import CourseEnrollment
from lms.djangoapps.course_blocks.api import get_course_blocks
from lms.djangoapps.courseware.access import has_access
from lms.djangoapps.courseware.masquerade import setup_masquerade
from lms.djangoapps.courseware.tabs import get_course_tab_list
from openedx.core.djangoapps.content.course_overviews.models import CourseOverview
from xmodule.modulestore.django import modulestore


@dataclass(frozen=True)
class Unit:
    """One unit; `counts` when it holds anything that can be completed, `done` when all of that is."""

    key: str
    title: str
    url: str
    blocks: frozenset[str]
    counts: bool
    done: bool


@dataclass(frozen=True)
class Subsection:
    """One subsection with its units in order."""

    key: str
    title: str
    units: tuple[Unit, ...]


@dataclass(frozen=True)
class Section:
    """One section with its subsections in order."""

    key: str
    title: str
    subsections: tuple[Subsection, ...]


@dataclass(frozen=True)
class Outline:
    """A course's tree as one learner sees it, with that learner's ticks."""

    sections: tuple[Section, ...]

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """All units in reading order."""
        return tuple(unit for section in self.sections for row in section.subsections for unit in row.units)

    @cached_property
    def total(self) -> int:
        """How many units count."""
        return sum(unit.counts for unit in self.units)

    @cached_property
    def done(self) -> int:
        """How many of those are done."""
        return sum(unit.done for unit in self.units)

    @property
    def percent(self) -> int:
        """0-100, rounded down, but never 0 once something is done."""
        return max(self.done * 100 // self.total, 1 if self.done else 0) if self.total else 0

    @property
    def continue_url(self) -> str:
        """The first unit that is not done yet, else the first one; empty without units."""
        undone = (unit for unit in self.units if unit.counts and not unit.done)
        unit = next(undone, self.units[0] if self.units else None)
        return unit.url if unit else ""


@dataclass(frozen=True)
class Visit:
    """One look at a course: who really looks, as whom (`learner`), and whether as its staff."""

    course: CourseOverview
    visitor: AbstractBaseUser
    learner: AbstractBaseUser
    staff: bool

    @property
    def viewed_as(self) -> AbstractBaseUser | None:
        """The learner whose view a staff member has borrowed."""
        return self.learner if self.learner != self.visitor else None


def visit(request: HttpRequest, course_id: str) -> Visit:
    """The visit of the signed-in person; Http404 for no such course, PermissionDenied without enrolment or role."""
    course = course_or_404(course_id)
    staff = is_staff(request.user, course.id)
    if not staff and not CourseEnrollment.is_enrolled(request.user, course.id):
        raise PermissionDenied(f"You are not enrolled in “{course.display_name}”.")
    learner = setup_masquerade(request, course.id, staff)[1]
    return Visit(course, request.user, learner, staff)


def course_or_404(course_id: str) -> CourseOverview:
    """The course of that id; Http404 when the id is malformed or unknown."""
    try:
        return CourseOverview.get_from_id(CourseKey.from_string(course_id))
    except (InvalidKeyError, CourseOverview.DoesNotExist):
        raise Http404("no such course") from None


def tabs(seen: Visit) -> list[tuple[str, str]]:
    """(title, address) of each of the course's tabs, as the learning front end gets them for whoever is looked as."""
    found = get_course_tab_list(seen.learner, seen.course)
    return [(_(tab.title), tab.link_func(seen.course, reverse)) for tab in found]


def is_staff(user: AbstractBaseUser, course_key: CourseKey) -> bool:
    """Whether the person may see the course as its staff does."""
    return bool(has_access(user, "staff", course_key))


def outline(learner: AbstractBaseUser, course_key: CourseKey) -> Outline:
    """The course as this learner sees it now."""
    blocks = get_course_blocks(learner, modulestore().make_course_usage_key(course_key))
    completions = BlockCompletion.get_learning_context_completions(learner, course_key)

    def title(key) -> str:
        return blocks.get_xblock_field(key, "display_name") or key.block_id

    def leaves(key) -> list:
        children = blocks.get_children(key)
        return [leaf for child in children for leaf in leaves(child)] if children else [key]

    def unit(sequential, vertical) -> Unit:
        inside = leaves(vertical)
        counted = [
            leaf
            for leaf in inside
            if blocks.get_xblock_field(leaf, "completion_mode") == XBlockCompletionMode.COMPLETABLE
        ]
        return Unit(
            str(vertical),
            title(vertical),
            reverse("campus_player", args=[str(course_key), str(sequential), str(vertical)]),
            frozenset(str(leaf) for leaf in inside),
            counts=bool(counted),
            done=bool(counted) and all(completions.get(leaf) == 1.0 for leaf in counted),
        )

    return Outline(
        tuple(
            Section(
                str(chapter),
                title(chapter),
                tuple(
                    Subsection(
                        str(sequential),
                        title(sequential),
                        tuple(unit(sequential, vertical) for vertical in blocks.get_children(sequential)),
                    )
                    for sequential in blocks.get_children(chapter)
                ),
            )
            for chapter in blocks.get_children(blocks.root_block_usage_key)
        )
    )
