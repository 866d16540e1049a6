"""The addresses of the reports."""

from django.urls import path

from . import audit_pages, report_pages

REPORTS = "mandatory-assignments/staff/reports"

urlpatterns = [
    path(f"{REPORTS}/", report_pages.compliance, name="staff-reports"),
    path(f"{REPORTS}/compliance.csv", report_pages.compliance_sheet, name="staff-report-sheet"),
    path(f"{REPORTS}/due.csv", report_pages.due_sheet, name="staff-report-due-sheet"),
    path(f"{REPORTS}/people/", report_pages.people, name="staff-report-people"),
    path(f"{REPORTS}/people.csv", report_pages.people_sheet, name="staff-report-people-sheet"),
    path(f"{REPORTS}/audit/", audit_pages.audit_trail, name="staff-audit"),
    path(f"{REPORTS}/audit.csv", audit_pages.audit_sheet, name="staff-audit-sheet"),
]
