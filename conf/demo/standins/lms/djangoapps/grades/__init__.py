"""Stand-in for the platform's `lms.djangoapps.grades`."""
