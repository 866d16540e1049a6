"""Stand-in for the platform's `openedx.core.djangoapps.verified_track_content`."""
