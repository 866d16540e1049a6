"""Celery tasks: woken workers and beat. No arguments: the rows know what is to be done."""

from typing import Any

from celery import shared_task
from edx_django_utils.monitoring import set_code_owner_attribute

from . import bulk, periodic
from .wake import QueuedTask


def _task(name: str) -> Any:
    return shared_task(name=f"mandatory_assignments.{name}", base=QueuedTask, ignore_result=True)


@_task("look_again")
@set_code_owner_attribute
def look_again() -> None:
    """Works off the looks that are due."""
    periodic.look_again()


@_task("enroll")
@set_code_owner_attribute
def enroll() -> None:
    """Works off the enrolments that are due."""
    periodic.enroll_waiting()


@_task("notify")
@set_code_owner_attribute
def notify() -> None:
    """Works out what is due to be told, and sends the notices that are waiting."""
    periodic.remind()


@_task("work_jobs")
@set_code_owner_attribute
def work_jobs() -> None:
    """Works off the jobs that staff confirmed."""
    bulk.work_jobs()


@_task("tick")
@set_code_owner_attribute
def tick() -> None:
    """Everything that is due, every five minutes."""
    periodic.tick()


@_task("reconcile")
@set_code_owner_attribute
def reconcile() -> None:
    """Repairs what no event announced, every night."""
    periodic.reconcile()
