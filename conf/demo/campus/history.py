"""What Marta did before the visitor came, so that no page of the demo is empty: trainings, obligations, records.

Nothing of it concerns what the sign-in cards propose to try. Tests of the campus begin without it.
"""

from collections.abc import Collection
from contextlib import AbstractContextManager
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from demo.campus import build, clock
from demo.campus.syllabus import MACHINES, SAFETY
from mandatory_assignments import api
from mandatory_assignments.data import (
    PathPart,
    Repeat,
    RepeatAnchor,
    RepeatEvidence,
    RepeatUnit,
    TrainingKind,
    Unfinished,
)

FIRST_AID, OFFICER, ALARM = "acme:first-aid", "acme:safety-officer", "acme:alarm"


class History:
    """The last hundred days at Acme, told from the oldest to the latest."""

    def __init__(self) -> None:
        self.today = timezone.now()
        self.marta: AbstractBaseUser = get_user_model().objects.get(username="marta")

    def tell(self) -> None:
        """All of it; afterwards every page has something to show."""
        with self._days_ago(100):
            self._make_trainings()
            self._assign(FIRST_AID, ["zoe", "joao", "beatrix", "giulia", "tomas"], due_in=40, note="For first aiders.")
        with self._days_ago(70):
            self._record(FIRST_AID, ["zoe", "joao", "beatrix"], "Course in Kraków, list of participants")
            self._record(SAFETY.key, ["claire"], "Certificate of her former employer")
        with self._days_ago(50):
            self._record(FIRST_AID, ["giulia"], "Came a day later")
        with self._days_ago(40):
            yearly = Repeat(1, RepeatUnit.YEARS, RepeatAnchor.CALENDAR, Unfinished.HOLD, RepeatEvidence.CLEAR)
            crew = ["hansjoerg", "aino", "sukarno", "khai", "gunnar"]
            self._assign(MACHINES.key, crew, due_in=45, note="Before you work at the new press.", repeat=yearly)
        with self._days_ago(30):
            self._assign(OFFICER, ["mateusz", "emeka"], due_in=90)
        with self._days_ago(10):
            self._assign(ALARM, ["guadalupe", "fatima"], due_in=30)
        build.drain()

    def _make_trainings(self) -> None:
        api.create_training(
            actor=self.marta,
            kind=TrainingKind.COURSE,
            key=FIRST_AID,
            name="First aid",
            description="A day in person, with a doll and a doctor.",
            organization="Acme",
            offline=True,
        )
        api.create_training(
            actor=self.marta,
            kind=TrainingKind.MODULE,
            key=ALARM,
            name="When the alarm rings",
            goals="Know the nearest exit, and who counts the people outside.",
            organization="Acme",
            blocks=[str(unit) for unit in build.units(SAFETY.key)[-2:]],
        )
        api.create_training(
            actor=self.marta,
            kind=TrainingKind.PATH,
            key=OFFICER,
            name="Safety officer",
            description="Machines, and what to do when something happens.",
            organization="Acme",
            parts=[PathPart(MACHINES.key), PathPart(FIRST_AID), PathPart(SAFETY.key, required=False)],
        )

    def _assign(self, key: str, usernames: Collection[str], *, due_in: int, note: str = "", **terms: object) -> None:
        outcome = api.assign_learners(
            actor=self.marta,
            training=key,
            learners=usernames,
            due_on=timezone.now().date() + timedelta(days=due_in),
            note=note,
            organization="Acme",
            **terms,
        )
        assert not outcome.refused, outcome.refused
        build.drain()

    def _record(self, key: str, usernames: Collection[str], reference: str) -> None:
        outcome = api.record_completions(
            actor=self.marta,
            training=key,
            learners=usernames,
            completed_on=timezone.now().date(),
            reference=reference,
        )
        assert not outcome.refused, outcome.refused
        build.drain()

    def _days_ago(self, days: int) -> AbstractContextManager[None]:
        return clock.at(self.today - timedelta(days=days))
