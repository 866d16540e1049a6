"""What the scope may know of one person: the account, every round of their assignments, completions, the trail.

Whoever sees nothing of a person does not find them. Course staff see them in their courses, managers in their team.
"""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q, QuerySet

from ..data import Scope
from ..models import AuditEntry, Completion, Cycle, Training
from . import access, assignments, directory, progress, reach


def person(scope: Scope, username: str) -> Any | None:
    """The account of this username, as far as the scope sees it in its directory, or assignments or progress of it."""
    if "\x00" in username:
        return None
    if scope.everything:
        return get_user_model().objects.filter(username=username).first()
    found = directory.people(scope).filter(username=username).first()
    if found:
        return found
    assigned = Cycle.objects.filter(access.visible_cycles(scope), learner_id=OuterRef("pk"))
    found = get_user_model().objects.filter(Exists(assigned), username=username).first()
    if found or not progress.rows(scope, learner=username).exists():
        return found
    return get_user_model().objects.get(username=username)


def rounds(scope: Scope, learner_id: int) -> QuerySet[Cycle]:
    """Every round of the person's assignments that the scope sees, the open ones first, then the latest."""
    rows = Cycle.objects.filter(access.visible_cycles(scope), learner_id=learner_id)
    named = rows.select_related("training", "organization", "learner", "assignment__assigned_by")
    return assignments.with_enrollments(named).order_by("closed_as", "-due_at", "-id")


def completions(scope: Scope, learner_id: int) -> QuerySet[Completion]:
    """What was recorded of the person for trainings that the scope may assign or sees assigned, the latest first."""
    rows = Completion.objects.filter(learner_id=learner_id).select_related("training", "revoked_with")
    if not scope.everything:
        assigned = Cycle.objects.filter(access.visible_cycles(scope), learner_id=learner_id).values("training_id")
        usable = Training.objects.filter(access.visible_trainings(scope)).values("id") if scope.assigns else ()
        rows = rows.filter(Q(training_id__in=assigned) | Q(training_id__in=usable))
    return rows.order_by("-happened_at", "-id")


def trail(scope: Scope, learner_id: int) -> QuerySet[AuditEntry]:
    """What was done to the person: in the scope's organizations, about assignments that it sees otherwise.

    And what was recorded and revoked where the scope may do that, too.
    """
    rows = AuditEntry.objects.filter(learner_id=learner_id)
    rows = rows.select_related("actor", "learner", "training", "organization", "assignment")
    if scope.everything:
        return rows
    seen = Cycle.objects.filter(access.visible_cycles(scope), learner_id=learner_id).values("assignment_id")
    apart = AuditEntry.objects.filter(learner_id=learner_id, organization=None, training__isnull=False)
    keys = {(learner_id, id) for id in apart.order_by().values_list("training_id", flat=True).distinct() if id}
    mine = {training_id for _, training_id in reach.visible_keys(scope, keys)} if scope.assigns else set()
    return rows.filter(
        Q(organization_id__in=scope.organization_ids)
        | Q(assignment_id__in=seen)
        | Q(organization=None, training_id__in=mine)
    )
