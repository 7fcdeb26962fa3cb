"""``SETUJU 482913``: a telephone of the command centre agrees to a warning that another person proposed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.broadcast.consent import NotAgreed, by_code, warning_said
from gateway.dialogue import Ask, Dialogue, Screen, State, Step, Who
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City


@dataclass(frozen=True, slots=True, kw_only=True)
class Agrees(Ask):
    """With what was typed behind the word."""

    typed: str


class Consent(Dialogue):
    """For the numbers of the command centre alone: anybody else's "setuju" is a letter like others."""

    name = "telling_consent"

    def __init__(self, city: City) -> None:
        self._city = city
        self._posts = frozenset(post.number for post in city.operators)
        self.heads: Sequence[str] = city.words["consent"]

    def begin(self, who: Who, said: str = "") -> Step:
        if who.doubt or who.number not in self._posts:
            return Step(declined=True)
        return Step(ask=Agrees(typed=said))

    def step(self, state: State, typed: str, who: Who) -> Step:
        return self.begin(who, typed)

    def answer(self, tx: Tx, ask: Ask, who: Who, turn: str) -> Step:
        typed = ask.typed if isinstance(ask, Agrees) else ""
        try:
            answered = by_code(tx, who.number, typed, who.how, who.at)
        except NotAgreed:
            return self._last(who, "telling_consent_none")
        if answered.agreed is not None:
            one = answered.agreed
            warning, people = warning_said(self._city, one), str(one.people)
            return self._last(who, "telling_consented", warning=warning, people=people)
        if not answered.waits:
            return self._last(who, "telling_consent_none")
        return self._last(who, "telling_consent_wrong", left=str(answered.left))

    def _last(self, who: Who, key: str, **fields: str) -> Step:
        return Step(screen=Screen(text=self._city.text(who.language, key, **fields), last=True))
