"""What other systems may ask of emergencies, letters, stations and residents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dispatch import store
from dispatch.acceptance import Verdict, Who
from dispatch.acts import ACTS, ENDS_HELP, carry_out, dangerous
from dispatch.console.api.schemas import HEALTH, INCIDENT, LETTER, RESIDENT, STATION, TEXT, thing
from dispatch.console.picture import incident_json, line_json
from dispatch.stations import stations_json
from gateway.api import Asked, Operation, Parameter, listed, missing, wrong
from gateway.audit import Deed, note
from gateway.handwritten import MOST, Unwritable, write_to
from gateway.health import judge
from gateway.letter_commands import letter_row
from gateway.number import normal
from gateway.page import DESK, WATCH, Floor, Told, Visit
from gateway.registry import find
from gateway.store import Tx
from gateway.store.hiding import masked
from gateway.store.listing import ENDED_BADLY, ENDED_UNSEEN, INBOUND_STATES, OUTBOUND_STATES, letter
from gateway.store.searching import Wanted, search

MOST_ROWS = 200
MOST_ID = 2**31 - 1  # the ids of both engines
STATES = tuple(dict.fromkeys((*INBOUND_STATES, *OUTBOUND_STATES, ENDED_BADLY, ENDED_UNSEEN)))
ID = Parameter(name="id", about="an incident's number", where="path", whole=True, least=1, most=MOST_ID, required=True)
LIMIT = Parameter(name="limit", about=f"at most so many, 1 to {MOST_ROWS}", whole=True, least=1, most=MOST_ROWS)
PHONE = Parameter(name="number", about="a phone number, E.164", where="path", pattern=r"\+[0-9]{8,15}", required=True)
WORDS: Mapping[str, str] = {
    "accept": "take it over",
    "next": "do not wait: call the next now",
    "confirm": "vouch for it: the siren need not wait",
    "cancel": "it was none",
    "close": "it is over",
    "assign": "send it to an officer or a station",
    "place": "put its place right",
    "call": "call the reporter back",
    "text": "write to the reporter or the officer",
    "mark": "real, false, or a drill",
    "note": "a note in its timeline",
}
FIELDS: Mapping[str, tuple[Parameter, ...]] = {
    "cancel": (Parameter(name="words", about="why", where="body", most=480),),
    "close": (
        Parameter(name="finding", about="what it turned out to be, of the pack's findings", where="body"),
        Parameter(name="words", about="more about it", where="body", most=480),
    ),
    "assign": (Parameter(name="to", about="an officer's number or a station's id", where="body", required=True),),
    "place": (
        Parameter(name="lat", about="degrees north, WGS 84", where="body", most=24),
        Parameter(name="lon", about="degrees east, WGS 84", where="body", most=24),
        Parameter(name="text", about="a place in words", where="body", most=200),
    ),
    "text": (
        Parameter(name="to", about="reporter or officer", where="body", choices=("reporter", "officer")),
        Parameter(name="words", about="what is written", where="body", most=MOST, required=True),
    ),
    "mark": (
        Parameter(
            name="as", about="real, false or drill", where="body", choices=("real", "false", "drill"), required=True
        ),
        Parameter(name="words", about="why", where="body", most=480),
    ),
    "note": (Parameter(name="words", about="the note", where="body", most=480, required=True),),
}
NAME = Parameter(name="id", about="in-12 or out-12", where="path", pattern=r"(?:in|out)-[0-9]{1,9}", required=True)
LISTED = (
    LIMIT,
    Parameter(name="state", about="only letters in this state", choices=STATES),
    Parameter(name="number", about="only with this number, E.164", pattern=r"\+[0-9]{8,15}"),
)
WRITTEN = (
    Parameter(name="to", about="a phone number", where="body", most=24, required=True),
    Parameter(name="text", about="what is written", where="body", most=MOST, required=True),
)
SEEN = Parameter(name="seen", about="the revision that was looked at", where="body", whole=True, most=MOST_ID)


def operations(floor: Floor) -> Sequence[Operation]:
    """Every operation of this room."""
    does = _Does(floor)
    return (*does.of_incidents(), *(does.acting(act) for act in ACTS), *does.of_the_city(), *does.of_letters())


class _Does:
    def __init__(self, floor: Floor) -> None:
        self._floor, self._store, self._city = floor, floor.store, floor.city

    def of_incidents(self) -> Sequence[Operation]:
        """Emergencies looked at."""
        return (
            Operation(
                name="incidents-list",
                method="GET",
                path="/incidents",
                about="what is open, the longest-waiting first, then the latest that ended",
                roles=DESK,
                does=self.incidents,
                answer=listed(INCIDENT),
                parameters=(LIMIT,),
            ),
            Operation(
                name="incidents-show",
                method="GET",
                path="/incidents/{id}",
                about="one incident with its timeline",
                roles=DESK,
                does=self.incident,
                answer=INCIDENT,
                parameters=(ID,),
            ),
        )

    def of_the_city(self) -> Sequence[Operation]:
        """Health, stations, residents."""
        return (
            Operation(
                name="health",
                method="GET",
                path="/health",
                about="every part of the program",
                roles=WATCH,
                does=self.health,
                answer=HEALTH,
            ),
            Operation(
                name="stations-list",
                method="GET",
                path="/stations",
                about="stations, their sirens, who is on duty",
                roles=DESK,
                does=self.stations,
                answer=listed(STATION),
            ),
            Operation(
                name="residents-show",
                method="GET",
                path="/residents/{number}",
                about="one line of the registry, without health notes",
                roles=DESK,
                does=self.resident,
                answer=RESIDENT,
                parameters=(PHONE,),
            ),
        )

    async def health(self, visit: Visit, asked: Asked) -> Told:
        return Told(value=dict(judge(self._floor.pulse.parts()).row()))

    async def incidents(self, visit: Visit, asked: Asked) -> Told:
        def look(tx: Tx) -> list[Mapping[str, Any]]:
            found = store.listed(tx, latest=MOST_ROWS)[: asked["limit"] or MOST_ROWS]
            return [incident_json(tx, self._city, case) for case in found]

        seen = await self._store.read(look)
        return Told(value=seen, looked=[str(one["caller"] or "") for one in seen])

    async def incident(self, visit: Visit, asked: Asked) -> Told:
        return await self._one(asked["id"])

    async def _one(self, number: int) -> Told:
        def look(tx: Tx) -> Mapping[str, Any]:
            one = incident_json(tx, self._city, store.load_case(tx, number))
            return {**one, "timeline": [line_json(self._city, line) for line in store.events_of(tx, number)]}

        try:
            found = await self._store.read(look)
        except store.NoSuchIncident:
            return missing(f"incident {number}")
        return Told(value=found, looked=[str(found["caller"] or "")])

    def acting(self, act: str) -> Operation:
        """One act of a person, as another system's."""
        sent = (*FIELDS.get(act, ()), SEEN)

        async def does(visit: Visit, asked: Asked) -> Told:
            number, fields = asked["id"], {one.name: asked[one.name] or "" for one in FIELDS.get(act, ())}
            who = Who(name=visit.user.name, how="api", login=visit.user.login)

            def work(tx: Tx) -> Verdict:
                now = self._floor.clock.now()
                return carry_out(tx, self._city, number, act, who, now, fields, seen=asked["seen"])

            try:
                verdict = await self._store.write(work)
            except store.NoSuchIncident:
                return missing(f"incident {number}")
            self._floor.wake()
            return await self._one(number) if verdict.done else wrong(verdict.why, verdict.key or "refused", 409)

        return Operation(
            name=f"incidents-{act}",
            method="POST",
            path=f"/incidents/{{id}}/{act}",
            about=WORDS[act],
            roles=DESK,
            does=does,
            answer=INCIDENT,
            parameters=(ID, *sent),
            refuses=True,
            danger=(lambda visit: dangerous(act, visit.form)) if act in ENDS_HELP else False,
        )

    async def stations(self, visit: Visit, asked: Asked) -> Told:
        return Told(value=await self._store.read(lambda tx: stations_json(tx, self._city, self._floor.clock.now())))

    async def resident(self, visit: Visit, asked: Asked) -> Told:
        one = await self._store.read(lambda tx: find(tx, asked["number"]))
        if one is None:
            return missing("resident of that number")
        row = {name: getattr(one, name) for name in ("phone", "name", "kelurahan", "address", "lat", "lon", "language")}
        return Told(value=row | {"quiet": one.quiet, "confirmed": one.confirmed}, looked=[one.phone])

    def of_letters(self) -> Sequence[Operation]:
        """Letters: looked for, shown, written."""
        return (
            Operation(
                name="letters-list",
                method="GET",
                path="/letters",
                about="messages in and out, the newest first",
                roles=DESK,
                does=self.letters,
                answer=listed(LETTER),
                parameters=LISTED,
            ),
            Operation(
                name="letters-show",
                method="GET",
                path="/letters/{id}",
                about="one message",
                roles=DESK,
                does=self.letter,
                answer=LETTER,
                parameters=(NAME,),
            ),
            Operation(
                name="letters-write",
                method="POST",
                path="/letters",
                about="write an SMS to somebody whom the city knows; lane service, valid for 24 hours",
                roles=DESK,
                does=self.write,
                answer=thing({"id": TEXT, "state": TEXT}),
                parameters=WRITTEN,
                refuses=True,
                status=201,
            ),
        )

    async def letters(self, visit: Visit, asked: Asked) -> Told:
        wanted = Wanted(state=asked["state"] or "", number=asked["number"] or "")
        found, _ = await self._store.read(lambda tx: search(tx, wanted, at_most=asked["limit"] or MOST_ROWS))
        found = [masked(one) for one in found]
        rows = [letter_row(one, self._city.timezone) for one in found]
        return Told(value=rows, looked=[one.other for one in found])

    async def letter(self, visit: Visit, asked: Asked) -> Told:
        one = await self._store.read(lambda tx: letter(tx, asked["id"]))
        if one is None:
            return missing(f"letter {asked['id']}")
        one = masked(one)
        return Told(value=letter_row(one, self._city.timezone), looked=[one.other])

    async def write(self, visit: Visit, asked: Asked) -> Told:
        number = normal(asked["to"]) or asked["to"]

        def work(tx: Tx) -> Mapping[str, Any]:
            written = write_to(tx, self._city, number, asked["text"], store.in_secret)
            thing = f"letter/{written.id}"
            note(tx, Deed(by=visit.user.login, how="api", what="letter.write", object=thing, about=[number]))
            return {"id": written.id, "state": written.state}

        try:
            made = await self._store.write(work)
        except Unwritable as why:
            return wrong(f"not written: {why}", str(why), 409)
        self._floor.wake()
        return Told(value=made, status=201)
