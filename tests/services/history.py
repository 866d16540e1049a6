"""A random history of obligations: real verbs, real work of learners, a moving clock; and what was shown each evening.

Two organizations at both ends of the world assign the same trainings to the same people.
"""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from demo.campus import build, clock, worker
from mandatory_assignments import api
from mandatory_assignments.data import LatePolicy, PathPart, PriorWork, Refused, Scope, Source, Status
from mandatory_assignments.models import Assignment, Completion, Cycle, EvidenceFloor, OrganizationPolicy, Training
from mandatory_assignments.queries import assignments, past, standing

BEGIN = date(2027, 3, 1)
DAYS = 60
CHANGES = 200
ZONES = ["Pacific/Kiritimati", "America/Los_Angeles", "Europe/Berlin", "Pacific/Niue", "Asia/Kathmandu", None, "PST"]
EVERYTHING = Scope(actor_id=0, everything=True)

Shown = dict[Any, tuple[str, date, datetime | None, bool]]
"""By assignment: status (assigned and in progress as one), due day, when it was completed, whether late."""


class History:
    """Who and what there is, and by (organization id, day) what was shown at the end of that day."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.done: Counter[str] = Counter()
        self.evenings: dict[tuple[int, date], Shown] = {}
        self.learners = [
            build.user(name, organization="Acme", time_zone=zone)
            for name, zone in zip(["lena", "otto", "mona", "paul"], ZONES, strict=False)
        ]
        self.offices: dict[int, tuple[str, Any]] = {}
        for name, zone in (("Acme", "Pacific/Kiritimati"), ("Globex", "America/Los_Angeles")):
            owner = build.organization(name)
            OrganizationPolicy.objects.create(organization=owner, zone=zone)
            office = build.user(f"office-{name}", organization=name)
            build.coordinator(office, name)
            api.add_organization_members(name, [user.id for user in self.learners])
            self.offices[owner.id] = (name, office)
        self.courses = [
            str(build.course(f"course-v1:Acme+{number}+2027", sections=1, subsections=1, units=2, blocks=1))
            for number in ("A", "B", "C")
        ]
        boss = self.boss = build.user("olivia", is_staff=True)
        common = {"actor": boss, "organization": "Acme", "shared_with": ["Globex"]}
        parts = [PathPart(self.courses[0]), PathPart(self.courses[1])]
        module = [str(build.units(self.courses[2])[0])]
        made = [
            *(api.create_training(actor=boss, kind="course", key=key, organization="Acme") for key in self.courses[:2]),
            api.create_training(kind="module", name="Alarm", blocks=module, **common),
            api.create_training(kind="path", name="Warden", parts=parts, **common),
            api.create_training(kind="course", name="Drill", offline=True, **common),
        ]
        self.trainings = list(Training.objects.filter(uuid__in=[one.created[0] for one in made]).order_by("id"))
        worker.drain()

    # ----- time -----

    def live(self) -> None:
        """Everything happens, in order."""
        began = datetime.combine(BEGIN, time(9), UTC)
        happenings: list[tuple[datetime, Callable[[], None]]] = []
        for _ in range(CHANGES):
            instant = began + timedelta(seconds=self.random.uniform(0, DAYS * 86_400))
            happenings.append((instant, self.change))
        for index in range(DAYS):
            for owner in self.offices:
                day = BEGIN + timedelta(days=index)
                happenings.append((past.end_of(day, owner), lambda owner=owner, day=day: self.look(owner, day)))
            night = began + timedelta(days=index, hours=self.random.uniform(0, 24))
            happenings.append((night, self.night))
        for instant, happening in sorted(happenings, key=lambda one: one[0]):
            with clock.at(instant):
                happening()

    def look(self, owner: int, day: date) -> None:
        """What anybody would be shown at the end of the day, to the microsecond."""
        at, shown = past.end_of(day, owner), Shown()
        rows = assignments.cycles(EVERYTHING, now=at).filter(organization_id=owner).order_by("number")
        for row in rows:
            status = standing.status_of(row, at)
            self.done[f"was {status}"] += 1
            told = standing.OPEN if status in standing.OPEN_STATUSES else str(status)
            late = status == Status.COMPLETED and assignments.days_late(row, at) > 0
            self.done["was late"] += late
            shown[row.assignment.uuid] = (told, row.due_on, row.completed_at, late)
        self.evenings[owner, day] = shown

    def night(self) -> None:
        """Half of the nights: what is missed by day is found."""
        if self.random.random() < 0.5:
            api.reconcile()
            worker.drain()

    def change(self) -> None:
        """One act, mostly followed by what workers do; sometimes they are late."""
        acts = [self.assign] * 5 + [self.work] * 6 + [self.move_due] * 4 + [self.revoke] * 3
        acts += [self.record, self.record, self.exempt, self.exempt, self.lift, self.pause, self.pause, self.resume]
        acts += [self.late_policy, self.withdraw, self.undo, self.undo, self.move_away, self.edit_path]
        act = self.random.choice(acts)
        try:
            changed = act()
        except Refused:
            changed = False
        if changed:
            self.done[act.__name__] += 1
        if self.random.random() < 0.8:
            worker.drain()

    # ----- acts: each tells whether anything changed -----

    def _office(self) -> dict[str, Any]:
        name, office = self.random.choice(list(self.offices.values()))
        return {"actor": office, "organization": name}

    def _ids(self, *, most: int = 2) -> list[Any]:
        """Some assignments, mostly open ones."""
        rows = list(Assignment.objects.order_by("id").values_list("uuid", "open"))
        open_ones = [uuid for uuid, open in rows if open]
        pool = open_ones if open_ones and self.random.random() < 0.9 else [uuid for uuid, _ in rows]
        return self.random.sample(pool, min(most, len(pool)))

    def _today(self) -> date:
        return clock.now().date()

    def _in_days(self, least: int, most: int) -> date:
        return self._today() + timedelta(days=self.random.randint(least, most))

    def assign(self) -> bool:
        training = self.random.choice(self.trainings)
        people = self.random.sample(self.learners, self.random.randint(1, 3))
        before = Cycle.objects.filter(closed_as=Status.MISSED).count()
        outcome = api.assign_learners(
            training=str(training.uuid),
            learners=[user.username for user in people],
            due_on=self._in_days(3, 14),
            late_policy=self.random.choice(list(LatePolicy)),
            grace_days=self.random.randint(0, 2),
            prior_work=self.random.choice([PriorWork.COUNT, PriorWork.COUNT, PriorWork.IGNORE]),
            **self._office(),
        )
        self.done["replace"] += Cycle.objects.filter(closed_as=Status.MISSED).count() - before
        return bool(outcome.created)

    def work(self) -> bool:
        build.complete(
            self.random.choice(self.learners), self.random.choice(self.courses), units=self.random.choice([1, 2])
        )
        return True

    def move_due(self) -> bool:
        return bool(
            api.change_assignments(actor=self.boss, ids=self._ids(), fields={"due_on": self._in_days(-1, 12)}).changed
        )

    def late_policy(self) -> bool:
        fields = {"late_policy": self.random.choice(list(LatePolicy)), "grace_days": self.random.randint(0, 3)}
        return bool(api.change_assignments(actor=self.boss, ids=self._ids(most=4), fields=fields).changed)

    def exempt(self) -> bool:
        until = self.random.choice([None, self._in_days(0, 8)])
        return bool(api.exempt_assignments(actor=self.boss, ids=self._ids(), reason="On leave", until=until).changed)

    def lift(self) -> bool:
        rows = Assignment.objects.filter(open=True).order_by("id")
        return bool(api.lift_exemptions(actor=self.boss, ids=[row.uuid for row in rows]).changed)

    def pause(self) -> bool:
        first = self.random.randint(-3, 6)
        api.pause_learner(
            learner=self.random.choice(self.learners).username,
            from_on=self._in_days(first, first),
            until_on=self._in_days(max(first, 0), first + 8),
            **self._office(),
        )
        return True

    def resume(self) -> bool:
        resumed = 0
        for user in self.learners:
            try:
                api.resume_learner(learner=user.username, **self._office())
                resumed += 1
            except Refused:
                continue
        return bool(resumed)

    def withdraw(self) -> bool:
        unenroll = self.random.random() < 0.5
        return bool(api.withdraw_assignments(actor=self.boss, ids=self._ids(most=1), unenroll=unenroll).changed)

    def record(self) -> bool:
        people = self.random.sample(self.learners, 2)
        outcome = api.record_completions(
            actor=self.boss,
            training=str(self.random.choice(self.trainings).uuid),
            learners=[user.username for user in people],
            completed_on=self._in_days(-25, 0),
            source=self.random.choice([Source.MANUAL, Source.IMPORT]),
        )
        return bool(outcome.created)

    def revoke(self) -> bool:
        live = Completion.objects.filter(live=True).order_by("id").values_list("learner_id", "training_id")
        keys = list(dict.fromkeys(live))
        chosen = self.random.sample(keys, min(2, len(keys)))
        clear = self.random.random() < 0.8
        outcome = api.revoke_completions(actor=self.boss, keys=chosen, reason="No drill", reset_course_state=clear)
        return bool(outcome.changed)

    def undo(self) -> bool:
        floors = EvidenceFloor.objects.filter(cause="revoked", lifted_at=None).order_by("-id")[:3]
        undone = 0
        for floor in floors:
            try:
                undone += len(api.undo_revocation(floor.uuid, actor=self.boss).changed)
            except Refused:
                continue
        return bool(undone)

    def move_away(self) -> bool:
        build.time_zone(self.random.choice(self.learners), self.random.choice(ZONES))
        return True

    def edit_path(self) -> bool:
        path = next(row for row in self.trainings if row.kind == "path")
        required = self.random.sample(self.courses[:2], self.random.randint(1, 2))
        parts = [PathPart(key, required=key in required) for key in self.courses[:2]]
        return bool(api.change_training(path.uuid, actor=self.boss, fields={"parts": parts}).changed)
