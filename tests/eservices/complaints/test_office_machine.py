"""Residents, officials, people of the city, time, kills and restarts in any order: what holds after every step."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.gsm7 import ONE_SMS, septets
from eservices.complaints import store as verbs
from eservices.complaints.offices import deeds
from eservices.complaints.offices.deadlines import LIST_AT, What
from eservices.complaints.ticket import Event, State, Ticket, may
from gateway.store import Tx
from tests.eservices.complaints.office_room import GINA, HADI, IRA, UMAR, VERA, WATI, ZONE, Office, Sms, office
from tests.fixtures.whole import examples

pytestmark = pytest.mark.both_engines

OFFICIALS = (UMAR, VERA, WATI)
NAME = "Zulkarnain"  # of whoever hides
SECRET = f"lubang di depan rumah, nama saya {NAME}, hubungi {HADI}"
KEY = re.compile(r"office/(\d+)/(\d+)/(\w+)$")
ANSWERS = ("KERJA", "SELESAI sudah ditambal", "TOLAK jalan provinsi", "BUKAN", "BUKAN ini PLN", "petugas di lokasi")

numbers = st.integers(1001, 1004)
pauses = st.one_of(st.integers(1, 600), st.integers(600, 5 * 1440)).map(lambda minutes: timedelta(minutes=minutes))
events = st.one_of(
    st.tuples(st.just("report"), st.sampled_from(["road", "power", "other"]), st.booleans(), st.booleans()),
    st.tuples(st.just("resident"), numbers, st.sampled_from([Event.NOT_YET, Event.AGREE, Event.WITHDRAW])),
    st.tuples(st.just("official"), numbers, st.sampled_from(OFFICIALS), st.sampled_from(ANSWERS)),
    st.tuples(st.just("guess"), numbers, st.sampled_from(OFFICIALS)),
    st.tuples(st.just("city"), numbers, st.sampled_from(["move", "close", "release"])),
    st.tuples(st.just("passes"), pauses),
    st.tuples(st.just("away"), pauses),
    st.tuples(st.just("killed")),
    st.tuples(st.just("restart")),
)


class Killed(Exception):
    """The program was killed before its transaction was committed."""


class Play:
    """Carries the events out."""

    def __init__(self, here: Office) -> None:
        self.here = here

    async def report(self, category: str, secret: bool, withheld: bool) -> None:
        sender, text = (HADI, SECRET) if secret else (GINA, "lubang besar")
        state = State.WITHHELD if withheld else State.OPEN
        await self.here.report(category, by=sender, secret=secret, text=text, state=state)

    async def resident(self, number: int, event: Event) -> None:
        if (ticket := await self._there(number)) is not None and may(ticket, event):
            await self.here.moves(number, event)

    async def official(self, number: int, who: str, words: str) -> None:
        """With the code that he was sent last for that ticket."""
        codes = [
            found[1] for sms in await self.here.sent(who) if (found := re.search(rf"{number} (\d{{4}}) ", sms.text))
        ]
        if codes:
            await self.here.letter(who, f"{number} {codes[-1]} {words}")

    async def guess(self, number: int, who: str) -> None:
        before = await self._there(number)
        await self.here.letter(who, f"{number} 9999 SELESAI")
        assert await self._there(number) == before

    async def city(self, number: int, what: str) -> None:
        city, now = self.here.city, self.here.clock.now()

        def work(tx: Tx) -> None:
            ticket = verbs.ticket(tx, number)
            if what == "move":
                deeds.pass_on(tx, city, ticket, city.offices.offices["umum"], "Operator", now)
            elif what == "close":
                deeds.close(tx, city, ticket, "Operator", now)
            else:
                deeds.release(tx, city, ticket, "Operator", now)

        if await self._there(number) is not None:
            await self.here.store.write(work)

    async def passes(self, span: timedelta) -> None:
        await self.here.until(self.here.clock.now() + span)

    async def away(self, span: timedelta) -> None:
        await self.here.away(self.here.clock.now() + span)

    async def killed(self) -> None:
        """Between what was sent and the commit."""

        def work(tx: Tx) -> None:
            self.here.chore.run(tx, self.here.clock.now())
            raise Killed

        try:
            await self.here.store.write(work)
        except Killed:
            self.here.restart()

    async def restart(self) -> None:
        self.here.restart()

    async def _there(self, number: int) -> Ticket | None:
        def work(tx: Tx) -> Ticket | None:
            try:
                return verbs.ticket(tx, number)
            except verbs.NoSuchTicket:
                return None

        return await self.here.store.read(work)


def in_hours(here: Office, at: datetime, *, listed: bool = False) -> bool:
    calendar = here.city.calendar
    if listed:
        return calendar.is_working(at.date()) and LIST_AT <= at.time() < calendar.closes(at.date()).time()
    return calendar.is_open(at)


async def holds(here: Office) -> None:
    sent = await here.sent()
    keyed = [(found, sms) for sms in sent if (found := KEY.match(sms.key))]
    assert len({found[0] for found, _ in keyed}) == len(keyed)  # each notice once
    for found, sms in keyed:
        assert sms.to in OFFICIALS
        assert in_hours(here, sms.at), (found[0], sms.at)
    for sms in sent:
        assert (septets(sms.text) or 999) <= ONE_SMS
        if sms.to in (*OFFICIALS, IRA):
            assert NAME not in sms.text
            assert HADI[-7:] not in sms.text
        if sms.to == IRA:
            assert in_hours(here, sms.at, listed=True)
    _in_order([(found[1], found[2], found[3]) for found, _ in keyed])
    _listed_once([sms for sms in sent if sms.to == IRA])


def _in_order(keyed: Sequence[tuple[str, str, str]]) -> None:
    order = [what.value for what in What]
    for round in {(ticket, round) for ticket, round, _ in keyed}:
        whats = [order.index(what) for ticket, number, what in keyed if (ticket, number) == round]
        assert whats == sorted(whats)


def _listed_once(lists: Sequence[Sms]) -> None:
    assert len({(sms.at, sms.text) for sms in lists}) == len(lists)


async def ends_well(here: Office) -> None:
    """In the end nothing is forgotten: whatever is open is overdue, and the Inspektorat was told of it."""
    await here.until(here.clock.now() + timedelta(days=60))
    await holds(here)
    listed = " ".join(sms.text for sms in await here.sent(IRA))
    for number in range(1001, 1005):
        try:
            ticket = await here.ticket(number)
        except verbs.NoSuchTicket:
            continue
        assert ticket.state is not State.ANSWERED  # asked about, and closed
        if ticket.state.open:
            assert f"{number} " in listed, (number, ticket, await here.past(number))


@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(events, min_size=3, max_size=25), st.integers(0, 7 * 1440))
def test_nothing_is_sent_twice_late_out_of_hours_or_to_the_wrong_person(
    script: list[tuple[Any, ...]], starts: int
) -> None:
    async def scene(here: Office) -> None:
        play = Play(here)
        await play.report("road", True, False)
        for name, *rest in script:
            does: Callable[..., Coroutine[Any, Any, None]] = getattr(play, name)
            await does(*rest)
            await here.clock.sleep(1)
            await holds(here)
        await ends_well(here)

    office(scene, datetime(2026, 12, 14, 8, 0, tzinfo=ZONE) + timedelta(minutes=starts))


def test_a_kill_between_sending_and_committing_repeats_nothing_and_forgets_nothing() -> None:
    async def scene(here: Office) -> None:
        play = Play(here)
        await here.report()
        for _ in range(3):
            await play.killed()
        assert await here.sent() == []
        await here.look()
        here.restart()
        await here.look()
        assert [sms.to for sms in await here.sent()] == [UMAR]

    office(scene)
