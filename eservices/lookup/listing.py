"""A list to choose from, a page of it at a time: each page is one SMS, and fits a small screen. Who calls hears all of
it: the face has pages of its own. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from config.gsm7 import ONE_SMS, clip, septets
from config.lookup import LINE
from gateway.dialogue import Choice, Screen

LINES = 5  # of one page: with its title and the way on it is seen without scrolling (gateway/paging.py)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """``start``: its first line; ``shown``: how many lines, numbered from 1; where more are left the next number
    leads on to ``next``."""

    screen: Screen
    shown: int
    start: int = 0
    next: int = 0


def page(
    title: str, labels: Sequence[str], start: int, onward: str, lines: int = LINES, *, aloud: bool = False
) -> Page:
    """The page that begins at ``start`` (of no such place: the first); at most ``lines`` of them, and one SMS.
    ``aloud``: all of them."""
    start = start if 0 <= start < len(labels) else 0
    left = [clip(one.replace("\n", " "), LINE) for one in labels[start:]]
    shown = len(left) if aloud else min(len(left), lines)
    while not aloud and shown > 1 and _width(title, left[:shown], onward if shown < len(left) else "") > ONE_SMS:
        shown -= 1
    more = shown < len(left)
    choices = [Choice(key=str(n), label=one) for n, one in enumerate(left[:shown], 1)]
    if more:
        choices.append(Choice(key=str(shown + 1), label=onward))
    after = start + shown if more else 0
    return Page(screen=Screen(text=title, choices=tuple(choices)), shown=shown, start=start, next=after)


def _width(title: str, lines: Sequence[str], onward: str) -> int:
    shown = [title, *(f"{n} {one}" for n, one in enumerate((*lines, *([onward] if onward else [])), 1))]
    return septets("\n".join(shown)) or 0
