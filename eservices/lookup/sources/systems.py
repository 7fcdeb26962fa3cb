"""Look-ups whose rows are another system's: what is asked ahead, what is found, and what was answered last.

USSD, voice   ahead: 0.8 s at most ── transaction: find: what came, else what was kept, else "away"
SMS           transaction: find: a question ── ``questions.py`` asks, then the same again in a second one
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from config.clock import Clock
from config.lookup import Lookup
from config.lookup_keys import key_of
from config.settings_systems import HEADER, SourceSettings
from eservices.lookup.kept.store import Kept, Question, ask, keep, kept
from eservices.lookup.rows import Finder, Found, Outcome, Unanswered
from eservices.lookup.sources.answers import Shape
from eservices.lookup.sources.http import open_client
from eservices.lookup.sources.source import Described, Source
from eservices.lookup.sources.wire import Opener
from gateway.dialogue import Who
from gateway.pulse import Pulse
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

MOST_KEPT = 5000  # last answers of a look-up
OLDEST = timedelta(days=30)  # an answer that is older is not told any more


def described(city: City, settings: Sequence[SourceSettings]) -> dict[str, Described]:
    """What is to be asked, by look-up: as its description says, with the settings laid over it."""
    known = {one.name: one for one in settings}
    found = {}
    for name, lookup in city.lookups.items():
        said = known.get(name) or known.get(lookup.source.secret) or SourceSettings(name=name)
        if (url := said.url or lookup.source.url) is None:
            continue
        found[name] = Described(
            name=name,
            url=url,
            shape=_shape(city, lookup, said),
            example=key_of(lookup.key, lookup.key.example) or "",
            header=said.header or HEADER,
            secret=said.secret,
            wait_s=lookup.source.wait_s,
            fresh_s=lookup.source.fresh_s,
        )
    return found


def _shape(city: City, lookup: Lookup, said: SourceSettings) -> Shape:
    return Shape(
        rows=lookup.source.rows if said.rows is None else said.rows,
        fields={**lookup.source.fields, **said.fields},
        columns=lookup.columns,
        key=lookup.key,
        areas=city.areas,
    )


class Systems(Finder):
    """``tables`` finds what is no other system's. ``open`` opens a line."""

    def __init__(
        self,
        city: City,
        settings: Sequence[SourceSettings],
        tables: Finder,
        clock: Clock,
        pulse: Pulse,
        *,
        open: Callable[[int], Opener] = open_client,
    ) -> None:
        told = described(city, settings)
        self.sources: Mapping[str, Source] = {
            name: Source(one, open, clock, pulse, city.timezone) for name, one in told.items()
        }
        self._tables, self._clock = tables, clock
        self._last: dict[str, bool] = {}  # turns that are being answered for good, and whether they were asked

    # -- as a finder

    def ahead(self, lookup: Lookup, key: str, who: Who) -> Awaitable[None] | None:
        source = self.sources.get(lookup.id)
        if source is None or not self._may(source, who):
            return None if source is not None else self._tables.ahead(lookup, key, who)
        number = _number(source, who)
        return source.ask(key, number) if source.well and not source.fresh(key, number) else None

    def find(self, tx: Tx, lookup: Lookup, key: str, who: Who, turn: str) -> Outcome:
        source = self.sources.get(lookup.id)
        if source is None:
            return self._tables.find(tx, lookup, key, who, turn)
        if not self._may(source, who):
            return Unanswered.AWAY
        number = _number(source, who)
        asked = self._last.get(turn)
        if asked is not False and (fetched := source.fetched(key, number)) is not None:
            keep(tx, lookup.id, key, number, Kept(fetched.rows, fetched.at), MOST_KEPT)
            return Found(rows=fetched.rows, as_of=fetched.at)
        if asked is None and not who.screen and source.well:
            ask(tx, self._question(lookup, key, who, turn))
            return Unanswered.LATER
        if asked is None and key and source.well and not source.sought(key, number):
            return Unanswered.WHERE  # a second question of one dialled path: typed again it is asked
        return self._kept(tx, lookup, key, number) if asked is not False else Unanswered.AWAY

    def names(self, tx: Tx, lookup: Lookup) -> Sequence[str]:
        return () if lookup.id in self.sources else self._tables.names(tx, lookup)

    def _kept(self, tx: Tx, lookup: Lookup, key: str, number: str) -> Outcome:
        last = kept(tx, lookup.id, key, number)
        if last is None or self._clock.now() - last.as_of > OLDEST:
            return Unanswered.AWAY
        return Found(rows=last.rows, as_of=last.as_of, kept=True)

    @staticmethod
    def _may(source: Source, who: Who) -> bool:
        """A doubtful number learns nothing that is meant for its owner."""
        return not (source.described.personal and who.doubt)

    @staticmethod
    def _question(lookup: Lookup, key: str, who: Who, turn: str) -> Question:
        return Question(turn=turn, number=who.number, lookup=lookup.id, key=key, asked_at=who.at)

    # -- for questions of letters

    @contextlib.contextmanager
    def for_good(self, turn: str, *, asked: bool) -> Iterator[None]:
        """Within it ``find`` answers that turn, whatever came: it is not asked again. ``asked`` False: nobody asked, it
        is too late."""
        self._last[turn] = asked
        try:
            yield
        finally:
            self._last.pop(turn, None)

    async def ask(self, question: Question) -> None:
        """Have it asked. Within 1.5 s; never raises."""
        source = self.sources.get(question.lookup)
        if source is not None:
            await source.ask(question.key, question.number if source.described.personal else "")

    @property
    def loops(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        """One for each system: its line, and its circuit."""
        return {f"look-up {name}": source.run for name, source in self.sources.items()}


def _number(source: Source, who: Who) -> str:
    return who.number if source.described.personal else ""
