"""The addresses of assigning to many, and of jobs."""

from django.urls import path

from . import job_pages

JOBS = "mandatory-assignments/staff/jobs/"

urlpatterns = [
    path(JOBS, job_pages.jobs_list, name="staff-jobs"),
    path(f"{JOBS}strip/", job_pages.strip_now, name="staff-jobs-strip"),
    path(f"{JOBS}<uuid:job_id>/", job_pages.job, name="staff-job"),
    path(f"{JOBS}<uuid:job_id>/progress/", job_pages.progress, name="staff-job-progress"),
    path(f"{JOBS}<uuid:job_id>/rows.csv", job_pages.rows, name="staff-job-rows"),
    path(f"{JOBS}<uuid:job_id>/cancel/", job_pages.cancel, name="staff-job-cancel"),
    path(f"{JOBS}<uuid:job_id>/retry/", job_pages.retry, name="staff-job-retry"),
    path(f"{JOBS}<uuid:job_id>/close/", job_pages.close, name="staff-job-close"),
]
