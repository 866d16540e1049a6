"""Stand-in for the platform's `lms.djangoapps.course_blocks`."""
