"""A voice for a proposal: one a registered number and round. To move it, or take it back, is free while it is open.

Whose line nobody has vouched for yet has a voice, too: a kepling may be slow, and nobody shall lose a round by it. How
many of a proposal's voices are of confirmed lines is written beside the figure, for those who weigh it. Who proposes
has the same one voice as everybody, and gives it by DUKUNG: to the own proposal or to another's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from eservices.proposals import store
from eservices.proposals.asks import Support
from eservices.proposals.saying import Saying
from eservices.proposals.store import Proposal, State
from gateway.asking import label
from gateway.dialogue import Screen, Step, Who
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City


class Supporting:
    """Built once for a city."""

    def __init__(self, city: City, saying: Saying) -> None:
        self._city, self._saying = city, saying

    def support(self, tx: Tx, ask: Support, who: Who) -> Step:
        """The second voice of a number is thanked for, and counted once."""
        one, round = store.find(tx, ask.proposal), store.running(tx, who.at)
        if one is None and round is None:
            return self._saying.shut(tx, who)
        if not ask.proposal:
            return self.asked_number(who)
        if one is None:
            text = self._city.text(who.language, "prop_unknown", proposal=ask.proposal)
            return Step(screen=Screen(text=text, last=True))
        if round is None or one.round != round.id:
            return self._over(tx, one, who)
        if one.state is not State.SHOWN:
            return self._saying.last("prop_not_shown", one, who)
        if who.resident is None:
            return self.register(who)
        if store.give(tx, round.id, one.number, who.number, who.language, who.at):
            return self._counted(tx, "prop_supported", one, who)
        has = store.given(tx, round.id, who.number)
        if has is None:  # hidden at this moment
            return self._saying.last("prop_not_shown", one, who)
        if has == one.number:
            return self._saying.last("prop_already", one, who)
        other = store.find(tx, has)
        if other is not None and not ask.move:
            return self._move(one, other, who)
        store.take_back(tx, round.id, who.number)
        store.give(tx, round.id, one.number, who.number, who.language, who.at)
        return self._counted(tx, "prop_moved", one, who)

    def asked_number(self, who: Who) -> Step:
        """Which one is to be supported?"""
        return Step(screen=Screen(text=self._city.text(who.language, "prop_ask_number")), state={"at": "number"})

    def take_back(self, tx: Tx, who: Who) -> Step:
        """BATAL DUKUNG."""
        round = store.running(tx, who.at)
        if round is None:
            return self._saying.shut(tx, who)
        has = store.given(tx, round.id, who.number)
        one = store.find(tx, has) if has is not None else None
        if one is None or not store.take_back(tx, round.id, who.number):
            return Step(screen=Screen(text=self._city.text(who.language, "prop_no_voice"), last=True))
        return self._saying.last("prop_taken_back", one, who)

    def register(self, who: Who) -> Step:
        """Nobody's voice is counted who is in no registry."""
        lines = (label(self._city, who, "1", "label_register"), label(self._city, who, "0", "label_menu"))
        text = self._city.text(who.language, "prop_register")
        return Step(screen=Screen(text=text, choices=lines), state={"at": "register"})

    def _move(self, one: Proposal, other: Proposal, who: Who) -> Step:
        names = (("1", "label_prop_move"), ("2", "label_prop_stay"))
        lines = tuple(label(self._city, who, key, name) for key, name in names)
        text = self._saying.say("prop_other", one, who.language, other=other.number, said=other.text)
        state = {"at": "move", "proposal": str(one.number), "other": str(other.number)}
        return Step(screen=Screen(text=text, choices=lines), state=state)

    def _counted(self, tx: Tx, key: str, one: Proposal, who: Who) -> Step:
        return self._saying.last(key, store.find(tx, one.number) or one, who)

    def _over(self, tx: Tx, one: Proposal, who: Who) -> Step:
        """Its round is closed; perhaps another is open."""
        was = store.round_of(tx, one.round)
        if was is None:
            return self._saying.shut(tx, who)
        text = self._saying.closed(was, who)
        return Step(screen=Screen(text=text, last=True))
