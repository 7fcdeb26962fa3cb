"""Tells those who follow a look-up what is new, in the bulk lane: by day only, at most ``a_day`` letters a day, what
is new at once in one of them. What somebody was told and that he was told it are one transaction: a kill repeats
nothing and forgets nothing.

It never has more than ``QUEUED`` letters waiting in the bulk lane: what is put there is gone before the quiet hours,
and a thousand readers cost the next letter no more than one piece.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from config.gsm7 import ONE_SMS, septets
from config.lookup import Lookup, Subscription
from config.texts import WIDTHS
from eservices.lookup.standing.following import store
from eservices.lookup.standing.following.fits import fitting
from eservices.lookup.standing.following.store import Follower, News
from eservices.lookup.standing.letters import Letters
from eservices.lookup.standing.passing.settled import settled
from gateway.broadcast.quiet import is_quiet, next_turn
from gateway.dialogue import Who
from gateway.messages import Lane
from gateway.store import Tx, has_opted_out

if TYPE_CHECKING:
    from config.city import City

PIECE = 20  # phones in one transaction: letters wait no longer than that takes
LOOKED = 30_000  # keys of new rows that are looked through in one: of many rows and words fewer phones are told in it
QUEUED = 60  # letters in bulk that wait at the most: some minutes of one modem
LATER = timedelta(seconds=30)
OLD = timedelta(days=14)  # what was news so long ago is none
NAMED = 4  # rows of one letter at the most


class _News:
    """What is new of one look-up up to now, asked of the store once for all who follow the same."""

    def __init__(self, tx: Tx, lookup: Lookup, upto: int) -> None:
        self._tx, self.lookup, self.upto = tx, lookup, upto
        self._keys: dict[int, list[str]] = {}
        self._found: dict[tuple[int, tuple[str, ...]], tuple[int, list[News]]] = {}
        self._fits: dict[tuple[int, tuple[str, ...]], tuple[str, ...]] = {}
        self.looked = 0

    def of(self, after: int, words: Sequence[str]) -> tuple[int, list[News]]:
        """How many rows after one that these words mean, and the first few."""
        if after not in self._keys:
            self._keys[after] = store.keys_after(self._tx, self.lookup.id, after, self.upto)
            self.looked += len(self._keys[after])
        if (asked := (after, tuple(words))) not in self._fits:
            self._fits[asked] = tuple(fitting(self._keys[after], words))
            self.looked += len(self._keys[after])
        keys = self._fits[asked]
        if (after, keys) not in self._found:
            within = store.news_with(self._tx, self.lookup.id, keys, after, self.upto, NAMED) if keys else (0, [])
            self._found[after, keys] = within
        return self._found[after, keys]


class Following:
    """The chore."""

    name = "lookup news"

    def __init__(self, city: City) -> None:
        self._city, self._letters = city, Letters(city)

    def run(self, tx: Tx, now: datetime) -> datetime | None:
        ours = [one for one in self._city.lookups.values() if one.subscription is not None]
        if not ours:
            return None
        if is_quiet(self._city, now):
            return next_turn(self._city, now)
        following = [at for one in ours if (at := self._one(tx, one, now)) is not None]
        return min(following, default=None)

    def _one(self, tx: Tx, lookup: Lookup, now: datetime) -> datetime | None:
        """Returns when there is more to do for it."""
        upto = store.newest(tx, lookup.id)
        if not settled(tx, lookup.id):
            return None
        room = QUEUED - store.waiting(tx, QUEUED)
        if room <= 0:
            return now + LATER
        ready = store.to_tell(tx, lookup.id, upto, now, min(PIECE, room))
        if not ready:
            store.forget_news(tx, lookup.id, now - OLD)
            return store.next_at(tx, lookup.id, upto)
        wishes = store.wishes_among(tx, lookup.id, [one.number for one in ready])
        known = _News(tx, lookup, upto)
        for one in ready:
            self._tell(tx, known, one, wishes[one.number], now)
            if known.looked >= LOOKED:
                break
        return now

    def _tell(self, tx: Tx, known: _News, one: Follower, words: Sequence[str], now: datetime) -> None:
        lookup = known.lookup
        assert lookup.subscription is not None
        many, news = known.of(one.told_to, words)
        who = self._letters.reader(tx, one.number, one.language, one.asked_at, now) if many else None
        if who is None or has_opted_out(tx, one.number):
            store.told(tx, replace(one, told_to=known.upto))
            return
        if not store.told(tx, self._counted(one, lookup.subscription, known.upto, now)):
            return
        text = self._text(lookup, lookup.subscription, news, many, who)
        key = f"lookup/news/{lookup.id}/{one.number}/{one.asked_at:%Y%m%d%H%M%S}/{known.upto}"
        self._letters.write(tx, one.number, text, key, next_turn(self._city, now), Lane.BULK)

    def _counted(self, one: Follower, subscription: Subscription, upto: int, now: datetime) -> Follower:
        """One letter more today; after the last of the day none before tomorrow."""
        today = now.astimezone(self._city.timezone).date()
        told = one.told + 1 if one.day == today.isoformat() else 1
        tomorrow = datetime.combine(today + timedelta(days=1), datetime.min.time(), self._city.timezone)
        next_at = tomorrow if told >= subscription.a_day else now
        return replace(one, told_to=upto, next_at=next_at, day=today.isoformat(), told=told)

    def _text(self, lookup: Lookup, subscription: Subscription, news: Sequence[News], many: int, who: Who) -> str:
        """One row as the description says it; several in a line each, as many as there is room for."""
        letters, head = self._letters, lookup.words[0].upper()
        if many == 1:
            return letters.row(lookup, subscription.texts, news[0].key, news[0].row, who)
        fields: Mapping[str, object] = {"offered": letters.label(lookup, who.language), "many": many, "head": head}
        lines = [letters.line(lookup, one.key, one.row, who) for one in news]
        for most in range(len(lines), 0, -1):
            said = "; ".join(lines[:most])
            text = letters.text(who, "standing_news", news=said, **fields)
            if (septets(said) or 0) <= WIDTHS["news"] and (septets(text) or 0) <= ONE_SMS:
                return text
        return letters.text(who, "standing_news", news=lines[0], **fields)
