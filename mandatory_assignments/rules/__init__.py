"""Decisions: plain data and `now` in, plain data out. No Django, no clock, no platform."""
