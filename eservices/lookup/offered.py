"""The look-ups of a city as conversations: where each is looked up, and what may follow its answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eservices.lookup.extra import Extra
from eservices.lookup.rows import Finder
from eservices.lookup.tables import Tables
from eservices.lookup.talk import LookupTalk

if TYPE_CHECKING:
    from config.city import City


def lookups(city: City, *, menu: bool, systems: Finder | None = None) -> tuple[LookupTalk, ...]:
    """Those that stand in the list of further services, or (``menu`` False) those that begin by their words only.
    ``systems``: finds rows in the city's systems; without it look-ups of such are left out."""
    tables, extras = Tables(city), extras_of(city)
    found = []
    for lookup in city.lookups.values():
        finder = tables if lookup.source.url is None else systems
        if lookup.menu is menu and finder is not None:
            found.append(LookupTalk(city, lookup, finder, extras))
    return tuple(found)


def extras_of(city: City) -> tuple[Extra, ...]:
    """What may follow an answer."""
    return ()
