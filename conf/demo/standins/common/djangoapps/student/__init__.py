"""Stand-in for the platform's `common.djangoapps.student`."""
