"""``STOP``: no more broadcasts; ``MULAI``: again; ``BANTUAN``: what the city can be asked for.

Only the whole of a letter means these: "stop begal!" is a cry. Nobody need be registered, and a quiet phone may say
it: then nothing is answered. Emergencies, warnings and answers come all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from eservices.registration.asked import said_last
from gateway.asking import HELP, MENU
from gateway.broadcast.talk import Consent
from gateway.dialogue import Ask, Dialogue, Screen, State, Step, Who
from gateway.number import subscriber
from gateway.store import Tx, has_opted_out
from gateway.store.callbacks import opt_in, opt_out
from gateway.words import squash

if TYPE_CHECKING:
    from config.city import City

HOW = "sms"  # stands as the channel of an opt-out that was written to us


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted(Ask):
    """Whether broadcasts are wanted."""

    more: bool


class _Told(Dialogue):
    """What they share: begun by a word, over with the answer."""

    def __init__(self, city: City) -> None:
        self._city = city

    def step(self, state: State, typed: str, who: Who) -> Step:
        return self.begin(who, typed)

    def _last(self, who: Who, key: str, **fields: str) -> Step:
        return Step(screen=Screen(text=self._city.text(who.language, key, **fields), last=True))


class Stop(_Told):
    """Answered once: a machine that says STOP again is told nothing more."""

    name = "telling_stop"
    for_quiet = True

    def __init__(self, city: City) -> None:
        super().__init__(city)
        self.words: Sequence[str] = city.words["stop"]

    def begin(self, who: Who, said: str = "") -> Step:
        if who.doubt or not subscriber(who.number):
            return said_last(self._city, who, "talk_doubt")
        return Step(ask=Wanted(more=False))

    def answer(self, tx: Tx, ask: Ask, who: Who, turn: str) -> Step:
        if has_opted_out(tx, who.number):
            return Step()
        opt_out(tx, who.number, HOW, "")
        return self._last(who, "telling_stopped", call=self._city.emergency_call)


class Again(_Told):
    """``MULAI`` of who once wrote STOP; of anybody else it is the menu."""

    name = "telling_again"

    def __init__(self, city: City) -> None:
        super().__init__(city)
        self.words: Sequence[str] = city.words["resume"]

    def begin(self, who: Who, said: str = "") -> Step:
        return Step(goto=MENU) if who.doubt or not subscriber(who.number) else Step(ask=Wanted(more=True))

    def answer(self, tx: Tx, ask: Ask, who: Who, turn: str) -> Step:
        return self._last(who, "telling_started") if opt_in(tx, who.number) else Step(goto=MENU)


class Help(_Told):
    """No head of a letter: the emergencies' desk reads it first, and what it leaves is perhaps this."""

    name = HELP

    def __init__(self, city: City) -> None:
        super().__init__(city)
        self._words = frozenset(squash(word) for word in city.words["help"])

    def hears(self, text: str) -> bool:
        return squash(text) in self._words

    def begin(self, who: Who, said: str = "") -> Step:
        return self._last(who, "telling_help", call=self._city.emergency_call)


def telling(city: City) -> tuple[Dialogue, ...]:
    """All of them."""
    return Stop(city), Again(city), Help(city), Consent(city)
