"""A complaint as a conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.asking import left
from gateway.dialogue import Dialogue, Say, Screen, State, Step, Who

if TYPE_CHECKING:
    from config.city import City


class Complaints(Dialogue):
    """One question, and the words go to the desks as a letter: should they be an emergency, they are read as one."""

    name = "complaints"

    def __init__(self, city: City) -> None:
        self._city = city

    def begin(self, who: Who, said: str = "") -> Step:
        return Step(screen=Screen(text=self._city.text(who.language, "talk_message")), state={"at": "words"})

    def step(self, state: State, typed: str, who: Who) -> Step:
        if gone := left(self._city, typed, who):
            return gone
        kept = self._city.text(who.language, "talk_message_kept", call=self._city.emergency_call)
        return Step(screen=Screen(text=kept, last=True), effects=(Say(text=typed),))
