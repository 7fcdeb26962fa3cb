"""A message or a complaint in one's own words: kept for a person to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from eservices.more import Offered
from gateway.asking import left
from gateway.dialogue import Say, Screen, State, Step, Who

if TYPE_CHECKING:
    from config.city import City


class Message(Offered):
    """One question, and the words go to the desks as a letter: should they be an emergency, they are read as one."""

    name = "message"
    named_within = False  # "pesan nasi"

    def __init__(self, city: City) -> None:
        self._city = city
        self.words: Sequence[str] = city.words["message"]

    def label(self, who: Who) -> str:
        return self._city.text(who.language, "label_message")

    def begin(self, who: Who, said: str = "") -> Step:
        return Step(screen=Screen(text=self._city.text(who.language, "talk_message")), state={"at": "words"})

    def step(self, state: State, typed: str, who: Who) -> Step:
        if gone := left(self._city, typed, who):
            return gone
        kept = self._city.text(who.language, "talk_message_kept", call=self._city.emergency_call)
        return Step(screen=Screen(text=kept, last=True), effects=(Say(text=typed),))
