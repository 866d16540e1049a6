"""The admin site: members and coordinators of organizations can be kept here, everything else only be looked at."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.http import HttpRequest

from . import clock, models
from .records import audit


class ReadOnly(admin.ModelAdmin):
    """Shows rows and changes nothing: what is here was done by verbs and is changed by verbs."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never here; but an account that is deleted on its own page takes along what is its own."""
        page = request.resolver_match.url_name or "" if request.resolver_match else ""
        along = obj is not None and page.startswith(f"{get_user_model()._meta.label_lower.replace('.', '_')}_")
        return along and super().has_delete_permission(request, obj)


@admin.register(models.Training)
class TrainingAdmin(ReadOnly):
    """Trainings."""

    list_display = ["name", "kind", "key", "organization"]
    list_select_related = ["organization"]
    search_fields = ["name", "key"]


@admin.register(models.Assignment)
class AssignmentAdmin(ReadOnly):
    """Assignments."""

    list_display = ["uuid", "learner", "training", "organization", "assigned_at", "open"]
    list_select_related = ["learner", "training", "organization"]
    search_fields = ["=uuid", "=learner__username", "training__key"]


@admin.register(models.Completion)
class CompletionAdmin(ReadOnly):
    """Completions."""

    list_display = ["uuid", "learner", "training", "happened_at", "source", "live"]
    list_select_related = ["learner", "training"]
    search_fields = ["=learner__username", "training__key"]


@admin.register(models.AuditEntry)
class AuditEntryAdmin(ReadOnly):
    """The audit trail."""

    list_display = ["at", "act", "actor_name", "learner", "training", "organization"]
    list_select_related = ["learner", "training", "organization"]
    list_filter = ["act"]
    search_fields = ["=actor_name", "=learner__username"]


class DirectoryAdmin(admin.ModelAdmin):
    """Rows that tie a person to an organization: added and removed here, never changed, always noted in the trail."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never: a row that is wrong is removed, so that the trail stays true."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Adds the row as of now."""
        if hasattr(obj, "joined_at"):
            obj.joined_at = clock.now()
        super().save_model(request, obj, form, change)
        self._note(request, obj, "directory_added")

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Removes the row."""
        self._note(request, obj, "directory_removed")
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Removes the chosen rows."""
        for obj in queryset:
            self._note(request, obj, "directory_removed")
        super().delete_queryset(request, queryset)

    def _note(self, request: HttpRequest, obj: Any, act: str) -> None:
        audit.append(
            [
                audit.entry(
                    act,
                    now=clock.now(),
                    actor=request.user,
                    learner_id=obj.user_id,
                    organization_id=obj.organization_id,
                    after={"model": obj._meta.model_name},
                )
            ]
        )


@admin.register(models.OrganizationMember)
class OrganizationMemberAdmin(DirectoryAdmin):
    """Who belongs to which organization."""

    list_display = ["user", "organization", "joined_at"]
    list_select_related = ["user", "organization"]
    list_filter = ["organization"]
    search_fields = ["=user__username", "=user__email"]
    raw_id_fields = ["user"]
    exclude = ["joined_at"]


@admin.register(models.Coordinator)
class CoordinatorAdmin(DirectoryAdmin):
    """Who assigns for which organization."""

    list_display = ["user", "organization"]
    list_select_related = ["user", "organization"]
    list_filter = ["organization"]
    search_fields = ["=user__username", "=user__email"]
    raw_id_fields = ["user"]


@admin.register(models.Department)
class DepartmentAdmin(ReadOnly):
    """Departments."""

    list_display = ["path", "organization"]
    list_select_related = ["organization"]
    list_filter = ["organization"]
    search_fields = ["path"]


@admin.register(models.LearningGroup)
class LearningGroupAdmin(ReadOnly):
    """Learning groups."""

    list_display = ["name", "organization"]
    list_select_related = ["organization"]
    list_filter = ["organization"]
    search_fields = ["name"]


@admin.register(models.Membership)
class MembershipAdmin(ReadOnly):
    """Who is in which department or learning group."""

    list_display = ["user", "department", "group", "joined_at"]
    list_select_related = ["user", "department", "group"]
    search_fields = ["=user__username", "=user__email"]


@admin.register(models.Supervision)
class SupervisionAdmin(ReadOnly):
    """Who looks after which department or person."""

    list_display = ["manager", "department", "person", "organization"]
    list_select_related = ["manager", "department", "person", "organization"]
    list_filter = ["organization"]
    search_fields = ["=manager__username", "=person__username"]
