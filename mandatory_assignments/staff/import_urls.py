"""The addresses of importing completions."""

from django.urls import path, re_path

from . import import_pages

PROGRESS = "mandatory-assignments/staff/progress/import/"
IMPORT = "mandatory-assignments/staff/imports/<uuid:job_id>/"
COURSE = r"^mandatory-assignments/staff/courses/(?P<course_key>[^/+]+(?:/|\+)[^/+]+(?:/|\+)[^/?]+)/"

urlpatterns = [
    path(PROGRESS, import_pages.upload, name="staff-progress-import"),
    path(f"{PROGRESS}template.csv", import_pages.template, name="staff-import-template"),
    re_path(rf"{COURSE}progress/import/$", import_pages.upload, name="staff-course-progress-import"),
    path(IMPORT, import_pages.analysis, name="staff-import"),
    path(f"{IMPORT}rows.csv", import_pages.rows, name="staff-import-rows"),
]
