"""What is known of one person, read in one transaction: nothing of it is a health note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from dispatch import store
from dispatch.case import Case
from dispatch.store.archive import Wanted, archived
from gateway.registry import find
from gateway.store import Tx
from gateway.store.changes import Change, change_of
from gateway.store.households import household_phones, members_of
from gateway.store.invitations import Invitation, invitation_to
from gateway.store.keplings import Asked, asked_about
from gateway.store.people import Resident, same_nik
from gateway.store.searching import knows
from gateway.store.vouching import vouched

if TYPE_CHECKING:
    from config.city import City

INCIDENTS = 10  # the latest of a person that his page shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """``line``: of the registry, without what who comes must know (``noted``: there is something). ``wish``: another
    line that waits for a person. ``vouches``: when, who, what, oldest first. ``household``: other phones there;
    ``members``: names of those without one. ``blamed``: an alarm of his was called false within the pack's days."""

    number: str
    line: Resident | None
    noted: bool = False
    wish: Change | None = None
    vouches: Sequence[tuple[datetime, str, str]] = ()
    asked: Asked | None = None
    invited: Invitation | None = None
    household: Sequence[Resident] = ()
    members: Sequence[str] = ()
    same: Sequence[str] = ()
    incidents: Sequence[Case] = ()
    many: int = 0
    blamed: bool = False
    wrote: bool = False


def known(tx: Tx, city: City, number: str, now: datetime) -> Known:
    """All of it, whether or not he is registered."""
    line = find(tx, number)
    since = now - timedelta(days=city.clocks.good_standing_days)
    cases, many = archived(tx, Wanted(caller=number), first=0, count=INCIDENTS)
    phones = household_phones(tx, number, line.household) if line is not None else [number]
    members = members_of(tx, phones)
    noted = line is not None and bool(line.notes or line.cannot_walk or any(one.notes for one in members))
    return Known(
        number=number,
        line=line,
        noted=noted,
        wish=change_of(tx, number),
        vouches=vouched(tx, number),
        asked=asked_about(tx, number),
        invited=invitation_to(tx, number),
        household=[one for phone in phones[1:] if (one := find(tx, phone)) is not None],
        members=[one.name for one in members],
        same=same_nik(tx, line.nik, number) if line is not None else (),
        incidents=cases,
        many=many,
        blamed=store.false_alarms_since(tx, number, since),
        wrote=knows(tx, number),
    )
