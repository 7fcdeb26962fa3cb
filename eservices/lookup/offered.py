"""The look-ups of a city as conversations: where each is looked up, and what may follow its answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eservices.lookup.rows import Finder
from eservices.lookup.standing.offered import extras
from eservices.lookup.tables import Tables
from eservices.lookup.talk import LookupTalk

if TYPE_CHECKING:
    from config.city import City


def lookups(city: City, *, menu: bool, finder: Finder | None = None) -> tuple[LookupTalk, ...]:
    """Those that stand in the list of further services, or (``menu`` False) those that begin by their words only.
    ``finder``: finds rows, those of the city's systems too; without it look-ups of such are left out."""
    tables = Tables(city)
    found = (one for one in city.lookups.values() if one.menu is menu)
    there = (one for one in found if finder is not None or one.source.url is None)
    return tuple(LookupTalk(city, one, finder or tables, extras(city, one)) for one in there)
