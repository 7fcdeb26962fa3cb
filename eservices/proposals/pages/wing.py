"""GET  /proposals                            a round: what is held first, then by area and voices; ``?as=csv|pdf``
GET  /proposals/ID/recordings/RECORDING    what was spoken
POST /proposals/open, /proposals/close     a round begins, or ends before its day
POST /proposals/ID/hide, …/release         what residents see no more; what a person has looked at

Nobody's number stands on it: who weighs a proposal need not know whose it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from eservices.complaints.recorded import recordings_in
from eservices.proposals import deeds, store
from eservices.proposals.deeds import LONGEST_TITLE, LONGEST_WHY, NotDone
from eservices.proposals.held import LONGEST
from eservices.proposals.saying import Saying
from eservices.proposals.store import LARGEST, Proposal, Round, State
from gateway.asking import tidy
from gateway.audit import Deed, note
from gateway.page import DESK, Declined, Floor, Handed, Handle, Moved, NotThere, Page, Role, Sheet, Shown, Visit, Wing
from gateway.store import Tx
from ivr.recordings import Recordings

HERE = Path(__file__).parent
READERS = DESK | {Role.OFFICE}
LEADERS = frozenset({Role.SUPERVISOR})
ONE = "/proposals/{id:[0-9]{1,9}}"
A_PAGE = 50
PAPER = "id"  # lists are read out where people meet, as those of the clinics are
ON_PAPER = {State.SHOWN: "Ditampilkan", State.HELD: "Diperiksa dulu", State.HIDDEN: "Disembunyikan"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One proposal of the list."""

    one: Proposal
    area: str
    recordings: tuple[str, ...]


def proposal_wing(floor: Floor) -> Wing:
    """Its pages."""
    here = _Proposals(floor)

    def act(path: str, handle: Handle, roles: frozenset[Role], *, danger: bool = False) -> Page:
        return Page(path=path, handle=handle, roles=roles, method="POST", title="proposals.title", danger=danger)

    return Wing(
        room="proposals",
        pages=(
            Page(path="/proposals", handle=here.page, roles=READERS, title="proposals.title", nav=65),
            Page(path=f"{ONE}/recordings/{{recording:[a-z]{{4,40}}}}", handle=here.recording, roles=DESK),
            act("/proposals/open", here.open, LEADERS),
            act("/proposals/close", here.close, LEADERS, danger=True),
            act(f"{ONE}/hide", here.hide, DESK),
            act(f"{ONE}/release", here.release, DESK),
        ),
        templates=HERE / "templates",
        words=HERE / "words",
    )


