"""Loads that are too big for the test suite, ours against peers and floors, as ratios: `make bench`."""
