"""The addresses of version 1. An id in an address may be anything, so that a malformed one gets a coded 404."""

from django.urls import path, re_path

from .absence_views import Pause, Resume
from .badge_views import MyCourseBadges, MyDashboard, MyLinks
from .bulk_assignment_views import (
    BulkAssignment,
    BulkAssignments,
    BulkCancel,
    BulkPreview,
    BulkPreviewRows,
    BulkRetry,
    BulkRows,
)
from .bulk_views import BulkUpdate, BulkUpdatePreview, UpdateCancel, UpdateJob, UpdateRetry, UpdateRows
from .calendar_views import CalendarFile, MyCalendar
from .change_views import Assignment, EndRepetition, Exempt, Lift, Remind, Withdraw
from .directory_views import (
    Department,
    DepartmentManagers,
    DepartmentMembers,
    Departments,
    Group,
    GroupMembers,
    GroupRefresh,
    Groups,
    Organization,
    OrganizationCoordinators,
    OrganizationMembers,
    Organizations,
    People,
    PersonManagers,
)
from .doors import Nowhere
from .import_views import (
    ProgressImport,
    ProgressImportCancel,
    ProgressImportConfirm,
    ProgressImportRetry,
    ProgressImportRows,
    ProgressImports,
    ProgressImportTemplate,
)
from .notice_views import (
    AssignmentCycles,
    AssignmentNotices,
    AssignmentReminders,
    MyCycles,
    MyNotices,
    MyNoticesRead,
    MyPreferences,
    Resend,
)
from .progress_views import (
    Progress,
    Revocation,
    RevocationCancel,
    RevocationRetry,
    RevocationRows,
    Revoke,
    Undo,
)
from .report_views import Audit, Compliance
from .schema_views import OpenApiJson, OpenApiYaml
from .sync_views import DirectorySync, DirectorySyncConfirm, DirectorySyncRows, DirectorySyncs
from .text_views import ReminderSet, ReminderSets, Template, TemplatePreview, Templates
from .training_views import Training, Trainings
from .views import Assignments, MyAssignment, MyAssignments, Plan

