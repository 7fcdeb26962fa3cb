"""Which pages a person is offered, and on which of them he stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.page import Page, User

ICONS = frozenset(
    {
        *("incidents", "map", "people", "stations", "roster", "officers", "drills", "tickets", "clinic", "letters"),
        *("buses", "reports", "settings", "warnings", "broadcasts", "proposals", "lookups", "standing", "costs"),
        "leaflets",
    }
)
"""Pictures of ``templates/icons.html`` that are named as the first part of a path."""
MINE = 99  # the place of a person's own page, which stands beside his name


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the navigation. ``current``: ``page`` on it, ``true`` below it, else empty. ``group``: a gap is
    drawn before it."""

    path: str
    title: str
    icon: str
    current: str
    group: bool


def entries(pages: Sequence[Page], user: User, path: str) -> list[Entry]:
    """The lines for ``user`` who looks at ``path`` (without its query). ``pages`` in the order of the navigation."""
    mine = [one for one in pages if one.nav < MINE and user.may(one.roles)]
    above = [one.path for one in mine if path == one.path or path.startswith(f"{one.path.rstrip('/')}/")]
    here = max(above, key=len, default="")
    if here == "/" and path != "/":
        here = ""
    found: list[Entry] = []
    group = 0
    for one in mine:
        current = "" if one.path != here else "page" if path == here else "true"
        mark = _group(one.nav)
        found.append(
            Entry(
                path=one.path,
                title=one.title,
                icon=_icon(one.path),
                current=current,
                group=bool(found) and mark != group,
            )
        )
        group = mark
    return found


def _group(nav: int) -> int:
    """What happens · who and where · what the city offers · how it went."""
    return 0 if nav < 40 else 1 if nav < 60 else 2 if nav < 90 else 3


def _icon(path: str) -> str:
    first = path.strip("/").split("/")[0]
    return "now" if not first else first if first in ICONS else "page"
