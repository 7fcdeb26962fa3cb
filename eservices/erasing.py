"""``HAPUS DATA``: asked once whether sure, then done, in the transaction that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from eservices.registration.asked import said_last
from gateway.asking import again, chosen, label, left, means
from gateway.dialogue import Ask, Choice, Dialogue, Erase, Screen, State, Step, Who
from gateway.number import subscriber
from gateway.store import Tx
from gateway.store.talks import talk_of

if TYPE_CHECKING:
    from config.city import City

SURE_WITHIN = timedelta(days=1)  # a "HAPUS YA" answers a question no older than that
ASKS_ERASE = ("erasing", "erasing_now")


def erased(city: City, who: Who) -> Step:
    """The end: everything of the number is gone that need not be kept."""
    return replace(said_last(city, who, "reg_erased"), effects=(Erase(),))


class Erasing(Dialogue):
    """``HAPUS DATA`` asks once; ``HAPUS YA`` does it, with or without that question before it."""

    name = "erasing"

    def __init__(self, city: City) -> None:
        self._city = city
        self.words: Sequence[str] = city.words["erase"]

    def begin(self, who: Who, said: str = "") -> Step:
        if who.doubt or not subscriber(who.number):
            return said_last(self._city, who, "talk_doubt")
        text = self._city.text(who.language, "reg_erase_sure")
        return Step(screen=Screen(text=text, choices=self._lines(who)), state={"at": "sure"})

    def _lines(self, who: Who) -> tuple[Choice, ...]:
        return label(self._city, who, "1", "label_erase_yes"), label(self._city, who, "0", "label_menu")

    def step(self, state: State, typed: str, who: Who) -> Step:
        sure = self.begin(who)
        if sure.state is None:
            return sure
        if gone := left(self._city, typed, who):
            return gone
        if chosen(sure.screen.choices[:1], typed) is not None or means(self._city, "erase_yes", typed):
            return erased(self._city, who)
        return again(self._city, who, sure.screen, {"at": "sure"})


@dataclass(frozen=True, slots=True, kw_only=True)
class WasAsked(Ask):
    """Whether that phone was asked of late if it is sure."""


class ErasingNow(Erasing):
    """``HAPUS YA``: the answer in words, within a day; else it is asked first."""

    name = "erasing_now"

    def __init__(self, city: City) -> None:
        super().__init__(city)
        self.words = city.words["erase_yes"]

    def begin(self, who: Who, said: str = "") -> Step:
        sure = super().begin(who)
        return sure if sure.state is None else Step(ask=WasAsked())

    def step(self, state: State, typed: str, who: Who) -> Step:
        if who.doubt or not subscriber(who.number):
            return super().begin(who)
        if gone := left(self._city, typed, who):
            return gone
        if chosen(self._lines(who)[:1], typed) is not None:
            return erased(self._city, who)
        return again(self._city, who, super().begin(who).screen, {"at": "sure"})

    def answer(self, tx: Tx, ask: Ask, who: Who, turn: str) -> Step:
        talk = talk_of(tx, who.number)
        asked = talk is not None and (talk.dialogue in ASKS_ERASE or talk.state.get("at") == "erase")
        if asked and talk is not None and who.at - talk.asked_at <= SURE_WITHIN:
            return erased(self._city, who)
        return super().begin(who)
