"""Who is on duty: the roster by station and hour, its changes, and the hand-over between two shifts.

GET  /roster                       one day (?day=2026-11-23): empty hours first, then every station; ?as=csv|pdf
GET  /roster/change                the form (?number=…&from=…&to=…)
POST /roster/change                one stands in for another, or is off duty
POST /roster/changes/ID/back       the change holds no more
GET  /roster/hand-over             what is open now, the form, the latest hand-overs
POST /roster/hand-over             the outgoing shift's word
GET  /roster/hand-over/ID          one, to be read and printed
POST /roster/hand-over/ID/take     the incoming shift takes over
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from config.city import City
from dispatch import store
from dispatch.changing_duty import Changed, NotChanged, Wish, back, change
from dispatch.comm_test import folk
from dispatch.console.duty.handing import Handing
from dispatch.console.words import Words
from dispatch.duty import as_changed
from dispatch.store.duty import Made
from dispatch.watches import Watch, empty, watches
from gateway.audit import Deed, note
from gateway.number import normal
from gateway.page import DESK, WATCH, Answer, Declined, Floor, Moved, Page, Role, Sheet, Shown, Visit, Wing
from gateway.store import Tx

HERE = Path(__file__).parent
WORDS = Words((HERE / "words",))  # for tables, which no template writes
DECIDES = frozenset({Role.SUPERVISOR})
SHOWN_DAYS = 7  # to be leafed through, and in which empty hours are looked for
OFF, SWAP, OUTSIDE = "off", "swap", "other"
NUMBER = "{id:[0-9]{1,9}}"


def duty_wing(floor: Floor) -> Wing:
    """The pages of the roster and of hand-overs."""
    roster, handing = _Roster(floor), Handing(floor)
    over = "/roster/hand-over"
    return Wing(
        room="duty",
        pages=(
            Page(path="/roster", handle=roster.page, roles=WATCH, title="roster.title", nav=55),
            Page(path="/roster/change", handle=roster.form, roles=DECIDES, title="roster.change"),
            Page(
                path="/roster/change",
                handle=roster.change,
                roles=DECIDES,
                method="POST",
                title="roster.change",
                danger=True,
            ),
            Page(path=f"/roster/changes/{NUMBER}/back", handle=roster.back, roles=DECIDES, method="POST", danger=True),
            Page(path=over, handle=handing.page, roles=DESK, title="roster.handing"),
            Page(path=over, handle=handing.write, roles=DESK, method="POST", title="roster.handing"),
            Page(path=f"{over}/{NUMBER}", handle=handing.one, roles=DESK, title="roster.handing"),
            Page(path=f"{over}/{NUMBER}/take", handle=handing.take, roles=DESK, method="POST"),
        ),
        templates=HERE / "templates",
        words=HERE / "words",
    )


class _Roster:
    def __init__(self, floor: Floor) -> None:
        self._floor, self._city = floor, floor.city

    async def page(self, visit: Visit) -> Answer:
        city, now = self._city, visit.now
        today = now.astimezone(city.timezone).date()
        day = _day(visit.query.get("day", ""), today)
        begins = datetime.combine(day, time(), city.timezone)
        ends = datetime.combine(day + timedelta(days=1), time(), city.timezone)

        def look(tx: Tx) -> tuple[City, list[Made], bool]:
            waits = any(one.taken_at is None for one in store.hand_overs(tx, 1))
            return as_changed(tx, city, min(begins, now)), store.duty_made(tx, now), waits

        here, made, waits = await self._floor.store.read(look)
        stations = [(one, watches(here, one.id, begins, ends)) for one in here.stations.values()]
        if visit.query.get("as") in ("csv", "pdf"):
            return _sheet(visit, here, day, [watch for _, found in stations for watch in found])
        data = {
            "day": day,
            "today": today,
            "days": [today + timedelta(days=ahead) for ahead in range(SHOWN_DAYS)],
            "empty": empty(here, now, now + timedelta(days=SHOWN_DAYS)),
            "stations": [(one, [_watch(visit, watch) for watch in found]) for one, found in stations],
            "made": [_made(here, one, now) for one in made] if visit.user.may(DESK) else [],
            "near": visit.user.may(DESK),
            "decides": visit.user.may(DECIDES),
            "waits": waits and visit.user.may(DESK),
            "now": now,
            "names": {one.id: one.name for one in here.stations.values()},
        }
        return Shown(template="duty/roster.html", data=data)

    async def form(self, visit: Visit) -> Shown:
        """The form, filled from the link that led to it."""
        return await self._form(visit, visit.query, "")

    async def change(self, visit: Visit) -> Answer:
        """As filled in. What is wrong with it is said over the form, which keeps what was typed."""
        city, now, by, form = self._city, visit.now, visit.user, visit.form

        def work(tx: Tx) -> Changed:
            done = change(tx, city, _wish(city, form), by.name or by.login, now)
            made, what = done.made, "roster.swap" if done.made.instead else "roster.off"
            note(tx, Deed(by=by.login, how="page", what=what, object=f"duty/{made.id}", about=[made.number]))
            return done

        try:
            done = await self._floor.store.write(work)
        except NotChanged as why:
            return await self._form(visit, form, why.why, why.fields)
        self._floor.wake()
        day = done.made.begins.astimezone(city.timezone).date()
        said = "roster.changed_empty" if done.empty else "roster.changed"
        return Moved(to=f"/roster?day={max(day, now.astimezone(city.timezone).date())}", said=said)

    async def back(self, visit: Visit) -> Moved:
        by, number, now = visit.user, int(visit.at["id"]), visit.now

        def work(tx: Tx) -> None:
            made = back(tx, number, by.name or by.login, now)
            note(tx, Deed(by=by.login, how="page", what="roster.back", object=f"duty/{made.id}", about=[made.number]))

        try:
            await self._floor.store.write(work)
        except NotChanged as why:
            raise Declined(f"roster.why.{why.why}", **why.fields) from why
        self._floor.wake()
        return Moved(to="/roster", said="roster.taken_back")

    async def _form(self, visit: Visit, typed: Mapping[str, str], why: str, fields: Mapping[str, str] = {}) -> Shown:
        city, now = self._city, visit.now
        here = await self._floor.store.read(lambda tx: as_changed(tx, city, now))
        people = [one for one in folk(city, now) if one["station"]]
        number = normal(typed.get("number", "").strip()) or typed.get("number", "")
        officer = city.officer(number)
        data = {
            "people": [(one["number"], f"{one['name']} · {city.stations[one['station']].name}") for one in people],
            "posts": [(post.number, post.name) for post in city.operators],
            "typed": {
                "number": number,
                "what": typed.get("what", SWAP),
                "instead": typed.get("instead", ""),
                "other": typed.get("other", ""),
                "name": typed.get("name", ""),
                "vouched": typed.get("vouched", ""),
                "from": _clocked(city, typed.get("from", "")),
                "to": _clocked(city, typed.get("to", "")),
                "why": typed.get("why", ""),
            },
            "officer": officer,
            "hours": _next(here, number, now),
            "fault": why,
            "fields": dict(fields),
        }
        return Shown(template="duty/change.html", data=data, status=409 if why else 200)


def _wish(city: City, form: Mapping[str, str]) -> Wish:
    """What the form asks for. Raises NotChanged."""
    instead = ""
    if form.get("what") != OFF:
        instead = form.get("other", "").strip() if form.get("instead") == OUTSIDE else form.get("instead", "").strip()
        if not instead:
            raise NotChanged("no_number", number="-")
    begins, ends = _instant(city, form.get("from", "")), _instant(city, form.get("to", ""))
    if begins is None or ends is None:
        raise NotChanged("no_time")
    return Wish(
        number=form.get("number", "").strip(),
        begins=begins,
        ends=ends,
        instead=instead,
        name=form.get("name", ""),
        vouched=bool(form.get("vouched")),
        why=form.get("why", ""),
    )


def _next(city: City, number: str, now: datetime) -> list[Watch]:
    """The spans in which he is to be on duty, for the form to offer."""
    officer = city.officer(number)
    if officer is None or officer.station not in city.stations:
        return []
    hours = watches(city, officer.station, now, now + timedelta(days=SHOWN_DAYS))
    found: list[Watch] = []
    for watch in hours:
        mine = any(seat.planned.number == number for seat in watch.seats)
        if mine and found and found[-1].ends == watch.begins:
            found[-1] = Watch(station=watch.station, begins=found[-1].begins, ends=watch.ends, seats=watch.seats)
        elif mine:
            found.append(watch)
    return found


def _watch(visit: Visit, watch: Watch) -> dict[str, Any]:
    """A span as the table shows it: each seat with who is planned, who serves; to who only watches, that there is
    somebody."""
    seats = [
        {
            "name": seat.serves.name if seat.serves else "",
            "number": seat.serves.number if seat.serves else "",
            "planned": seat.planned.name,
            "planned_number": seat.planned.number,
            "changed": seat.changed,
        }
        for seat in watch.seats
    ]
    if not visit.user.may(DESK):
        blank = {"number": "", "planned": "", "planned_number": "", "changed": False}
        seats = [{**blank, "name": _somebody(visit)}] if watch.people else []
    return {"begins": watch.begins, "ends": watch.ends, "seats": seats, "empty": not watch.people}


def _somebody(visit: Visit) -> str:
    return WORDS.say(visit.language, "roster.somebody")


def _made(city: City, one: Made, now: datetime) -> dict[str, Any]:
    officer, holds = city.officer(one.number), one.change
    return {
        "id": one.id,
        "absent": officer.name if officer else "-",
        "station": city.stations[one.station].name if one.station in city.stations else "",
        "instead": one.name,
        "outside": one.outside,
        "begins": one.begins,
        "ends": holds.ends,
        "why": one.why,
        "by": one.made_by,
        "at": one.made_at,
        "back_by": one.back_by,
        "back_at": one.back_at,
        "open": one.back_at is None,
        "holds": holds.holds(now),
    }


def _day(said: str, today: date) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return today


def _instant(city: City, said: str) -> datetime | None:
    """What a field ``datetime-local`` sends, on the city's clock."""
    try:
        at = datetime.fromisoformat(said.strip())
    except ValueError:
        return None
    return at.replace(tzinfo=city.timezone) if at.tzinfo is None else at


def _clocked(city: City, said: str) -> str:
    at = _instant(city, said)
    return f"{at.astimezone(city.timezone):%Y-%m-%dT%H:%M}" if at is not None else ""


def _sheet(visit: Visit, city: City, day: date, found: list[Watch]) -> Sheet:
    indonesian = visit.language != "en"
    rows = []
    for watch in found:
        named = [one.name for one in watch.people] if visit.user.may(DESK) or not watch.people else [_somebody(visit)]
        people = ", ".join(named) or ("KOSONG" if indonesian else "NOBODY")
        rows.append((city.stations[watch.station].name, watch.begins, watch.ends, people))
    columns = ("Pos", "Dari", "Sampai", "Bertugas") if indonesian else ("Station", "From", "Until", "On duty")
    title = f"{'Jadwal jaga' if indonesian else 'Duty roster'} {day:%d.%m.%Y}"
    return Sheet(name=f"roster-{day.isoformat()}", title=title, columns=columns, rows=rows)
