"""Mandatory assignments with binding due dates for Open edX."""

__version__ = "0.1.0"
