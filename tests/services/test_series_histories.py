"""Random histories of series over two years: whatever happens, no series is lost and none runs double.

The scheduler is away for days now and then; everything is done through the verbs.
"""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

import pytest

from demo.campus import build, clock
from mandatory_assignments import api, periodic
from mandatory_assignments.data import (
    LatePolicy,
    Refused,
    Repeat,
    RepeatAnchor,
    RepeatEvidence,
    RepeatUnit,
    Scope,
    Source,
    Status,
    Unfinished,
)
from mandatory_assignments.models import Absence, Assignment, Completion, Cycle, EvidenceFloor
from mandatory_assignments.queries import assignments, changing, past, policies, recurring, standing
from mandatory_assignments.records import series

from .evidence_story import course_training, training
from .obligations import assert_facts_and_columns_agree
from .rounds import assert_series_hold

pytestmark = pytest.mark.django_db

BEGIN = datetime.combine(date(2027, 1, 20), time(9), UTC)
DAYS = 500
HAPPENINGS = 90
SEEDS = range(3)
ZONES = ["Pacific/Kiritimati", "America/Los_Angeles", "Europe/Berlin", "Pacific/Niue", None]
INTERVALS = [(10, "days"), (4, "weeks"), (1, "months"), (3, "months"), (1, "years")]
EVERYTHING = Scope(actor_id=0, everything=True)
seen: Counter[str] = Counter()


def shown(owner: int, at: datetime) -> dict[Any, Any]:
    """By assignment what anybody would be shown at that instant: round, status, due day, completion, lateness."""
    found = {}
    for row in assignments.cycles(EVERYTHING, now=at).filter(organization_id=owner).order_by("number"):
        status = standing.status_of(row, at)
        told = standing.OPEN if status in standing.OPEN_STATUSES else str(status)
        late = status == Status.COMPLETED and assignments.days_late(row, at) > 0
        found[row.assignment.uuid] = (row.number, told, row.due_on, row.completed_at, late)
    return found


def as_of(owner: int, day: date) -> dict[Any, Any]:
    """The same, from what is known later of the end of that day."""
    return {
        row.assignment.uuid: (row.number, row.status_then, row.due_on_then, row.completed_at_then, row.late_then)
        for row in past.cycles_on(EVERYTHING, day, owner).select_related("assignment")
    }


