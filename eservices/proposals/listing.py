"""What is proposed: a page of an area's list, and one with its voices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from eservices.places import Places
from eservices.proposals import store
from eservices.proposals.asks import List, Show
from eservices.proposals.saying import Saying
from eservices.proposals.store import State
from gateway.asking import label
from gateway.dialogue import Choice, Screen, Step, Who
from gateway.store import Tx
from gateway.words import normal

if TYPE_CHECKING:
    from config.city import City

LEAST_NAMED = 4  # letters of a word that names one
A_PAGE = 3  # lines: with the head, and what follows, one SMS and one screen


class Listing:
    """Built once for a city."""

    def __init__(self, city: City, saying: Saying, places: Places) -> None:
        self._city, self._saying, self._places = city, saying, places

    def list(self, tx: Tx, ask: List, who: Who) -> Step:
        """Most voices first; of the open round, else of the last one."""
        round = store.last_round(tx)
        if round is None:
            return self._saying.shut(tx, who)
        area = ask.area or self._places.home(who)
        if not area:
            return self._places.ask_district(self._city.text(who.language, "prop_where"), {"for": "list"}, who)
        found, name = store.shown(tx, round.id, area), self._saying.area(area)
        if not found and not round.open:
            return self._saying.shut(tx, who)
        if not found:
            text = self._city.text(who.language, "prop_list_empty", area=name)
            state = {"at": "list", "area": area, "shown": "", "more": "0"}
            return Step(screen=Screen(text=text, choices=self.lines((), who, more=False)), state=state)
        past = ask.past if ask.past < len(found) else 0
        here = found[past : past + A_PAGE]
        if round.open:
            text = self._city.text(who.language, "prop_list", area=name, proposed=len(found))
        else:
            text = self._city.text(who.language, "prop_list_closed", area=name, round=round.title)
        more = past + A_PAGE if past + A_PAGE < len(found) else 0
        state = {"at": "list", "area": area, "shown": " ".join(str(one.number) for one in here), "more": str(more)}
        lines = self.lines([self._saying.line(one, who) for one in here], who, more=bool(more), open=round.open)
        return Step(screen=Screen(text=text, choices=lines), state=state)

    def named(self, tx: Tx, said: str, who: Who) -> Step:
        """Of the own area: the one that holds such a word ("yang lampu"), the list where several do. "Dukungan untuk
        korban banjir" names none."""
        round, area = store.open_round(tx), self._places.home(who)
        typed = {word for word in normal(said).split() if len(word) >= LEAST_NAMED}
        here = store.shown(tx, round.id, area) if round is not None and area else []
        found = [one for one in here if typed & set(normal(one.text).split())]
        if len(found) == 1:
            return self.show(tx, Show(proposal=found[0].number), who)
        return self.list(tx, List(area=area), who) if found else Step(declined=True)

    def lines(self, shown: Sequence[str], who: Who, *, more: bool, open: bool = True) -> tuple[Choice, ...]:
        """What may be chosen below them: the next page; on a screen a proposal of one's own, too, which by SMS is typed
        at any time."""
        lines = [Choice(key=str(nth), label=line) for nth, line in enumerate(shown, 1)]
        if more:
            lines.append(label(self._city, who, str(len(lines) + 1), "label_prop_more"))
        if open and (who.screen or not shown):
            lines.append(label(self._city, who, str(len(lines) + 1), "label_prop_new"))
        return (*lines, label(self._city, who, "0", "label_menu")) if who.screen else tuple(lines)

    def show(self, tx: Tx, ask: Show, who: Who) -> Step:
        """One, with what may be done with it by a digit. What is held is shown to nobody but whoever proposed it."""
        one = store.find(tx, ask.proposal)
        if one is None:
            text = self._city.text(who.language, "prop_unknown", proposal=ask.proposal)
            return Step(screen=Screen(text=text, last=True))
        if one.state is not State.SHOWN:
            mine = one.proposer == who.number and one.state is State.HELD
            return self._saying.last("prop_held" if mine else "prop_not_shown", one, who)
        round = store.open_round(tx)
        if round is None or one.round != round.id:
            return self._saying.last("prop_one", one, who)
        mine = store.given(tx, round.id, who.number) == one.number
        act = label(self._city, who, "1", "label_prop_take_back" if mine else "label_prop_support")
        text = self._saying.say("prop_one", one, who.language)
        state = {"at": "one", "proposal": str(one.number), "mine": "1" if mine else ""}
        return Step(screen=Screen(text=text, choices=(act, label(self._city, who, "0", "label_menu"))), state=state)
