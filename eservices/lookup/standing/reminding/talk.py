"""To ask for a reminder under an answer or in words (``PBB INGATKAN 12.75…``), and to end it (``INGATKAN STOP``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from config.lookup import Lookup, Reminder, Row
from eservices.lookup.extra import Extra, Matter
from eservices.lookup.rows import shareable
from eservices.lookup.saying import dated
from eservices.lookup.standing.reminding import plan, store
from eservices.lookup.standing.reminding.store import Reminding
from eservices.lookup.standing.rows import row_of
from gateway.dialogue import Ask, Choice, Dialogue, Screen, State, Step, Who
from gateway.number import subscriber
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City


class Remind(Extra):
    """ "Remind me": of the day that the row names."""

    name = "remind"

    def __init__(self, city: City) -> None:
        self._city = city
        self.words: Sequence[str] = city.words["standing_remind"]

    def offers(self, tx: Tx, matter: Matter, who: Who) -> Choice | None:
        reminder, row = matter.lookup.reminder, matter.row
        if reminder is None or row is None or who.doubt or not subscriber(who.number):
            return None
        if not plan.remains(reminder, row, self._today(who)) or _mine(tx, matter, who) is not None:
            return None
        return Choice(key="", label=self._city.text(who.language, "label_remind"))

    def take(self, tx: Tx, matter: Matter, who: Who, turn: str) -> Screen:
        lookup, say = matter.lookup, self._city.text
        if who.doubt or not subscriber(who.number):
            return Screen(text=say(who.language, "talk_doubt"), last=True)
        row, today = row_of(tx, lookup, matter.key, who.number) or matter.row, self._today(who)
        reminder = lookup.reminder
        if reminder is None or row is None or not plan.remains(reminder, row, today):
            return Screen(text=say(who.language, "standing_no_day"), last=True)
        due = plan.day_of(reminder, row)
        assert due is not None  # else nothing remains
        if _mine(tx, matter, who) is not None:
            return Screen(text=say(who.language, "standing_reminds", deadline=dated(due.isoformat())), last=True)
        self._ask(tx, lookup, reminder, matter.key, due, row, who)
        before = ", ".join(str(one) for one in sorted(reminder.days, reverse=True) if one < (due - today).days)
        fields = {"deadline": dated(due.isoformat()), "before": before}
        return Screen(text=say(who.language, "standing_reminded", **fields), last=True)

    def _ask(self, tx: Tx, lookup: Lookup, reminder: Reminder, key: str, due: date, row: Row, who: Who) -> None:
        one = Reminding(
            lookup=lookup.id,
            number=who.number,
            key=key,
            language=who.language,
            due=due.isoformat(),
            row=shareable(lookup, row),
            told=plan.at_first(reminder, due, self._today(who)),
            asked_at=who.at,
            look_at=plan.next_look(who.at, self._city.timezone),
        )
        store.ask(tx, one)

    def _today(self, who: Who) -> date:
        return who.at.astimezone(self._city.timezone).date()


def _mine(tx: Tx, matter: Matter, who: Who) -> Reminding | None:
    return next(
        (one for one in store.of(tx, who.number) if (one.lookup, one.key) == (matter.lookup.id, matter.key)), None
    )


class EndRemind(Extra):
    """ "Remind me no more", under an answer."""

    name = "unremind"
    words: Sequence[str] = ()

    def __init__(self, city: City) -> None:
        self._city = city

    def offers(self, tx: Tx, matter: Matter, who: Who) -> Choice | None:
        if matter.lookup.reminder is None or who.doubt or _mine(tx, matter, who) is None:
            return None
        return Choice(key="", label=self._city.text(who.language, "label_unremind"))

    def take(self, tx: Tx, matter: Matter, who: Who, turn: str) -> Screen:
        one = _mine(tx, matter, who)
        if one is None or who.doubt:
            return Screen(text=self._city.text(who.language, "standing_unreminded_none"), last=True)
        store.end(tx, one)
        return Screen(text=self._city.text(who.language, "standing_unreminded", count=1), last=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class EndAll(Ask):
    """No reminder any more."""


class Unremind(Dialogue):
    """``INGATKAN STOP``: every reminder of that phone ends."""

    name = "reminders_stop"

    def __init__(self, city: City) -> None:
        self._city = city
        words = city.words["standing_unremind"]
        of = [one for lookup in city.lookups.values() if lookup.reminder is not None for one in lookup.words]
        self.words: Sequence[str] = (*words, *(f"{one} {word}" for one in of for word in words))

    def begin(self, who: Who, said: str = "") -> Step:
        if who.doubt or not subscriber(who.number):
            return Step(screen=Screen(text=self._city.text(who.language, "talk_doubt"), last=True))
        return Step(ask=EndAll())

    def step(self, state: State, typed: str, who: Who) -> Step:
        return self.begin(who, typed)

    def answer(self, tx: Tx, ask: Ask, who: Who, turn: str) -> Step:
        many = store.end_all(tx, who.number)
        key = "standing_unreminded" if many else "standing_unreminded_none"
        fields = {"count": many} if many else {}
        return Step(screen=Screen(text=self._city.text(who.language, key, **fields), last=True))
