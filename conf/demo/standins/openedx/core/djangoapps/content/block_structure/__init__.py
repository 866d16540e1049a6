"""Stand-in for the platform's `openedx.core.djangoapps.content.block_structure`."""
