"""What is written unasked: in whose language, and whether at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from config.city_offices import Official
from eservices.calling.telling import tell
from eservices.lookup.saying import Saying
from gateway.dialogue import Who
from gateway.messages import Lane, Outbound
from gateway.number import subscriber
from gateway.store import Tx, put
from gateway.store.callbacks import opted_out_since
from gateway.store.people import find

if TYPE_CHECKING:
    from config.city import City
    from config.lookup import Lookup, Row, Said


class Letters:
    """Of one city."""

    def __init__(self, city: City) -> None:
        self._city, self._saying = city, Saying(city)

    def reader(self, tx: Tx, number: str, language: str, asked_at: datetime, now: datetime) -> Who | None:
        """Who reads it, in the language of the registry, else in which it was asked for. None: nothing is written, the
        phone must be quiet or wrote STOP since."""
        if not subscriber(number) or opted_out_since(tx, number, asked_at):
            return None
        resident = find(tx, number)
        if resident is not None and resident.quiet:
            return None
        spoken = (resident.language if resident is not None else "") or language
        known = spoken if spoken in self._city.languages else self._city.languages[0]
        return Who(number=number, at=now, language=known, resident=resident)

    def official(self, one: Official, now: datetime) -> Who:
        """An official reads the city's first language."""
        return Who(number=one.number, at=now, language=self._city.languages[0])

    def row(
        self, lookup: Lookup, texts: Said, key: str, row: Row, who: Who, fields: Mapping[str, str] | None = None
    ) -> str:
        """A text of the description about a row: one SMS, names masked."""
        return self._saying.about(lookup, texts, named(lookup, key, row), row, who, fields or {})

    def line(self, lookup: Lookup, key: str, row: Row, who: Who) -> str:
        """A row in a list."""
        return self._saying.line(lookup, key, row, who)

    def label(self, lookup: Lookup, language: str) -> str:
        """The look-up's name."""
        return self._saying.label(lookup, language)

    def text(self, who: Who, key: str, **fields: object) -> str:
        """A text that ships."""
        return self._city.text(who.language, key, **fields)

    def remind(self, tx: Tx, who: Who, text: str, key: str, ends: datetime) -> None:
        """One letter, or a call to who asked for calls; once per key."""
        letter = Outbound(to=who.number, text=text, lane=Lane.SERVICE, key=key, expires_at=ends)
        tell(tx, self._city, letter, who.language, who.resident, who.at)

    def write(self, tx: Tx, to: str, text: str, key: str, ends: datetime, lane: Lane = Lane.SERVICE) -> None:
        """One letter, once per key."""
        put(tx, Outbound(to=to, text=text, lane=lane, key=key, expires_at=ends))


def named(lookup: Lookup, key: str, row: Row | None) -> str:
    """A row's key as people write it."""
    return (row or {}).get(lookup.key.column, "") or key
