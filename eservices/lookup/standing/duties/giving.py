"""Which rows staff are asked about. A row is given once for each thing that the import says of it: what was answered
lies over the row until the import says something else, or has the row no more, and then counts no more. Whom the row
names is asked; where an import names another official, that one is asked anew and the first answers no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from config.lookup import Duty, Lookup, Row
from config.lookup_keys import folded
from eservices.lookup.due import all_fit
from eservices.lookup.standing.duties import store
from eservices.lookup.standing.duties.store import OPEN, Given, State
from eservices.lookup.standing.written import written
from gateway.audit import Deed, note
from gateway.store import Tx
from gateway.store.schema import now as now_of

if TYPE_CHECKING:
    from config.city import City
    from config.city_offices import Official

NO_ROW, OPEN_ALREADY = "no_row", "open_already"


def awaited(duty: Duty, row: Row) -> bool:
    """Whether staff must say something of that row: what the description says, else whatever is no answer yet."""
    return all_fit(duty.when, row) if duty.when else row.get(duty.column, "") not in duty.words


def official_of(city: City, lookup: Lookup, row: Row) -> Official | None:
    """Whom the row names, if that is one of the office; else its first. None: the office has nobody."""
    assert lookup.duty is not None
    office = city.offices.offices.get(lookup.duty.office)
    officials = office.officials if office is not None else ()
    named = folded(row.get(lookup.duty.official, ""))
    return next((one for one in officials if folded(one.name) == named), next(iter(officials), None))


def given_by(tx: Tx, city: City, lookup: Lookup, rows: Sequence[tuple[str, Row]], now: datetime) -> None:
    """What rows of a new version ask of staff, at most a few hundred."""
    duty = lookup.duty
    if duty is None or not rows:
        return
    last = store.last_of(tx, lookup.id, [key for key, _ in rows])
    for over in store.overlays(tx, lookup.id, [key for key, _ in rows]):
        said = {row.get(duty.column, "") for key, row in rows if key == over.key}
        if said and over.was not in said:
            store.lift(tx, lookup.id, over.key, over.column)
    for key, row in dict(rows).items():
        one, was = last.get(key), row.get(duty.column, "")
        if one is not None and one.state is not State.OVER and (one.was != was or _passed_on(city, lookup, one, row)):
            one = replace(one, state=State.OVER)
            store.keep(tx, one)
        if key and awaited(duty, row) and (one is None or one.state is State.OVER):
            store.give(tx, Given(lookup=lookup.id, key=key, was=was, made_at=now))


def _passed_on(city: City, lookup: Lookup, one: Given, row: Row) -> bool:
    """Whether somebody was asked whom the row does not name now, and who did not answer."""
    official = official_of(city, lookup, row) if one.state is State.ASKED else None
    return official is not None and official.number != one.number


def give(tx: Tx, lookup: Lookup, key: str, row: Row, now: datetime) -> Given | None:
    """A person gives it, whatever the row says. None: it is open already."""
    assert lookup.duty is not None
    last = store.last_of(tx, lookup.id, [key]).get(key)
    if last is not None and last.state.value in OPEN:
        return None
    one = Given(lookup=lookup.id, key=key, was=row.get(lookup.duty.column, ""), made_at=now)
    return replace(one, id=store.give(tx, one))


def by_hand(tx: Tx, lookup: Lookup, key: str, by: str, how: str) -> str:
    """Give the row with that key, by name; why not, or nothing."""
    row = written(tx, lookup, key) if key else None
    if row is None:
        return NO_ROW
    one = give(tx, lookup, key, row, now_of(tx))
    if one is None:
        return OPEN_ALREADY
    note(tx, Deed(by=by, how=how, what="lookup.give", object=f"lookup/{lookup.id}/{one.id}"))
    return ""
