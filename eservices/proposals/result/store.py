"""Who is told how a round ended, and how far the telling is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from eservices.proposals.store import PROPOSAL, ROUND, SEEN, VOICE, Proposal, Round, proposal_in, round_in, shown
from gateway.store import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Somebody's support."""

    id: int
    number: str
    proposal: int
    language: str


def untold(tx: Tx) -> Round | None:
    """The oldest closed round whose result not everybody was told."""
    found = select(ROUND).where(ROUND.c.state == "closed", ROUND.c.told_at.is_(None)).order_by(ROUND.c.id)
    row = tx.execute(found.limit(1)).first()
    return round_in(row) if row is not None else None


def note_told(tx: Tx, round: int, *, proposal: int = 0, voice: int = 0, at: datetime | None = None) -> None:
    """How far the telling is: proposers up to that proposal, supporters up to that voice; ``at``: everybody was."""
    told = {"told_proposal": proposal, "told_voice": voice, "told_at": at}
    changed = {name: value for name, value in told.items() if value}
    tx.execute(update(ROUND).where(ROUND.c.id == round).values(changed))


def standing(tx: Tx, one: Proposal) -> tuple[int, int]:
    """Its place by voices among those of its kelurahan, and how many they are."""
    others = shown(tx, one.round, one.kelurahan)
    return 1 + sum(other.voices > one.voices for other in others), len(others)


def proposals_after(tx: Tx, round: int, number: int, at_most: int) -> list[Proposal]:
    """The next ones by number."""
    found = SEEN.where(PROPOSAL.c.round == round, PROPOSAL.c.number > number)
    return [proposal_in(row) for row in tx.execute(found.order_by(PROPOSAL.c.number).limit(at_most))]


def voices_after(tx: Tx, round: int, id: int, at_most: int) -> Sequence[Voice]:
    """The next ones as they were given."""
    found = select(VOICE).where(VOICE.c.round == round, VOICE.c.id > id).order_by(VOICE.c.id).limit(at_most)
    return [
        Voice(id=row.id, number=row.number, proposal=row.proposal, language=row.language) for row in tx.execute(found)
    ]
