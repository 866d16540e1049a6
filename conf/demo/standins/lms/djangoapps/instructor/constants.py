"""Under which name plugins add to the dashboard's context."""

INSTRUCTOR_DASHBOARD_PLUGIN_VIEW_NAME = "instructor_dashboard"
