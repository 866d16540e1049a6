"""Stand-in for the platform's `xmodule.partitions`."""
