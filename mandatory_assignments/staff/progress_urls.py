"""The addresses of the pages about training progress."""

from django.urls import path, re_path

from . import progress_adding, progress_pages, progress_revoking

STAFF = "mandatory-assignments/staff/"
COURSE = rf"^{STAFF}courses/(?P<course_key>[^/+]+(?:/|\+)[^/+]+(?:/|\+)[^/?]+)/"

urlpatterns = [
    path(f"{STAFF}progress/", progress_pages.progress_list, name="staff-progress"),
    path(f"{STAFF}progress.csv", progress_pages.export, name="staff-progress-export"),
    path(f"{STAFF}progress/add/", progress_adding.add, name="staff-progress-add"),
    path(f"{STAFF}progress/delete/", progress_revoking.revoke, name="staff-progress-revoke"),
    path(f"{STAFF}progress/undo/<uuid:floor_id>/", progress_revoking.undo, name="staff-progress-undo"),
    re_path(rf"{COURSE}progress/$", progress_pages.progress_list, name="staff-course-progress"),
    re_path(rf"{COURSE}progress\.csv$", progress_pages.export, name="staff-course-progress-export"),
    re_path(rf"{COURSE}progress/add/$", progress_adding.add, name="staff-course-progress-add"),
    re_path(
        rf"^{STAFF}directory/(?P<short_name>[^/]+)/progress/$",
        progress_pages.organization_progress,
        name="staff-organization-progress",
    ),
    path(
        f"{STAFF}departments/<uuid:department_id>/progress/",
        progress_pages.department_progress,
        name="staff-department-progress",
    ),
]
