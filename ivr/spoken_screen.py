"""A dialogue's screen as it is spoken: a few choices at a time, each with a key of its own. Pure."""

from __future__ import annotations

from gateway.dialogue import Choice, Screen
from ivr.flow_data import BACK, MOST_CHOICES


def offered(screen: Screen, page: int) -> dict[str, Choice]:
    """Key → choice on that page: 1 to 4, and the way back wherever it has one."""
    pages = pages_of(screen)
    choices = pages[page % len(pages)] if pages else ()
    back = [(choice.key, choice) for choice in screen.choices if choice.key == BACK]
    return dict([*((str(n), choice) for n, choice in enumerate(choices, start=1)), *back])


def pages_of(screen: Screen) -> list[tuple[Choice, ...]]:
    """Its choices, as many as are offered at a time."""
    proper = [choice for choice in screen.choices if choice.key != BACK]
    return [tuple(proper[at : at + MOST_CHOICES]) for at in range(0, len(proper), MOST_CHOICES)]
