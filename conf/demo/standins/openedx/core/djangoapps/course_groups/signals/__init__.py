"""Stand-in for the platform's `openedx.core.djangoapps.course_groups.signals`."""