class _Proposals:
    def __init__(self, floor: Floor) -> None:
        self._floor, self._saying = floor, Saying(floor.city)
        self._kept = Recordings(floor.settings.data_dir / "recordings", floor.store, floor.clock)

    # -- the list

    async def page(self, visit: Visit) -> Shown | Sheet:
        """The open round, or the last; another by its number in the address."""
        return await self._shown(visit)

    async def _shown(self, visit: Visit, why: Declined | None = None) -> Shown | Sheet:
        query = visit.query

        def work(tx: Tx) -> tuple[list[Round], Round | None, list[Proposal], list[Line]]:
            asked = query.get("round", "")
            round = store.round_of(tx, int(asked)) if _number(asked) else store.last_round(tx)
            every = [one for one in (store.listed(tx, round.id) if round is not None else []) if _may_see(one, visit)]
            return store.rounds(tx), round, every, [self._line(tx, one) for one in every if _wanted(one, visit)]

        rounds, round, every, lines = await self._floor.store.read(work)
        held = sorted((line for line in lines if line.one.state is State.HELD), key=lambda line: line.one.number)
        lines = [*held, *(line for line in lines if line.one.state is not State.HELD)]
        if query.get("as") in ("csv", "pdf"):
            return self._sheet(visit, round, lines)
        at = int(query["page"]) if _number(query.get("page", "")) else 1
        data = {
            "rounds": rounds,
            "round": round,
            "last_day": round.closes_at - timedelta(seconds=1) if round is not None else None,
            "lines": lines[(at - 1) * A_PAGE : at * A_PAGE],
            "many": len(every),
            "voices": sum(one.voices for one in every),
            "held": sum(one.state is State.HELD for one in every),
            "at": at,
            "last": max(1, -(-len(lines) // A_PAGE)),
            "areas": sorted(((code, one.name) for code, one in self._floor.city.areas.items()), key=lambda one: one[1]),
            "states": [one.value for one in State],
            "desk": visit.user.may(DESK),
            "leads": visit.user.may(LEADERS),
            "why": why,
            "most": {"title": LONGEST_TITLE, "why": LONGEST_WHY, "text": LONGEST},
        }
        return Shown(template="proposals/list.html", data=data, status=409 if why else 200)

    def _line(self, tx: Tx, one: Proposal) -> Line:
        spoken = recordings_in(tx, self._floor.city, [one.text]) if one.why == "spoken" else []
        return Line(one=one, area=self._saying.area(one.kelurahan), recordings=tuple(kept.id for kept in spoken))

    def _sheet(self, visit: Visit, round: Round | None, lines: list[Line]) -> Sheet:
        rows = [
            (
                str(line.one.number),
                line.area,
                line.one.text,
                str(line.one.voices),
                str(line.one.confirmed if line.one.confirmed is not None else ""),
                ON_PAPER[line.one.state],
                line.one.at,
            )
            for line in lines
        ]
        area = self._floor.city.levels.of(PAPER).fill("{Level_area}")
        columns = ("Nomor", area, "Usulan", "Suara", "Terkonfirmasi", "Keadaan", "Masuk")
        here = f"{visit.now.astimezone(self._floor.city.timezone):%Y-%m-%d}"
        return Sheet(name=f"usulan-{here}", title=round.title if round is not None else "", columns=columns, rows=rows)

    async def recording(self, visit: Visit) -> Handed:
        """Of this proposal, as WAV."""
        id = visit.at["recording"]

        def work(tx: Tx) -> bool:
            one = store.find(tx, int(visit.at["id"]))
            return one is not None and id in [kept.id for kept in recordings_in(tx, self._floor.city, [one.text])]

        sound = await self._kept.sound(id) if await self._floor.store.read(work) else None
        if sound is None:
            raise NotThere
        return Handed(body=sound, content_type="audio/wav")

    # -- acts

    async def open(self, visit: Visit) -> Moved | Shown | Sheet:
        """A round begins."""
        title, until = tidy(visit.form.get("title", "")), visit.form.get("until", "")

        def does(tx: Tx) -> str:
            try:
                day = date.fromisoformat(until)
            except ValueError:
                raise NotDone("proposals.wrong_day", "no day") from None
            return f"round/{deeds.open_a_round(tx, self._floor.city, title, day, visit.now).id}"

        return await self._does(visit, "proposals.open", does)

    async def close(self, visit: Visit) -> Moved | Shown | Sheet:
        """It ends, and everybody is told."""
        return await self._does(visit, "proposals.close", lambda tx: f"round/{deeds.close_the_round(tx, visit.now).id}")

    async def hide(self, visit: Visit) -> Moved | Shown | Sheet:
        """Nobody sees it any more."""
        why, city = tidy(visit.form.get("why", "")), self._floor.city
        number = int(visit.at["id"])
        return await self._does(
            visit, "proposal.hide", lambda tx: f"proposal/{deeds.hide(tx, city, number, why, visit.now).number}"
        )

    async def release(self, visit: Visit) -> Moved | Shown | Sheet:
        """A person has looked."""
        text, city = tidy(visit.form.get("text", "")), self._floor.city
        number = int(visit.at["id"])
        return await self._does(
            visit, "proposal.release", lambda tx: f"proposal/{deeds.release(tx, city, number, text, visit.now).number}"
        )

    async def _does(self, visit: Visit, what: str, does: Callable[[Tx], str]) -> Moved | Shown | Sheet:
        """An act and its line in the audit; what is refused is said on the page itself."""

        def work(tx: Tx) -> None:
            object = does(tx)
            number = object.removeprefix("proposal/")
            one = store.find(tx, int(number)) if number.isdecimal() else None
            about = [one.proposer] if one is not None and one.proposer else []
            note(tx, Deed(by=visit.user.login, how="page", what=what, object=object, about=about))

        try:
            await self._floor.store.write(work)
        except NotDone as why:
            return await self._shown(visit, Declined(why.key))
        self._floor.wake()
        return Moved(to="/proposals", said=f"proposals.did_{what.partition('.')[2]}")


def _may_see(one: Proposal, visit: Visit) -> bool:
    """What a person has yet to judge is for those who judge it."""
    return visit.user.may(DESK) or one.state is State.SHOWN


def _wanted(one: Proposal, visit: Visit) -> bool:
    state, area = visit.query.get("state", ""), visit.query.get("kelurahan", "")
    words = visit.query.get("q", "").strip().casefold()
    found = words == str(one.number) or words in one.text.casefold()
    return (not state or one.state.value == state) and (not area or one.kelurahan == area) and (not words or found)


def _number(written: str) -> bool:
    return written.isascii() and written.isdecimal() and 0 < int(written) <= LARGEST
