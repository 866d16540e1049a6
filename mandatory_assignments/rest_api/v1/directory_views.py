"""The calls of the API about the directory: organizations and their policies, departments, learning groups, people."""

from collections.abc import Callable, Collection
from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from ...data import Forbidden, Outcome, Problem
from ...queries import assignments, directory, paging
from ...services.departments import (
    change_department,
    change_department_managers,
    change_department_members,
    create_department,
    remove_department,
)
from ...services.directory import change_coordinators, change_managers, change_organization_members
from ...services.follow_cohorts import link_group, refresh_group, unlink_group
from ...services.groups import change_group_members, create_group, remove_group, rename_group
from ...services.policies import set_policy
from . import answers
from . import directory_input as inputs
from . import directory_shapes as shapes
from .answers import page_of
from .calls import told
from .change_input import Nothing
from .doors import StaffDoor, checked, paged
from .input import Paging, public_id


class DirectoryDoor(StaffDoor):
    """A view for those who keep the directory; where `teams_look` managers may look at what concerns their teams."""

    teams_look: ClassVar[bool] = False

    def initial(self, request: Request, *args: Any, **named: Any) -> None:
        """Lets in whose role is enough, before anything is looked up; else Forbidden."""
        super().initial(request, *args, **named)
        looking = self.teams_look and request.method in ("GET", "HEAD") and self.scope.teams
        if not (directory.keeps(self.scope) or looking):
            raise Forbidden(Problem("forbidden", _("Your role does not open the directory.")))

    def page(self, rows: Any, column: str, shape: Callable[[Collection[Any]], Any], query: dict[str, Any]) -> Response:
        """A page of the rows in the order of a column."""
        page = paging.page(rows, [column], size=query["page_size"], cursor=query["cursor"])
        return paged(self.request, page, *assignments.count(rows), shape(page.rows))

    def changed(self, change: Callable[..., Outcome]) -> Response:
        """Hands the names in the body to the verb; 200 with who came and went, and whoever is nobody."""
        asked = checked(inputs.ChangedPeople, self.request.data)
        return Response(shapes.changed_people(change(**asked, actor=self.request.user, now=self.now)))


class Organizations(DirectoryDoor):
    """`GET organizations/`: those whose directory the role keeps."""

    @told({200: page_of(answers.Organization)}, query=Paging)
    def get(self, request: Request) -> Response:
        """A page, by name."""
        query = checked(Paging, request.query_params.dict())
        return self.page(directory.kept(self.scope), "name", shapes.organizations, query)


class OrganizationDoor(DirectoryDoor):
    """A view of one organization."""

    def organization(self, short_name: str) -> Any:
        """The organization; NotFound also where it lies outside the scope."""
        row = directory.organization(self.scope, short_name)
        if row is None:
            raise NotFound
        return row


class Organization(OrganizationDoor):
    """`GET organizations/{short_name}/`, and `PATCH`: its policy."""

    @told({200: answers.Organization}, refuses="404")
    def get(self, request: Request, short_name: str) -> Response:
        """The organization with its policy, and what holds in effect."""
        return Response(shapes.organizations([self.organization(short_name)])[0])

    @told({200: answers.Organization}, body=inputs.ChangedOrganization, refuses="404")
    def patch(self, request: Request, short_name: str) -> Response:
        """The organization as it is then."""
        row = self.organization(short_name)
        asked = checked(inputs.ChangedOrganization, request.data)
        fields = checked(inputs.Policy, asked["policy"])
        set_policy(row.short_name, fields=fields, actor=request.user, now=self.now)
        return Response(shapes.organizations([row])[0])


class OrganizationMembers(OrganizationDoor):
    """`POST organizations/{short_name}/members/`: global staff add people, coordinators only take them out."""

    @told({200: answers.PeopleMoved}, body=inputs.ChangedPeople, refuses="404")
    def post(self, request: Request, short_name: str) -> Response:
        """Who came and went; 403 where a coordinator adds somebody, whatever the organization."""
        asked = checked(inputs.ChangedPeople, request.data)
        if asked["add"] and not self.scope.everything:
            message = _("Only global staff may add people to an organization.")
            raise Forbidden(Problem("forbidden", message, "add"))
        return self.changed(partial(change_organization_members, self.organization(short_name).short_name))