class History:
    """Who and what there is; one act after another, each followed by what has to hold."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.done: Counter[str] = Counter()
        self.away_until = BEGIN
        self.boss = build.user("olivia", is_staff=True)
        self.learners = [
            build.user(name, organization="Acme", time_zone=zone)
            for name, zone in zip(["lena", "otto", "mona"], ZONES, strict=False)
        ]
        self.owners = [build.organization(name).id for name in ("Acme", "Globex")]
        self.evenings: dict[tuple[int, date], dict[Any, Any]] = {}
        api.add_organization_members("Globex", [user.id for user in self.learners])
        self.course = str(build.course("course-v1:Acme+A+2027", sections=1, subsections=1, units=2, blocks=1))
        self.trainings = [course_training(self.course), training("course", "offline:drill", offline=True)]

    def live(self) -> None:
        """Everything happens, in order."""
        acts = [self.assign] * 8 + [self.work] * 7 + [self.record] * 5 + [self.move_due] * 3 + [self.edit] * 3
        acts += [
            self.exempt,
            self.exempt,
            self.exempt,
            self.lift,
            self.lift,
            self.pause,
            self.resume,
            self.revoke,
            self.revoke,
            self.undo,
        ]
        acts += [self.withdraw, self.end, self.late_policy, self.move_away, self.go_away, self.night]
        instants = sorted(BEGIN + timedelta(days=self.random.uniform(0, DAYS)) for _ in range(HAPPENINGS))
        for before, instant in zip([BEGIN, *instants], instants, strict=False):
            self.days_between(before, instant)
            act = self.random.choice(acts)
            with clock.at(instant):
                try:
                    happened = act()
                except Refused:
                    happened = False
                self.done[act.__name__] += bool(happened)
                self.hold(instant, act.__name__)

    def days_between(self, before: datetime, instant: datetime) -> None:
        """The scheduler comes by every third day, unless it is away for longer."""
        day = before
        while (day := day + timedelta(days=3)) < instant:
            if day > self.away_until:
                with clock.at(day):
                    self.tick()
                    self.hold(day, "tick")
            for owner in self.owners:
                if (evening := past.end_of(day.date(), owner)) < min(instant, day + timedelta(days=1)):
                    self.evenings[owner, day.date()] = shown(owner, evening)

    def tick(self) -> None:
        periodic.tick()
        build.drain()
        now = clock.now()
        late = Assignment.objects.filter(next_opens_at__lte=now)
        assert not late.exists(), late.values()

    def hold(self, now: datetime, what: str) -> None:
        """What holds whatever happened."""
        later = now + timedelta(minutes=1)
        assert_series_hold(later)
        assert_facts_and_columns_agree(later)
        ids = list(Assignment.objects.filter(open=True, repeat_every__isnull=False).values_list("id", flat=True))
        zones = policies.zones_of(recurring.series_of(ids))
        absent = set(Absence.objects.filter(live=True).values_list("learner_id", flat=True))
        for cycle in recurring.series_of(ids):
            policy = policies.policy(cycle.organization_id)
            free = not changing.is_exempt(cycle, now) and cycle.learner_id not in absent
            if free and zones[cycle.id] == cycle.zone:
                planned = series.next_opens_at(cycle, policy)
                assert cycle.assignment.next_opens_at == planned, (what, str(cycle.assignment.next_opens_at), planned)
                self.done["planned"] += planned is not None

    # ----- acts: each tells whether anything changed -----

    def _today(self) -> date:
        return clock.now().date()

    def _in_days(self, least: int, most: int) -> date:
        return self._today() + timedelta(days=self.random.randint(least, most))

    def _repeat(self) -> Repeat:
        number, unit = self.random.choice(INTERVALS)
        return Repeat(
            number,
            RepeatUnit(unit),
            self.random.choice(list(RepeatAnchor)),
            self.random.choice(list(Unfinished)),
            self.random.choice([*[RepeatEvidence.CLEAR] * 4, RepeatEvidence.KEEP]),
        )

    def _one(self) -> list[Any]:
        rows = list(Assignment.objects.filter(open=True).order_by("id").values_list("uuid", flat=True))
        return self.random.sample(rows, min(1, len(rows)))

    def assign(self) -> bool:
        outcome = api.assign_learners(
            actor=self.boss,
            training=str(self.random.choice(self.trainings).uuid),
            learners=[self.random.choice(self.learners).username],
            organization=self.random.choice(["Acme", "Globex"]),
            due_on=self._in_days(3, 12),
            late_policy=self.random.choice(list(LatePolicy)),
            grace_days=self.random.randint(0, 20),
            repeat=self.random.choice([None, *(self._repeat() for _ in range(5))]),
        )
        return bool(outcome.created)

    def work(self) -> bool:
        build.complete(self.random.choice(self.learners), self.course, units=self.random.choice([1, 2, 2]))
        if self.random.random() < 0.7:
            build.drain()
        return True

    def record(self) -> bool:
        outcome = api.record_completions(
            actor=self.boss,
            training=str(self.random.choice(self.trainings).uuid),
            learners=[self.random.choice(self.learners).username],
            completed_on=self._in_days(-20, 0),
            source=self.random.choice([Source.MANUAL, Source.IMPORT]),
        )
        return bool(outcome.created)

    def _change(self, **fields: Any) -> bool:
        return bool(api.change_assignments(actor=self.boss, ids=self._one(), fields=fields).changed)

    def move_due(self) -> bool:
        return self._change(due_on=self._in_days(0, 60))

    def late_policy(self) -> bool:
        return self._change(late_policy=self.random.choice(list(LatePolicy)), grace_days=self.random.randint(0, 20))

    def edit(self) -> bool:
        return self._change(repeat=self.random.choice([None, *(self._repeat() for _ in range(5))]))

    def exempt(self) -> bool:
        until = self.random.choice([None, self._in_days(0, 50)])
        return bool(api.exempt_assignments(actor=self.boss, ids=self._one(), reason="Leave", until=until).changed)

    def lift(self) -> bool:
        ids = list(Assignment.objects.filter(open=True).order_by("id").values_list("uuid", flat=True))
        return bool(api.lift_exemptions(actor=self.boss, ids=ids).changed)

    def pause(self) -> bool:
        first = self.random.randint(-3, 20)
        api.pause_learner(
            actor=self.boss,
            organization="Acme",
            learner=self.random.choice(self.learners).username,
            from_on=self._in_days(first, first),
            until_on=self._in_days(max(first, 0), first + 40),
        )
        return True

    def resume(self) -> bool:
        resumed = 0
        for user in self.learners:
            try:
                api.resume_learner(actor=self.boss, organization="Acme", learner=user.username)
                resumed += 1
            except Refused:
                continue
        return bool(resumed)

    def withdraw(self) -> bool:
        return bool(api.withdraw_assignments(actor=self.boss, ids=self._one()).changed)

    def end(self) -> bool:
        return bool(api.end_repetition(actor=self.boss, ids=self._one()).changed)

    def revoke(self) -> bool:
        keys = sorted(set(Completion.objects.filter(live=True).values_list("learner_id", "training_id")))
        chosen = self.random.sample(keys, min(1, len(keys)))
        return bool(api.revoke_completions(actor=self.boss, keys=chosen, reason="No drill").changed)

    def undo(self) -> bool:
        undone = 0
        for floor in EvidenceFloor.objects.filter(cause="revoked", lifted_at=None).order_by("-id")[:3]:
            try:
                undone += len(api.undo_revocation(floor.uuid, actor=self.boss).changed)
            except Refused:
                continue
        return bool(undone)

    def move_away(self) -> bool:
        build.time_zone(self.random.choice(self.learners), self.random.choice(ZONES))
        return True

    def go_away(self) -> bool:
        """The scheduler."""
        self.away_until = clock.now() + timedelta(days=self.random.randint(3, 45))
        return True

    def night(self) -> bool:
        before = dict(Assignment.objects.values_list("id", "next_opens_at"))
        api.reconcile()
        build.drain()
        return bool(before)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_series_is_lost_none_runs_double_and_every_evening_is_known_later(db, seed):
    history = History(seed)
    history.live()
    for (owner, day), told in history.evenings.items():
        assert as_of(owner, day) == told, day
    seen.update(history.done)
    seen["evenings"] += len(history.evenings)
    seen["rounds"] += Cycle.objects.filter(number__gt=1).count()
    for name in ("completed", "missed", "withdrawn"):
        seen[name] += Cycle.objects.filter(closed_as=name, number__gt=1).count()


def test_these_histories_had_everything_in_them():
    """A history in which nothing happens proves nothing."""
    if not seen:
        pytest.skip("looks at what the histories above had in them")
    acts = {name for name in vars(History) if not name.startswith("_")} - {"live", "days_between", "tick", "hold"}
    wanted = acts | {"evenings", "planned", "rounds", "completed", "missed", "withdrawn"}
    missing = wanted - {name for name, number in seen.items() if number}
    assert not missing
    assert seen["rounds"] > 60
