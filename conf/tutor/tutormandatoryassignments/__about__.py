"""The version, for which nothing else has to be imported."""

__version__ = "0.1.0"
