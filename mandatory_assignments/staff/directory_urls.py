"""The addresses of the directory pages."""

from django.urls import path, re_path

from . import cohort_pages, directory_pages, membership_pages, person_pages, place_pages, sync_pages

STAFF = "mandatory-assignments/staff"
OWNER = rf"^{STAFF}/directory/(?P<short_name>[^/]+)/"
DEPARTMENT = f"{STAFF}/departments/<uuid:department_id>/"
GROUP = f"{STAFF}/groups/<uuid:group_id>/"

urlpatterns = [
    path(f"{STAFF}/directory/", directory_pages.organizations, name="staff-directory"),
    re_path(rf"{OWNER}$", directory_pages.organization, name="staff-organization"),
    re_path(rf"{OWNER}people/$", directory_pages.organization_people, name="staff-organization-people"),
    re_path(rf"{OWNER}people/change/$", membership_pages.organization_members, name="staff-organization-members"),
    re_path(
        rf"{OWNER}people/(?P<username>[^/]+)/managers/$",
        membership_pages.person_managers,
        name="staff-person-managers",
    ),
    re_path(
        rf"{OWNER}coordinators/$",
        membership_pages.organization_coordinators,
        name="staff-organization-coordinators",
    ),
    re_path(rf"{OWNER}policy/$", directory_pages.organization_policy, name="staff-organization-policy"),
    re_path(rf"{OWNER}new-department/$", place_pages.new_department, name="staff-department-new"),
    re_path(rf"{OWNER}new-group/$", place_pages.new_group, name="staff-group-new"),
    re_path(rf"{OWNER}sync/$", sync_pages.upload, name="staff-syncs"),
    re_path(rf"{OWNER}sync/template.csv$", sync_pages.template, name="staff-sync-template"),
    re_path(rf"{OWNER}sync/directory.csv$", sync_pages.present, name="staff-sync-present"),
    path(f"{STAFF}/syncs/<uuid:job_id>/", sync_pages.sync, name="staff-sync"),
    path(f"{STAFF}/syncs/<uuid:job_id>/rows.csv", sync_pages.sheet, name="staff-sync-rows"),
    path(DEPARTMENT, place_pages.department, name="staff-department"),
    path(f"{DEPARTMENT}edit/", place_pages.edit_department, name="staff-department-edit"),
    path(f"{DEPARTMENT}delete/", place_pages.delete_department, name="staff-department-delete"),
    path(f"{DEPARTMENT}members/", membership_pages.department_members, name="staff-department-members"),
    path(f"{DEPARTMENT}managers/", membership_pages.department_managers, name="staff-department-managers"),
    path(GROUP, place_pages.group, name="staff-group"),
    path(f"{GROUP}edit/", place_pages.edit_group, name="staff-group-edit"),
    path(f"{GROUP}delete/", place_pages.delete_group, name="staff-group-delete"),
    path(f"{GROUP}cohort/", cohort_pages.link, name="staff-group-cohort"),
    path(f"{GROUP}cohort/refresh/", cohort_pages.refresh, name="staff-group-refresh"),
    path(f"{GROUP}cohort/unlink/", cohort_pages.unlink, name="staff-group-unlink"),
    path(f"{GROUP}members/", membership_pages.group_members, name="staff-group-members"),
    re_path(rf"^{STAFF}/people/(?P<username>[^/]+)/$", person_pages.person, name="staff-person"),
]
