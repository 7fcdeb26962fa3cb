"""A new proposal is kept, with its number; or its sender is asked what it is for, or whether it is another's."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from eservices.places import Places
from eservices.proposals import store
from eservices.proposals.asks import Propose
from eservices.proposals.held import Holding, kept
from eservices.proposals.saying import Saying
from eservices.proposals.similar import similar_of
from eservices.proposals.store import Proposal, Round, State
from gateway.asking import label, letters
from gateway.dialogue import Screen, Step, Who
from gateway.messages import Lane, Outbound
from gateway.store import Tx, put
from gateway.words import normal

if TYPE_CHECKING:
    from config.city import City

LEAST_LETTERS = 6  # of a proposal; less is a slip
MOST_EACH = 5  # of one number in a round: a neighbourhood's wishes, not a machine's
TOLD_FOR = timedelta(days=1)  # for which the letter with its number is worth sending


class Proposing:
    """Built once for a city."""

    def __init__(self, city: City, saying: Saying, places: Places) -> None:
        self._city, self._saying, self._places = city, saying, places
        self._holding, self._similar = Holding(city), similar_of(city)

    def propose(self, tx: Tx, ask: Propose, who: Who) -> Step:
        """Registered or not, confirmed or not: it is a wish that people read and weigh, and no voice. Of whoever is in
        no registry only the area must be said."""
        round = store.running(tx, who.at)
        if round is None:
            return self._saying.shut(tx, who)
        area = ask.area or self._places.home(who) or self._places.named(ask.text)
        if not area:
            asked = self._city.text(who.language, "prop_ask_unregistered")
            return self._places.ask_district(asked, {"for": "new", "text": ask.text}, who)
        if letters(ask.text) < LEAST_LETTERS:
            text = self._city.text(who.language, "prop_ask", area=self._city.areas[area].name)
            return Step(screen=Screen(text=text), state={"at": "words", "area": area})
        one = self._draft(round, area, ask.text, who)
        mine = store.proposed_by(tx, who.number, round.id)
        if (same := next((old for old in mine if normal(old.text) == normal(one.text)), None)) is not None:
            return self._saying.last("prop_again", same, who)
        if len(mine) >= MOST_EACH:
            return Step(screen=Screen(text=self._city.text(who.language, "prop_enough", proposed=len(mine)), last=True))
        if one.state is State.SHOWN and not ask.sure and (like := self._like(tx, one)) is not None:
            return self._alike(like, ask, area, who)
        return self._kept(tx, one, who)

    def _draft(self, round: Round, area: str, text: str, who: Who) -> Proposal:
        """What was spoken is listened to first, and written down by a person."""
        why = "spoken" if who.voice else self._holding.why(text)
        return Proposal(
            round=round.id,
            kelurahan=area,
            text=text if who.voice else kept(text),
            proposer=who.number,
            language=who.language,
            channel=who.how,
            at=who.at,
            state=State.HELD if why else State.SHOWN,
            why=why,
        )

    def _like(self, tx: Tx, one: Proposal) -> Proposal | None:
        number = self._similar.first(one.text, store.texts_of(tx, one.round, one.kelurahan))
        return store.find(tx, number) if number is not None else None

    def _alike(self, like: Proposal, ask: Propose, area: str, who: Who) -> Step:
        """It is there already, it seems: to support it says more than to say it again."""
        names = (("1", "label_prop_that"), ("2", "label_prop_mine"), ("0", "label_menu"))
        lines = tuple(label(self._city, who, key, name) for key, name in names)
        screen = Screen(text=self._saying.say("prop_alike", like, who.language), choices=lines)
        return Step(screen=screen, state={"at": "alike", "proposal": str(like.number), "area": area, "text": ask.text})

    def _kept(self, tx: Tx, one: Proposal, who: Who) -> Step:
        number = store.add(tx, one)
        written = store.find(tx, number)
        assert written is not None, "it was written in this transaction"
        said = self._saying.last("prop_held" if written.state is State.HELD else "prop_kept", written, who)
        if who.screen and not (who.resident is not None and who.resident.quiet):  # a screen goes: the number stays
            key = f"proposal/{number}/kept"
            put(
                tx,
                Outbound(
                    to=who.number,
                    text=said.screen.text,
                    lane=Lane.SERVICE,
                    key=key,
                    expires_at=who.at + TOLD_FOR,
                    asked_at=who.at,
                ),
            )
        return said