urlpatterns = [
    path("assignments/", Assignments.as_view(), name="api-assignments"),
    path("assignments/bulk-update/", BulkUpdate.as_view(), name="api-bulk-update"),
    path("assignments/bulk-update/preview/", BulkUpdatePreview.as_view(), name="api-bulk-update-preview"),
    path("assignments/plan/", Plan.as_view(), name="api-plan"),
    path("assignments/<str:assignment_id>/", Assignment.as_view(), name="api-assignment"),
    path("assignments/<str:assignment_id>/withdraw/", Withdraw.as_view(), name="api-withdraw"),
    path("assignments/<str:assignment_id>/exempt/", Exempt.as_view(), name="api-exempt"),
    path("assignments/<str:assignment_id>/lift/", Lift.as_view(), name="api-lift"),
    path("assignments/<str:assignment_id>/remind/", Remind.as_view(), name="api-remind"),
    path("assignments/<str:assignment_id>/end-repetition/", EndRepetition.as_view(), name="api-end-repetition"),
    path("assignments/<str:assignment_id>/reminders/", AssignmentReminders.as_view(), name="api-reminders"),
    path("assignments/<str:assignment_id>/notices/", AssignmentNotices.as_view(), name="api-notices"),
    path("assignments/<str:assignment_id>/notices/<str:notice_id>/resend/", Resend.as_view(), name="api-resend"),
    path("assignments/<str:assignment_id>/cycles/", AssignmentCycles.as_view(), name="api-cycles"),
    path("bulk-assignments/", BulkAssignments.as_view(), name="api-bulk-assignments"),
    path("bulk-assignments/preview/", BulkPreview.as_view(), name="api-bulk-preview"),
    path("bulk-assignments/preview/<str:token>/rows.csv", BulkPreviewRows.as_view(), name="api-bulk-preview-rows"),
    path("bulk-assignments/<str:job_id>/", BulkAssignment.as_view(), name="api-bulk-assignment"),
    path("bulk-assignments/<str:job_id>/cancel/", BulkCancel.as_view(), name="api-bulk-cancel"),
    path("bulk-assignments/<str:job_id>/retry/", BulkRetry.as_view(), name="api-bulk-retry"),
    path("bulk-assignments/<str:job_id>/rows.csv", BulkRows.as_view(), name="api-bulk-rows"),
    path("bulk-updates/<str:job_id>/", UpdateJob.as_view(), name="api-update-job"),
    path("bulk-updates/<str:job_id>/cancel/", UpdateCancel.as_view(), name="api-update-cancel"),
    path("bulk-updates/<str:job_id>/retry/", UpdateRetry.as_view(), name="api-update-retry"),
    path("bulk-updates/<str:job_id>/rows.csv", UpdateRows.as_view(), name="api-update-rows"),
    path("audit/", Audit.as_view(), name="api-audit"),
    path("calendar/<str:secret>.ics", CalendarFile.as_view(), name="api-calendar"),
    path("compliance/", Compliance.as_view(), name="api-compliance"),
    path("departments/", Departments.as_view(), name="api-departments"),
    path("departments/<str:department_id>/", Department.as_view(), name="api-department"),
    path("departments/<str:department_id>/members/", DepartmentMembers.as_view(), name="api-department-members"),
    path("departments/<str:department_id>/managers/", DepartmentManagers.as_view(), name="api-department-managers"),
    path("directory-syncs/", DirectorySyncs.as_view(), name="api-directory-syncs"),
    path("directory-syncs/<str:sync_id>/", DirectorySync.as_view(), name="api-directory-sync"),
    path("directory-syncs/<str:sync_id>/confirm/", DirectorySyncConfirm.as_view(), name="api-directory-sync-confirm"),
    path("directory-syncs/<str:sync_id>/rows.csv", DirectorySyncRows.as_view(), name="api-directory-sync-rows"),
    path("groups/", Groups.as_view(), name="api-groups"),
    path("groups/<str:group_id>/", Group.as_view(), name="api-group"),
    path("groups/<str:group_id>/refresh/", GroupRefresh.as_view(), name="api-group-refresh"),
    path("groups/<str:group_id>/members/", GroupMembers.as_view(), name="api-group-members"),
    path("me/assignments/", MyAssignments.as_view(), name="api-my-assignments"),
    path("me/assignments/<str:assignment_id>/", MyAssignment.as_view(), name="api-my-assignment"),
    path("me/assignments/<str:assignment_id>/cycles/", MyCycles.as_view(), name="api-my-cycles"),
    path("me/course-badges/", MyCourseBadges.as_view(), name="api-my-course-badges"),
    path("me/dashboard/", MyDashboard.as_view(), name="api-my-dashboard"),
    path("me/links/", MyLinks.as_view(), name="api-my-links"),
    path("me/calendar/", MyCalendar.as_view(), name="api-my-calendar"),
    path("me/notices/", MyNotices.as_view(), name="api-my-notices"),
    path("me/notices/read/", MyNoticesRead.as_view(), name="api-my-notices-read"),
    path("me/preferences/", MyPreferences.as_view(), name="api-my-preferences"),
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
    path("progress/", Progress.as_view(), name="api-progress"),
    path("progress/undo/", Undo.as_view(), name="api-progress-undo"),
    path("progress/revoke/", Revoke.as_view(), name="api-revoke"),
    path("progress/revoke/<str:job_id>/", Revocation.as_view(), name="api-revocation"),
    path("progress/revoke/<str:job_id>/cancel/", RevocationCancel.as_view(), name="api-revocation-cancel"),
    path("progress/revoke/<str:job_id>/retry/", RevocationRetry.as_view(), name="api-revocation-retry"),
    path("progress/revoke/<str:job_id>/rows.csv", RevocationRows.as_view(), name="api-revocation-rows"),
    path("progress-imports/", ProgressImports.as_view(), name="api-progress-imports"),
    path("progress-imports/template.csv", ProgressImportTemplate.as_view(), name="api-progress-import-template"),
    path("progress-imports/<str:import_id>/", ProgressImport.as_view(), name="api-progress-import"),
    path(
        "progress-imports/<str:import_id>/confirm/", ProgressImportConfirm.as_view(), name="api-progress-import-confirm"
    ),
    path("progress-imports/<str:import_id>/cancel/", ProgressImportCancel.as_view(), name="api-progress-import-cancel"),
    path("progress-imports/<str:import_id>/retry/", ProgressImportRetry.as_view(), name="api-progress-import-retry"),
    path("progress-imports/<str:import_id>/rows.csv", ProgressImportRows.as_view(), name="api-progress-import-rows"),
    path("reminder-sets/", ReminderSets.as_view(), name="api-reminder-sets"),
    path("reminder-sets/<str:set_id>/", ReminderSet.as_view(), name="api-reminder-set"),
    path("templates/", Templates.as_view(), name="api-templates"),
    path("templates/<str:template_id>/", Template.as_view(), name="api-template"),
    path("templates/<str:template_id>/preview/", TemplatePreview.as_view(), name="api-template-preview"),
    path("trainings/", Trainings.as_view(), name="api-trainings"),
    path("trainings/<str:training_id>/", Training.as_view(), name="api-training"),
    re_path(r"^(?:.+/)?$", Nowhere.as_view()),
]
