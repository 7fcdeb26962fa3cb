"""A store that came back from a copy: what the services had under way, and the numbers that they handed out since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from eservices.calling import store as calling
from eservices.clinic.offers import Offers
from eservices.clinic.schedule import sessions_from, today
from eservices.clinic.store import restored as clinic
from eservices.complaints.store import TICKET
from eservices.lookup.kept import store as kept
from eservices.proposals.store import PROPOSAL
from eservices.rounds import Chore
from eservices.services import chores
from gateway.quieting import Above
from gateway.store import Tx
from gateway.store.numbering import leap

if TYPE_CHECKING:
    from config.city import City


def _lay_aside(tx: Tx, city: City, at: datetime) -> Mapping[str, int]:
    """Calls that were to be made; look-ups that wait for an answer (a person reads them); places that were offered:
    whoever waits stays where they were on the list."""
    return {"calls": calling.end_all(tx, at), "questions": kept.leave_all(tx), "offers": clinic.take_back_offers(tx)}


def _numbers(tx: Tx, city: City, since: datetime, at: datetime) -> Mapping[str, int]:
    """Of tickets and proposals. A queue's go on behind as many as its session has places."""
    for session in sessions_from(city, today(city, at)):
        clinic.leap(tx, session)
    return {
        "ticket": leap(tx, TICKET.c.number, TICKET.c.opened_at, since, at),
        "proposal": leap(tx, PROPOSAL.c.number, PROPOSAL.c.at, since, at),
    }


def _chores(city: City) -> Sequence[Chore]:
    """All but the offers of places: those keep a place for somebody who must have been asked."""
    return [one for one in chores(city) if not isinstance(one, Offers)]


ABOVE = Above(lay_aside=_lay_aside, numbers=_numbers, chores=_chores)
