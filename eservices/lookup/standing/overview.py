"""What stands now, read once for the page and the command: of telephones no more than their last figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from config.lookup import Lookup
from eservices.lookup.standing.deadlines import store as deadlines
from eservices.lookup.standing.deadlines.store import Standing
from eservices.lookup.standing.duties import store as duties
from eservices.lookup.standing.duties.store import Given
from eservices.lookup.standing.following import store as following
from eservices.lookup.standing.passing.settled import passed, settled
from eservices.lookup.standing.reminding import store as reminding
from eservices.lookup.standing.reminding.store import Reminding
from eservices.lookup.store import current
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

SHOWN = 50  # of each at the most


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Of one look-up. ``many_…``: how many there are, of which the first are listed. ``behind``: a new table is being
    gone through."""

    lookup: Lookup
    behind: bool
    many_reminders: int
    reminders: Sequence[Reminding]
    followed: Sequence[tuple[str, int]]
    many_open: int
    many_warned: int
    warned: Sequence[Standing]
    many_duties: int
    duties: Sequence[Given]
    answered: Sequence[Given]


def overview(tx: Tx, lookup: Lookup) -> Overview:
    """As it stands."""
    past = [one for one in duties.listed(tx, lookup.id, SHOWN, only_open=False) if one.answered_at is not None]
    return Overview(
        lookup=lookup,
        behind=passed(lookup) and current(tx, lookup.id) is not None and not settled(tx, lookup.id),
        many_reminders=reminding.count(tx, lookup.id),
        reminders=reminding.listed(tx, lookup.id, SHOWN),
        followed=following.followed(tx, lookup.id)[:SHOWN],
        many_open=deadlines.count(tx, lookup.id),
        many_warned=deadlines.count(tx, lookup.id, warned=True),
        warned=deadlines.listed(tx, lookup.id, SHOWN, warned=True),
        many_duties=duties.open_count(tx, lookup.id),
        duties=duties.listed(tx, lookup.id, SHOWN),
        answered=past,
    )


def stands(city: City) -> list[Lookup]:
    """Look-ups after which something may stand."""
    return [one for one in city.lookups.values() if one.reminder or one.subscription or one.deadline or one.duty]


def of_person(tx: Tx, number: str) -> list[tuple[str, str, str, datetime]]:
    """What one telephone asked for: what it is (reminder, follow), the look-up's id, the key or word, since when."""
    mine = [("reminder", one.lookup, one.key, one.asked_at) for one in reminding.of(tx, number)]
    return [*mine, *(("follow", lookup, word, at) for lookup, word, at in following.following(tx, number))]
