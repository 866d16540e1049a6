"""The addresses of version 1. An id in an address may be anything, so that a malformed one gets a coded 404."""

from django.urls import path, re_path

from .absence_views import Pause, Resume
from .bulk_views import BulkUpdate
from .change_views import Assignment, Exempt, Lift, Withdraw
from .directory_views import (
    Department,
    DepartmentManagers,
    DepartmentMembers,
    Departments,
    Group,
    GroupMembers,
    Groups,
    Organization,
    OrganizationCoordinators,
    OrganizationMembers,
    Organizations,
    People,
    PersonManagers,
)
from .doors import Nowhere
from .schema_views import OpenApiJson, OpenApiYaml
from .training_views import Training, Trainings
from .views import Assignments, MyAssignment, MyAssignments

urlpatterns = [
    path("assignments/", Assignments.as_view(), name="api-assignments"),
    path("assignments/bulk-update/", BulkUpdate.as_view(), name="api-bulk-update"),
    path("assignments/<str:assignment_id>/", Assignment.as_view(), name="api-assignment"),
    path("assignments/<str:assignment_id>/withdraw/", Withdraw.as_view(), name="api-withdraw"),
    path("assignments/<str:assignment_id>/exempt/", Exempt.as_view(), name="api-exempt"),
    path("assignments/<str:assignment_id>/lift/", Lift.as_view(), name="api-lift"),
    path("departments/", Departments.as_view(), name="api-departments"),
    path("departments/<str:department_id>/", Department.as_view(), name="api-department"),
    path("departments/<str:department_id>/members/", DepartmentMembers.as_view(), name="api-department-members"),
    path("departments/<str:department_id>/managers/", DepartmentManagers.as_view(), name="api-department-managers"),
    path("groups/", Groups.as_view(), name="api-groups"),
    path("groups/<str:group_id>/", Group.as_view(), name="api-group"),
    path("groups/<str:group_id>/members/", GroupMembers.as_view(), name="api-group-members"),
    path("me/assignments/", MyAssignments.as_view(), name="api-my-assignments"),
    path("me/assignments/<str:assignment_id>/", MyAssignment.as_view(), name="api-my-assignment"),
    path("openapi.json", OpenApiJson.as_view(), name="api-openapi-json"),
    path("openapi.yaml", OpenApiYaml.as_view(), name="api-openapi-yaml"),
    path("organizations/", Organizations.as_view(), name="api-organizations"),
    path("organizations/<str:short_name>/", Organization.as_view(), name="api-organization"),
    path("organizations/<str:short_name>/members/", OrganizationMembers.as_view(), name="api-organization-members"),
    path(
        "organizations/<str:short_name>/coordinators/",
        OrganizationCoordinators.as_view(),
        name="api-organization-coordinators",
    ),
    path("people/", People.as_view(), name="api-people"),
    path("people/<str:username>/managers/", PersonManagers.as_view(), name="api-person-managers"),
    path("people/<str:username>/pause/", Pause.as_view(), name="api-pause"),
    path("people/<str:username>/resume/", Resume.as_view(), name="api-resume"),
    path("trainings/", Trainings.as_view(), name="api-trainings"),
    path("trainings/<str:training_id>/", Training.as_view(), name="api-training"),
    re_path(r"^(?:.+/)?$", Nowhere.as_view()),
]
