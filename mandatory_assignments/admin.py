"""The admin site: the directory can be kept here, through the verbs; everything else only be looked at."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from . import models
from .data import Invalid, Outcome, Problem, Refused
from .queries import policies
from .services import departments, directory, groups
from .services.policies import set_policy


class OnlyLooking(admin.options.BaseModelAdmin):
    """Shows rows and changes nothing: what is here was done by verbs and is changed by verbs."""

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


class ReadOnly(OnlyLooking, admin.ModelAdmin):
    """A table to look at."""

    show_full_result_count = False


class ReadOnlyRows(OnlyLooking, admin.TabularInline):
    """What belongs to a row that is looked at."""

    extra = 0
    can_delete = False


class Cycles(ReadOnlyRows):
    """The rounds of an assignment."""

    model = models.Cycle
    fk_name = "assignment"
    fields = ["number", "opens_at", "due_on", "due_at", "zone", "closed_as", "percent"]
    ordering = ["number"]
    show_change_link = True


class Deadlines(ReadOnlyRows):
    """The deadlines that a round has had."""

    model = models.Deadline
    fields = ["version", "revision", "due_on", "zone", "due_at"]
    ordering = ["version", "revision"]


class Holds(ReadOnlyRows):
    """The exemptions and pauses of a round."""

    model = models.Hold
    fields = ["kind", "from_at", "until_at", "reason", "recorded_at", "ended_at"]
    ordering = ["id"]


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
    inlines = [Cycles]


@admin.register(models.Cycle)
class CycleAdmin(ReadOnly):
    """The rounds of assignments, each with its deadlines and with the times in which it obliged nobody."""

    list_display = ["learner", "training", "number", "due_on", "closed_as", "percent"]
    list_select_related = ["learner", "training"]
    search_fields = ["=assignment__uuid", "=learner__username", "training__key"]
    inlines = [Deadlines, Holds]


@admin.register(models.Absence)
class AbsenceAdmin(ReadOnly):
    """Who is or was away."""

    list_display = ["learner", "organization", "from_on", "until_on", "ended_at"]
    list_select_related = ["learner", "organization"]
    list_filter = ["organization"]
    search_fields = ["=learner__username"]


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
    search_fields = ["=act", "=actor_name", "=learner__username"]


class TriedForm(forms.ModelForm):
    """Tries what is to be saved, takes it back, and shows beside the fields what the verb refuses."""

    write: ClassVar[Callable[[Any, Mapping[str, Any]], Outcome]]

    def clean(self) -> dict[str, Any]:
        """The values; with the verb's problems among the errors."""
        values = super().clean() or self.cleaned_data
        if self.errors:
            return values
        adding = self.instance.pk is None
        try:
            with transaction.atomic():
                outcome = type(self).write(None if adding else self.instance, values)
                transaction.set_rollback(True)
        except Refused as refusal:
            problems = list(refusal.problems)
        else:
            problems = [problem for _entry, problem in outcome.refused]
            if adding and outcome.unchanged:
                problems.append(Problem("there_already", _("This is there already.")))
        for problem in problems:
            self.add_error(problem.field if problem.field in self.fields else None, problem.message)
        return values


