"""What a person of the city does: opens and closes rounds, looks at what is held, takes away what may not stay. The
same verbs for the page and the command line."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from eservices.proposals import store
from eservices.proposals.held import kept
from eservices.proposals.saying import Saying
from eservices.proposals.store import Proposal, Round, State
from gateway.messages import Lane, Outbound
from gateway.number import subscriber
from gateway.store import Tx, put
from gateway.store.people import find

if TYPE_CHECKING:
    from config.city import City

LONGEST_TITLE = 20  # of a round: it stands in every letter of its result
LONGEST_WHY = 70
TOLD_FOR = timedelta(days=1)


class NotDone(Exception):
    """Why not, as a key of the words of the page; ``said``: in English, for the command line."""

    def __init__(self, key: str, said: str) -> None:
        super().__init__(said)
        self.key = key


def open_a_round(tx: Tx, city: City, title: str, until: date, now: datetime) -> Round:
    """It closes by itself when that day is over. Raises NotDone."""
    closes_at = datetime.combine(until + timedelta(days=1), time(), city.timezone)
    if not title or len(title) > LONGEST_TITLE:
        raise NotDone("proposals.wrong_title", f"a title has 1 to {LONGEST_TITLE} characters")
    if closes_at <= now:
        raise NotDone("proposals.wrong_day", f"{until} is over")
    opened = store.begin_round(tx, title, now, closes_at)
    if opened is None:
        raise NotDone("proposals.one_open", "another round is open: close it first")
    return opened


def close_the_round(tx: Tx, now: datetime) -> Round:
    """Before its day. Raises NotDone."""
    open = store.open_round(tx)
    if open is None or not store.end_round(tx, open.id, now):
        raise NotDone("proposals.none_open", "no round is open")
    return store.round_of(tx, open.id) or open


def hide(tx: Tx, city: City, number: int, why: str, now: datetime) -> Proposal:
    """Residents see it no more, its voices are free again, and who proposed it is told why. Raises NotDone."""
    one = _standing(tx, number)
    if not why or len(why) > LONGEST_WHY:
        raise NotDone("proposals.needs_why", f"say why, in 1 to {LONGEST_WHY} characters: the proposer reads it")
    if one.state is State.HIDDEN:
        raise NotDone("proposals.hidden_already", f"proposal {number} is hidden already")
    store.judge(tx, number, State.HIDDEN, why)
    _tell(tx, city, one, Saying(city).say("prop_hidden", one, _language(tx, city, one), because=why), now)
    return store.find(tx, number) or one


def release(tx: Tx, city: City, number: int, text: str, now: datetime) -> Proposal:
    """A person has looked, or listened: residents see it, in these words where some are given. Raises NotDone."""
    one = _standing(tx, number)
    if one.state is State.SHOWN:
        raise NotDone("proposals.shown_already", f"proposal {number} is shown already")
    if one.why == "spoken" and one.state is State.HELD and not text:
        raise NotDone("proposals.needs_text", "it was spoken: write down what it says")
    store.judge(tx, number, State.SHOWN, "", kept(text) if text else "")
    shown = store.find(tx, number) or one
    _tell(tx, city, shown, Saying(city).say("prop_released", shown, _language(tx, city, one)), now)
    return shown


def _standing(tx: Tx, number: int) -> Proposal:
    one = store.find(tx, number)
    if one is None:
        raise NotDone("proposals.no_such", f"there is no proposal {number}")
    round = store.round_of(tx, one.round)
    if round is None or not round.open:
        raise NotDone("proposals.over", "its round is closed: its figures stay as they are")
    return one


def _language(tx: Tx, city: City, one: Proposal) -> str:
    resident = find(tx, one.proposer)
    return (resident.language if resident is not None else "") or one.language or city.languages[0]


def _tell(tx: Tx, city: City, one: Proposal, text: str, now: datetime) -> None:
    resident = find(tx, one.proposer)
    if subscriber(one.proposer) and not (resident is not None and resident.quiet):
        key = f"proposal/{one.number}/judged/{now.isoformat()}"
        put(tx, Outbound(to=one.proposer, text=text, lane=Lane.SERVICE, key=key, expires_at=now + TOLD_FOR))
