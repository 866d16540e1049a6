"""What makes a function a verb: it gets `now`, one transaction, and wakes the workers once it has committed."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from functools import partial, wraps
from typing import Any, TypeVar

from django.db import transaction

from . import clock
from .wake import wake

R = TypeVar("R")


def verb(*tasks: str, atomic: bool = True) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Decorates an act `f(..., *, now)`: `now` may be left out, all is one transaction, then `tasks` are woken.

    Not `atomic` is what is called for each of many and writes by one statement, which is a transaction by itself.
    """

    def decorate(act: Callable[..., R]) -> Callable[..., R]:
        @wraps(act)
        def acting(*args: Any, now: datetime | None = None, **named: Any) -> R:
            with transaction.atomic() if atomic else nullcontext():
                for task in tasks:
                    transaction.on_commit(partial(wake, task), robust=True)
                return act(*args, now=now or clock.now(), **named)

        return acting

    return decorate