class DirectoryAdmin(admin.ModelAdmin):
    """Rows that are added, changed and removed by verbs, which check them and note them in the trail.

    Accounts and departments are chosen by id: of a hundred thousand no list could be offered.
    """

    form = TriedForm
    show_full_result_count = False
    changeable: ClassVar[bool] = False

    def write(self, row: Any, values: Mapping[str, Any], actor: Any) -> Outcome:
        """Adds what the values say where there is no row, else changes the row."""
        raise NotImplementedError

    def remove(self, row: Any, actor: Any) -> None:
        """Removes the row."""
        raise NotImplementedError

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A row that only ties two others together is removed when it is wrong, and another added."""
        return self.changeable and super().has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Whose a row is does not change."""
        return ["organization"] if obj and "organization" in (self.fields or ()) else []

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **named: Any) -> Any:
        """A form that tries as this account."""
        form: Any = super().get_form(request, obj, change=change, **named)
        form.write = staticmethod(lambda row, values: self.write(row, values, request.user))
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Writes what the form tried."""
        outcome = self.write(obj if change else None, form.cleaned_data, request.user)
        if not change:
            obj.pk = self.model.objects.values_list("pk", flat=True).get(**self.added(form.cleaned_data, outcome))

    def added(self, values: Mapping[str, Any], outcome: Outcome) -> Mapping[str, Any]:
        """The columns by which the row that was added is found."""
        return values

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Removes the row."""
        self.remove(obj, request.user)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """Removes the chosen rows."""
        for obj in queryset:
            self.remove(obj, request.user)

    def changeform_view(self, request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        """The form; what a verb refuses only now is told."""
        return self._or_tell(request, super().changeform_view, *args, **named)

    def delete_view(self, request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        """The question whether to remove the row; what a verb refuses is told."""
        return self._or_tell(request, super().delete_view, *args, **named)

    def changelist_view(self, request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        """The list with its actions; what a verb refuses is told."""
        return self._or_tell(request, super().changelist_view, *args, **named)

    def _or_tell(
        self, request: HttpRequest, view: Callable[..., HttpResponse], *args: Any, **named: Any
    ) -> HttpResponse:
        try:
            with transaction.atomic():
                return view(request, *args, **named)
        except Refused as refusal:
            for problem in refusal.problems:
                self.message_user(request, problem.message, messages.ERROR)
        return HttpResponseRedirect(reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist"))


@admin.register(models.OrganizationMember)
class OrganizationMemberAdmin(DirectoryAdmin):
    """Who belongs to which organization."""

    fields = ["organization", "user"]
    list_display = ["user", "organization", "joined_at"]
    list_select_related = ["user", "organization"]
    list_filter = ["organization"]
    search_fields = ["=user__username", "=user__email"]
    raw_id_fields = ["user"]

    def write(self, row: Any, values: Mapping[str, Any], actor: Any) -> Outcome:
        """Adds the person to the organization."""
        return directory.change_organization_members(
            values["organization"].short_name, add=[values["user"].username], actor=actor
        )

    def remove(self, row: Any, actor: Any) -> None:
        """Takes the person out of it, its departments and groups."""
        directory.change_organization_members(row.organization.short_name, remove=[row.user.username], actor=actor)


@admin.register(models.Coordinator)
class CoordinatorAdmin(DirectoryAdmin):
    """Who assigns for which organization."""

    fields = ["organization", "user"]
    list_display = ["user", "organization"]
    list_select_related = ["user", "organization"]
    list_filter = ["organization"]
    search_fields = ["=user__username", "=user__email"]
    raw_id_fields = ["user"]

    def write(self, row: Any, values: Mapping[str, Any], actor: Any) -> Outcome:
        """Appoints the person."""
        return directory.change_coordinators(
            values["organization"].short_name, add=[values["user"].username], actor=actor
        )

    def remove(self, row: Any, actor: Any) -> None:
        """Dismisses the person."""
        directory.change_coordinators(row.organization.short_name, remove=[row.user.username], actor=actor)


@admin.register(models.OrganizationPolicy)
class OrganizationPolicyAdmin(DirectoryAdmin):
    """What organizations want otherwise than the site."""

    fields = ["organization", *policies.FIELDS]
    list_display = ["organization", *policies.FIELDS]
    list_select_related = ["organization"]
    changeable = True

    def write(self, row: Any, values: Mapping[str, Any], actor: Any) -> Outcome:
        """Says what the values say; empty ones leave it to the site."""
        owner = row.organization if row else values["organization"]
        said = {field: values[field] for field in policies.FIELDS}
        if row is None and policies.says_nothing(said):
            raise Invalid(Problem("says_nothing", _("Fill in what is to be otherwise than on the site.")))
        return set_policy(owner.short_name, fields=said, actor=actor)

    def remove(self, row: Any, actor: Any) -> None:
        """Leaves everything to the site."""
        set_policy(row.organization.short_name, fields=policies.SILENT, actor=actor)


@admin.register(models.Department)
class DepartmentAdmin(DirectoryAdmin):
    """Departments."""

    fields = ["organization", "parent", "name"]
    list_display = ["path", "organization"]
    list_select_related = ["organization"]
    list_filter = ["organization"]
    search_fields = ["path"]
    raw_id_fields = ["parent"]
    changeable = True

    def write(self, row: Any, values: Mapping[str, Any], actor: Any) -> Outcome:
        """Makes the department, or renames and moves it with everything below."""
        parent = values["parent"] and values["parent"].uuid
        if row:
            return departments.change_department(
                row.uuid, fields={"name": values["name"], "parent": parent}, actor=actor
            )
        return departments.create_department(
            organization=values["organization"].short_name, parent=parent, name=values["name"], actor=actor
        )

    def added(self, values: Mapping[str, Any], outcome: Outcome) -> Mapping[str, Any]:
        """By its uuid: the name was tidied."""
        return {"uuid": outcome.created[0]}

    def remove(self, row: Any, actor: Any) -> None:
        """Removes it, as long as there is none below it."""
        departments.remove_department(row.uuid, actor=actor)


@admin.register(models.LearningGroup)
class LearningGroupAdmin(DirectoryAdmin):
    """Learning groups."""

    fields = ["organization", "name"]
    list_display = ["name", "organization"]
    list_select_related = ["organization"]
    list_filter = ["organization"]
    search_fields = ["name"]
    changeable = True

    def write(self, row: Any, values: Mapping[str, Any], actor: Any) -> Outcome:
        """Makes the learning group, or renames it."""
        if row:
            return groups.rename_group(row.uuid, name=values["name"], actor=actor)
        return groups.create_group(organization=values["organization"].short_name, name=values["name"], actor=actor)

    def added(self, values: Mapping[str, Any], outcome: Outcome) -> Mapping[str, Any]:
        """By its uuid: the name was tidied."""
        return {"uuid": outcome.created[0]}

    def remove(self, row: Any, actor: Any) -> None:
        """Removes it."""
        groups.remove_group(row.uuid, actor=actor)


@admin.register(models.Membership)
class MembershipAdmin(DirectoryAdmin):
    """Who is in which department or learning group."""

    fields = ["user", "department", "group"]
    list_display = ["user", "department", "group", "joined_at"]
    list_select_related = ["user", "department", "group"]
    search_fields = ["=user__username", "=user__email"]
    raw_id_fields = ["user", "department", "group"]

    def write(self, row: Any, values: Mapping[str, Any], actor: Any) -> Outcome:
        """Puts the person into it."""
        if bool(values["department"]) == bool(values["group"]):
            raise Invalid(Problem("one_of_two", _("Choose a department or a learning group, one of the two.")))
        named = {"add": [values["user"].username], "actor": actor}
        if values["department"]:
            return departments.change_department_members(values["department"].uuid, **named)
        return groups.change_group_members(values["group"].uuid, **named)

    def remove(self, row: Any, actor: Any) -> None:
        """Takes the person out of it."""
        named = {"remove": [row.user.username], "actor": actor}
        if row.department:
            departments.change_department_members(row.department.uuid, **named)
        else:
            groups.change_group_members(row.group.uuid, **named)


@admin.register(models.Supervision)
class SupervisionAdmin(DirectoryAdmin):
    """Who looks after which department or person."""

    fields = ["organization", "manager", "department", "person"]
    list_display = ["manager", "department", "person", "organization"]
    list_select_related = ["manager", "department", "person", "organization"]
    list_filter = ["organization"]
    search_fields = ["=manager__username", "=person__username"]
    raw_id_fields = ["manager", "department", "person"]

    def write(self, row: Any, values: Mapping[str, Any], actor: Any) -> Outcome:
        """Appoints the manager."""
        owner, department, person = values["organization"], values["department"], values["person"]
        if bool(department) == bool(person):
            raise Invalid(Problem("one_of_two", _("Choose a department or a person, one of the two.")))
        if department and department.organization_id != owner.id:
            message = _("This department belongs to another organization.")
            raise Invalid(Problem("unknown_department", message, "department"))
        named = {"add": [values["manager"].username], "actor": actor}
        if department:
            return departments.change_department_managers(department.uuid, **named)
        return directory.change_managers(person.username, organization=owner.short_name, **named)

    def remove(self, row: Any, actor: Any) -> None:
        """Dismisses the manager."""
        named = {"remove": [row.manager.username], "actor": actor}
        if row.department:
            departments.change_department_managers(row.department.uuid, **named)
        else:
            directory.change_managers(row.person.username, organization=row.organization.short_name, **named)