class OrganizationCoordinators(OrganizationDoor):
    """`POST organizations/{short_name}/coordinators/`: for global staff alone."""

    def initial(self, request: Request, *args: Any, **named: Any) -> None:
        """Lets global staff in, else Forbidden."""
        super().initial(request, *args, **named)
        if not self.scope.everything:
            raise Forbidden(Problem("forbidden", _("Only global staff appoint coordinators.")))

    @told({200: answers.PeopleMoved}, body=inputs.ChangedPeople, refuses="404")
    def post(self, request: Request, short_name: str) -> Response:
        """Who came and went."""
        return self.changed(partial(change_coordinators, self.organization(short_name).short_name))


class Departments(DirectoryDoor):
    """`GET departments/`: the role's own. `POST departments/`: makes one."""

    teams_look = True

    @told({200: page_of(answers.Department)}, query=inputs.DirectoryQuery)
    def get(self, request: Request) -> Response:
        """A page, by path."""
        query = checked(inputs.DirectoryQuery, request.query_params.dict())
        rows = directory.departments(self.scope, organization=query["organization"], search=query["search"])
        return self.page(rows, "path", shapes.departments, query)

    @told({200: answers.Department, 201: answers.Department}, body=inputs.NewDepartment)
    def post(self, request: Request) -> Response:
        """201 with the department, 200 where it is there already; levels above it that are missing are made, too."""
        asked = checked(inputs.NewDepartment, request.data)
        parent = UUID(asked.pop("parent")) if asked["parent"] else asked.pop("parent")
        outcome = create_department(**asked, parent=parent, actor=request.user, now=self.now)
        (department_id,) = [*outcome.created, *outcome.unchanged]
        found = shapes.departments([directory.department(self.scope, department_id)])[0]
        return Response(found, status=status.HTTP_201_CREATED if outcome.created else status.HTTP_200_OK)


class DepartmentDoor(DirectoryDoor):
    """A view of one department."""

    def department(self, department_id: str) -> Any:
        """The department; NotFound also where it lies outside the scope."""
        row = directory.department(self.scope, public_id(department_id))
        if row is None or not (self.request.method in ("GET", "HEAD") or directory.keeps_of(self.scope, row)):
            raise NotFound
        return row


class Department(DepartmentDoor):
    """`GET departments/{id}/`, `PATCH`: renames and moves it, `DELETE`: removes it."""

    teams_look = True

    @told({200: answers.Department}, refuses="404")
    def get(self, request: Request, department_id: str) -> Response:
        """The department."""
        return Response(shapes.departments([self.department(department_id)])[0])

    @told({200: answers.Department}, body=inputs.ChangedDepartment, refuses="404 409")
    def patch(self, request: Request, department_id: str) -> Response:
        """The department as it is then; 409 `path_taken`."""
        row = self.department(department_id)
        fields = checked(inputs.ChangedDepartment, request.data)
        if fields.get("parent"):
            fields["parent"] = UUID(fields["parent"])
        change_department(row.uuid, fields=fields, actor=request.user, now=self.now)
        return self.get(request, department_id)

    @told({204: None}, refuses="404 409")
    def delete(self, request: Request, department_id: str) -> Response:
        """204; 409 `has_departments` where there are some below it."""
        remove_department(self.department(department_id).uuid, actor=request.user, now=self.now)
        return Response(status=status.HTTP_204_NO_CONTENT)


class DepartmentMembers(DepartmentDoor):
    """`POST departments/{id}/members/`."""

    @told({200: answers.PeopleMoved}, body=inputs.ChangedPeople, refuses="404")
    def post(self, request: Request, department_id: str) -> Response:
        """Who came and went."""
        return self.changed(partial(change_department_members, self.department(department_id).uuid))


class DepartmentManagers(DepartmentDoor):
    """`POST departments/{id}/managers/`."""

    @told({200: answers.PeopleMoved}, body=inputs.ChangedPeople, refuses="404")
    def post(self, request: Request, department_id: str) -> Response:
        """Who was appointed and dismissed."""
        return self.changed(partial(change_department_managers, self.department(department_id).uuid))


