"""Stand-in for the platform's `xmodule.modulestore`."""
