"""The addresses of assigning to many, and of jobs."""

from django.urls import path, re_path

from . import bulk_pages, bulk_preview, job_pages

JOBS = "mandatory-assignments/staff/jobs/"
BULK = "mandatory-assignments/staff/bulk/"
DRAFT = f"{BULK}<uuid:draft_id>/"
COURSE = r"^mandatory-assignments/staff/courses/(?P<course_key>[^/+]+(?:/|\+)[^/+]+(?:/|\+)[^/?]+)/"

urlpatterns = [
    path(BULK, bulk_pages.begin, name="staff-bulk"),
    re_path(rf"{COURSE}bulk/$", bulk_pages.begin, name="staff-course-bulk"),
    path(DRAFT, bulk_pages.what, name="staff-bulk-what"),
    path(f"{DRAFT}people/", bulk_pages.people_step, name="staff-bulk-people"),
    path(f"{DRAFT}people/count/", bulk_pages.people_count, name="staff-bulk-people-count"),
    path(f"{DRAFT}reminders/", bulk_pages.reminders, name="staff-bulk-reminders"),
    path(f"{DRAFT}reminders/dates/", bulk_pages.dates, name="staff-bulk-dates"),
    path(f"{DRAFT}preview/", bulk_preview.preview, name="staff-bulk-preview"),
    path(f"{DRAFT}preview/rows.csv", bulk_preview.rows, name="staff-bulk-rows"),
    path(JOBS, job_pages.jobs_list, name="staff-jobs"),
    path(f"{JOBS}strip/", job_pages.strip_now, name="staff-jobs-strip"),
    path(f"{JOBS}<uuid:job_id>/", job_pages.job, name="staff-job"),
    path(f"{JOBS}<uuid:job_id>/progress/", job_pages.progress, name="staff-job-progress"),
    path(f"{JOBS}<uuid:job_id>/rows.csv", job_pages.rows, name="staff-job-rows"),
    path(f"{JOBS}<uuid:job_id>/cancel/", job_pages.cancel, name="staff-job-cancel"),
    path(f"{JOBS}<uuid:job_id>/retry/", job_pages.retry, name="staff-job-retry"),
    path(f"{JOBS}<uuid:job_id>/close/", job_pages.close, name="staff-job-close"),
]
