"""Reach in figures: who is registered where, who never used the number, who came new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from eservices.reach.store import Reached, first_letters, reached, registered
from gateway.figures import Cell, Chart, Column, Drawing, Form, Said, Section
from gateway.number import subscriber
from gateway.person import staff_of
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

MOST_MONTHS = 13  # a span is a year at most
COUNTED = ("registered", "confirmed", "households", "fresh", "unused")


def reach_sections(tx: Tx, city: City, since: datetime, until: datetime) -> Sequence[Section]:
    """By area, and by month."""
    return _by_area(city, reached(tx, since, until)), _by_month(tx, city, since, until)


def _by_area(city: City, found: Sequence[Reached]) -> Section:
    """Every area of the city, also those in which nobody is registered: there is work to be done."""
    known = {one.kelurahan: one for one in found}
    shares = any(area.households for area in city.areas.values())
    rows: list[tuple[int, Sequence[Cell]]] = []
    for code in [*city.areas, *sorted(set(known) - set(city.areas))] if found else []:
        one = known.get(code) or Reached(kelurahan=code, registered=0, confirmed=0, households=0, fresh=0, unused=0)
        area = city.areas.get(code)
        name: Cell = area.name if area else Said("reach.no_area")
        whole = area.households if area else 0
        share = (one.households / whole if whole else None,) if shares else ()
        counts = one.registered, one.confirmed, one.households, one.fresh, one.unused
        rows.append((one.registered, (name, area.kecamatan if area else None, *counts, *share)))
    rows.sort(key=lambda row: -row[0])
    share_head = (Column(title="reach.share", form=Form.SHARE),) if shares else ()
    heads = tuple(Column(title=f"reach.{one}", form=Form.COUNT) for one in COUNTED)
    return Section(
        key="reach",
        title="reach.by_area",
        columns=(Column(title="reach.area"), Column(title="reach.district"), *heads, *share_head),
        rows=[row for _, row in rows],
        chart=Chart(drawing=Drawing.BARS, values=(2,)),
        notes=(Said("reach.note_area"), Said("reach.note_unused")),
        empty=Said("reach.nobody"),
    )


def _by_month(tx: Tx, city: City, since: datetime, until: datetime) -> Section:
    zone = city.timezone
    staff = _of_the_city(city)
    came = [at for number, at in first_letters(tx, since, until) if subscriber(number) and number not in staff]
    new, first = _months(registered(tx, since, until), zone), _months(came, zone)
    rows: list[Sequence[Cell]] = []
    if new or first:
        for one in _all_months(
            since.astimezone(zone).date(), (until - timedelta(microseconds=1)).astimezone(zone).date()
        ):
            said = Said(f"reach.month_{one.month}", {"year": str(one.year)})
            rows.append((said, new[one.year, one.month], first[one.year, one.month]))
    heads = (Column(title="reach.new", form=Form.COUNT), Column(title="reach.first", form=Form.COUNT))
    return Section(
        key="reach-months",
        title="reach.by_month",
        columns=(Column(title="reach.month"), *heads),
        rows=rows,
        chart=Chart(drawing=Drawing.BARS, values=(1, 2)) if rows else None,
        notes=(Said("reach.note_first"),),
        empty=Said("reach.no_month"),
    )


def _of_the_city(city: City) -> frozenset[str]:
    """Numbers that are no resident's: our own, which prove the ways, sirens that report, and people who work here."""
    ours = {one.number for one in city.modems} | {one.siren.number for one in city.stations.values() if one.siren}
    return staff_of(city) | ours | {one.number for _, one in city.keplings.people()}


def _months(instants: Sequence[datetime], zone: tzinfo) -> Counter[tuple[int, int]]:
    days = (one.astimezone(zone) for one in instants)
    return Counter((one.year, one.month) for one in days)


def _all_months(first: date, last: date) -> Iterator[date]:
    month = first.replace(day=1)
    for _ in range(MOST_MONTHS):
        if month > last:
            return
        yield month
        month = (month + timedelta(days=32)).replace(day=1)
