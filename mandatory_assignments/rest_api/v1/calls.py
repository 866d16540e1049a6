"""What a call takes and gives, told beside the method that answers it, for the OpenAPI document alone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from rest_framework.serializers import Serializer

M = TypeVar("M", bound=Callable[..., Any])

Shape = type[Serializer]


@dataclass(frozen=True, slots=True)
class Call:
    """The shapes of a call by name of what they are, and the statuses it answers with beside those of every call.

    `answers` maps a status to the shape of its body, None = without; `refuses` are statuses with an error. Several
    shapes of a body are as many ways to call it. Who asks need not be signed in where it is `open_to_all`.
    """

    answers: dict[int, Shape | None]
    query: Shape | None = None
    body: Shape | tuple[Shape, ...] | None = None
    refuses: tuple[int, ...] = ()
    open_to_all: bool = False


def told(
    answers: dict[int, Shape | None],
    *,
    query: Shape | None = None,
    body: Shape | tuple[Shape, ...] | None = None,
    refuses: str = "",
    open_to_all: bool = False,
) -> Callable[[M], M]:
    """Decorates the method of a view; `refuses` lists statuses, beside 401 and 403 of every call."""

    def decorate(method: M) -> M:
        found = Call(answers, query, body, tuple(map(int, refuses.split())), open_to_all)
        method.call = found  # type: ignore[attr-defined]
        return method

    return decorate
