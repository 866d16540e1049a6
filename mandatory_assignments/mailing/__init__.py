"""Mails: what they say, and how they go out. Above the verbs, because a mail is handed over between two of them."""

from .sending import send_waiting

__all__ = ["send_waiting"]
