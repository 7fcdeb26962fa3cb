"""Closes a round on its day, and tells proposers and supporters how it ended: in the bulk lane, by day, a bounded piece
in each transaction. What is written and how far the telling is are one transaction: a kill repeats and forgets nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from eservices.proposals import store
from eservices.proposals.result.store import note_told, proposals_after, standing, untold, voices_after
from eservices.proposals.saying import Saying
from eservices.proposals.store import Proposal, Round, State
from gateway.broadcast.quiet import is_quiet, next_turn
from gateway.messages import Lane, Outbound
from gateway.number import subscriber
from gateway.store import Tx, put
from gateway.store.callbacks import has_opted_out
from gateway.store.people import find

if TYPE_CHECKING:
    from config.city import City

MOST = 50  # letters of one piece: others wait no longer than that takes
WORTH = timedelta(days=3)  # for which such news is sent


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one transaction writes. ``stood``: the place of each proposal, worked out once."""

    tx: Tx
    round: Round
    now: datetime
    stood: dict[int, tuple[int, int]] = field(default_factory=dict)


class ProposalRound:
    """Reads its own tables; whoever closes a round need not tell it."""

    name = "proposals"

    def __init__(self, city: City) -> None:
        self._city, self._saying = city, Saying(city)

    def run(self, tx: Tx, now: datetime) -> datetime | None:
        """One piece at most; when to look again."""
        open = store.open_round(tx)
        if open is not None and open.closes_at <= now:
            store.end_round(tx, open.id, now)
            open = None
        closes_at = open.closes_at if open is not None else None
        if (round := untold(tx)) is None:
            return closes_at
        if is_quiet(self._city, now):
            again = next_turn(self._city, now)
            return min(again, closes_at) if closes_at is not None else again
        self._tell(tx, round, now)
        return now

    def _tell(self, tx: Tx, round: Round, now: datetime) -> None:
        """The next proposers, then the next supporters; after the last of them the round is done with."""
        piece = _Piece(tx, round, now)
        if proposals := proposals_after(tx, round.id, round.told_proposal, MOST):
            for one in proposals:
                self._letter(piece, one, one.proposer, one.language)
            note_told(tx, round.id, proposal=proposals[-1].number)
        elif voices := voices_after(tx, round.id, round.told_voice, MOST):
            for voice in voices:
                about = store.find(tx, voice.proposal)
                if about is not None and not has_opted_out(tx, voice.number):
                    self._letter(piece, about, voice.number, voice.language)
            note_told(tx, round.id, voice=voices[-1].id)
        else:
            note_told(tx, round.id, at=now)

    def _letter(self, piece: _Piece, one: Proposal, number: str, language: str) -> None:
        """Whoever proposed it and supports it has one letter: it has one key. A quiet phone has none."""
        tx, stood = piece.tx, piece.stood
        resident = find(tx, number)
        if one.state is not State.SHOWN or not subscriber(number) or (resident is not None and resident.quiet):
            return
        if one.number not in stood:
            stood[one.number] = standing(tx, one)
        rank, many = stood[one.number]
        language = (resident.language if resident is not None else "") or language or self._city.languages[0]
        text = self._saying.say("prop_result", one, language, round=piece.round.title, rank=rank, proposed=many)
        key = f"proposal/{one.number}/result/{number}"
        put(tx, Outbound(to=number, text=text, lane=Lane.BULK, key=key, expires_at=piece.now + WORTH))