class Groups(DirectoryDoor):
    """`GET groups/`: the role's own. `POST groups/`: makes one."""

    @told({200: page_of(answers.Group)}, query=inputs.DirectoryQuery)
    def get(self, request: Request) -> Response:
        """A page, by name."""
        query = checked(inputs.DirectoryQuery, request.query_params.dict())
        rows = directory.groups(self.scope, organization=query["organization"], search=query["search"])
        return self.page(rows, "name", shapes.groups, query)

    @told({200: answers.Group, 201: answers.Group}, body=inputs.NewGroup)
    def post(self, request: Request) -> Response:
        """201 with the learning group, 200 where it is there already."""
        outcome = create_group(**checked(inputs.NewGroup, request.data), actor=request.user, now=self.now)
        (group_id,) = [*outcome.created, *outcome.unchanged]
        found = shapes.groups([directory.group(self.scope, group_id)])[0]
        return Response(found, status=status.HTTP_201_CREATED if outcome.created else status.HTTP_200_OK)


class GroupDoor(DirectoryDoor):
    """A view of one learning group."""

    def group(self, group_id: str) -> Any:
        """The learning group; NotFound also where it lies outside the scope."""
        row = directory.group(self.scope, public_id(group_id))
        if row is None:
            raise NotFound
        return row


class Group(GroupDoor):
    """`GET groups/{id}/`, `PATCH`: renames it and lets it follow a cohort or none, `DELETE`: removes it."""

    @told({200: answers.Group}, refuses="404")
    def get(self, request: Request, group_id: str) -> Response:
        """The learning group."""
        return Response(shapes.groups([self.group(group_id)])[0])

    @told({200: answers.Group}, body=inputs.ChangedGroup, refuses="404 409")
    def patch(self, request: Request, group_id: str) -> Response:
        """The learning group as it is then; 400 `unknown_cohort`, 409 `name_taken`."""
        row = self.group(group_id)
        asked = checked(inputs.ChangedGroup, request.data)
        by = {"actor": request.user, "now": self.now}
        with transaction.atomic():
            if "name" in asked:
                rename_group(row.uuid, name=asked["name"], **by)
            if cohort := asked.get("cohort"):
                link_group(row.uuid, course=cohort["course"], cohort=cohort["name"], **by)
            elif "cohort" in asked:
                unlink_group(row.uuid, **by)
        return self.get(request, group_id)

    @told({204: None}, refuses="404")
    def delete(self, request: Request, group_id: str) -> Response:
        """204."""
        remove_group(self.group(group_id).uuid, actor=request.user, now=self.now)
        return Response(status=status.HTTP_204_NO_CONTENT)


class GroupRefresh(GroupDoor):
    """`POST groups/{id}/refresh/`."""

    @told({200: answers.Group}, body=Nothing, refuses="404 409")
    def post(self, request: Request, group_id: str) -> Response:
        """The learning group as its cohort is now; 409 `not_linked`, and `cohort_gone`, where everybody stays."""
        checked(Nothing, request.data)
        refresh_group(self.group(group_id).uuid, actor=request.user, now=self.now)
        return Response(shapes.groups([self.group(group_id)])[0])


class GroupMembers(GroupDoor):
    """`POST groups/{id}/members/`."""

    @told({200: answers.PeopleMoved}, body=inputs.ChangedPeople, refuses="404 409")
    def post(self, request: Request, group_id: str) -> Response:
        """Who came and went; 409 `follows_cohort`."""
        return self.changed(partial(change_group_members, self.group(group_id).uuid))


class People(DirectoryDoor):
    """`GET people/`: who belongs to the organizations of the role, for managers their teams."""

    teams_look = True

    @told({200: page_of(answers.Person)}, query=inputs.PeopleQuery)
    def get(self, request: Request) -> Response:
        """A page, by username."""
        query = checked(inputs.PeopleQuery, request.query_params.dict())
        filters = {name: query[name] for name in ("search", "organization", "department", "group")}
        rows = directory.people(self.scope, **filters)
        return self.page(rows, "username", self._people, query)

    def _people(self, users: Collection[Any]) -> list[dict[str, Any]]:
        return shapes.people(directory.persons(self.scope, users, self.now))


class PersonManagers(DirectoryDoor):
    """`POST people/{username}/managers/`."""

    @told({200: answers.PeopleMoved}, body=inputs.ChangedManagers, refuses="404")
    def post(self, request: Request, username: str) -> Response:
        """Who was appointed and dismissed; 404 where the person lies outside the scope."""
        asked = checked(inputs.ChangedManagers, request.data)
        person = directory.kept_person(self.scope, username)
        if person is None:
            raise NotFound
        outcome = change_managers(person.username, **asked, actor=request.user, now=self.now)
        return Response(shapes.changed_people(outcome))
