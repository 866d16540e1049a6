"""What the coordinator does in the pages: the way to the form, what is written into it, what the list then says."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from playwright.sync_api import Locator, Page

from demo.campus import build
from demo.campus.syllabus import SAFETY, Course
from mandatory_assignments import api

from .campus import Visitor, person

LIST = "/mandatory-assignments/staff/"
NOTE = "Please finish this before the audit.\nAsk me if anything is unclear."


def in_days(days: int) -> date:
    """A day from today on, far enough from midnight in every zone when it is more than two days off."""
    return (timezone.now() + timedelta(days=days)).date()


@dataclass
class Wish:
    """What goes into the form."""

    learner: str
    course: Course = SAFETY
    due_on: date | None = None
    note: str = NOTE

    @property
    def day(self) -> date:
        return self.due_on or in_days(14)


def fill(page: Page, wish: Wish) -> None:
    """Write the wish into the form, without sending it."""
    page.get_by_label("Training", exact=True).select_option(wish.course.key)
    page.get_by_label("Learner", exact=True).fill(wish.learner)
    page.get_by_label("Due date").fill(wish.day.isoformat())
    page.get_by_label("Note to the learner").fill(wish.note)


def assign(coordinator: Visitor, wish: Wish) -> None:
    """From wherever the coordinator is, by mouse, to the new assignment's page; what waits is then done."""
    page = coordinator.page
    page.get_by_role("link", name="Mandatory assignments").first.click()
    page.get_by_role("link", name="Assignments of others").click()
    page.get_by_role("link", name="Assign a training").click()
    fill(page, wish)
    page.get_by_role("button", name="Assign", exact=True).click()
    page.wait_for_url("**/staff/assignments/*/")
    build.drain()


def assigned(learners: str | list[str], *keys: str, note: str = NOTE, days: int = 10) -> None:
    """The coordinator has assigned the courses; what follows from it is done."""
    for key in keys:
        outcome = api.assign_learners(
            actor=person("marta"),
            training=key,
            learners=[learners] if isinstance(learners, str) else learners,
            due_on=in_days(days),
            note=note,
            now=timezone.now(),
        )
        assert not outcome.refused
    build.drain()


def row(page: Page, name: str) -> Locator:
    """The line of the list that is about this person."""
    return page.locator("tbody tr").filter(has=page.get_by_role("link", name=name, exact=True))
