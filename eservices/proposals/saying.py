"""What is said of a proposal, in one SMS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.gsm7 import clip, septets
from eservices.proposals import store
from eservices.proposals.store import Proposal, Round
from gateway.dialogue import Screen, Step, Who
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

LINE = 33  # septets of a line of the list: its head, three lines and what follows are one SMS


class Saying:
    """Built once for a city."""

    def __init__(self, city: City) -> None:
        self._city = city

    def say(self, key: str, one: Proposal, language: str, **more: object) -> str:
        """The text ``key`` with the proposal's fields."""
        fields: dict[str, object] = {
            "proposal": one.number,
            "area": self.area(one.kelurahan),
            "said": one.text,
            "whole": one.text,
            "voices": one.voices,
        }
        return self._city.text(language, key, **fields | more)

    def last(self, key: str, one: Proposal, who: Who) -> Step:
        """The same, as the end of a conversation."""
        return Step(screen=Screen(text=self.say(key, one, who.language), last=True))

    def line(self, one: Proposal, who: Who) -> str:
        """One line of a list; who calls hears more of it."""
        bare = self.say("prop_line", one, who.language, said="")
        room = LINE - (septets(bare) or 0)
        return self.say("prop_line", one, who.language, said=one.text if who.voice else clip(one.text, room))

    def area(self, code: str) -> str:
        """The area's name."""
        found = self._city.areas.get(code)
        return found.name if found is not None else code

    def shut(self, tx: Tx, who: Who) -> Step:
        """No round is open."""
        before = store.last_round(tx)
        if before is None:
            text = self._city.text(who.language, "prop_none_open")
        else:
            text = self.closed(before, who)
        return Step(screen=Screen(text=text, last=True))

    def closed(self, round: Round, who: Who) -> str:
        """That round is over, and since when."""
        ended = min(round.closes_at, round.closed_at or round.closes_at).astimezone(self._city.timezone)
        return self._city.text(who.language, "prop_closed", round=round.title, closed=f"{ended:%d/%m/%Y}")
