"""A store that came back from a copy says nothing of what was due up to now, of any kind, and goes on from there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from config.clock import VirtualClock, run_virtual
from dispatch.case import Case
from dispatch.incident import Incident, State
from dispatch.quieting import Quiet, quiet
from dispatch.store.incidents import open_case
from eservices.calling import store as calling
from eservices.clinic import booking
from eservices.clinic.queue import State as Queue
from eservices.clinic.schedule import sessions_on
from eservices.clinic.sheets import pages
from eservices.clinic.store import rows
from eservices.clinic.store.closing import close
from eservices.complaints import store as complaints
from eservices.complaints.ticket import Ticket
from eservices.lookup.kept import store as kept
from eservices.proposals import store as proposals
from eservices.restored import ABOVE
from eservices.services import chores
from gateway.broadcast.store.keeping import find, keep, under_way
from gateway.broadcast.store.pages import PAGE, write_page
from gateway.broadcast.values import Broadcast, Stage, What
from gateway.messages import Inbound, Kind, Lane, Outbound
from gateway.registry import Resident
from gateway.store import Store, Tx, put
from gateway.store.inbound import INBOUND, add_letter
from gateway.store.outbound import OUTBOUND
from gateway.store.people import save
from gateway.store.sending import recover
from tests.eservices.lookup.standing_room import (
    GINA,
    HADI,
    JOBS,
    LETTERS,
    LIMIT_S,
    PERMITS,
    TAX,
    ZONE,
    Scene,
    job,
    letter,
    permit,
    tax,
    town,
)
from tests.gateway.room import opened

FRIDAY = datetime(2026, 11, 20, 9, 30, tzinfo=ZONE)
MADE = datetime(2026, 11, 23, 2, 40, tzinfo=ZONE)  # the copy: Monday night
AT = datetime(2026, 11, 25, 20, 0, tzinfo=ZONE)  # it is brought back on Wednesday evening
NEXT = datetime(2026, 11, 26, 10, 0, tzinfo=ZONE)  # offices are open
HULU = "99.01.01.1001"
THURSDAY = date(2026, 11, 26)
Fills = Callable[[Scene], Awaitable[object]]


def person(nth: int = 1, **more: object) -> Resident:
    plain = Resident(
        phone=f"+62813{nth:08d}",
        name="Siti Aminah",
        kelurahan=HULU,
        address="Jl. Mawar 3",
        lat=None,
        lon=None,
        language="",
        quiet=False,
        notes="",
        confirmed=True,
        panic_button=False,
        address_at=MADE,
        lingkungan="1",
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def sms(to: str, key: str, lane: Lane = Lane.SERVICE, days: float = 9) -> Outbound:
    return Outbound(to=to, text=key, lane=lane, key=key, expires_at=MADE + timedelta(days=days))


async def letters(scene: Scene) -> None:
    """A reply, an emergency's, news to one: all hold for days; and one that a channel had in its hand."""
    await scene.store.write(lambda tx: [put(tx, sms(GINA, lane.value, lane)) for lane in Lane])
    await scene.store.write(lambda tx: put(tx, sms(HADI, "doing")))
    doing = update(OUTBOUND).where(OUTBOUND.c.key == "doing").values(state="doing", owner="dead", channel="m")
    await scene.store.write(lambda tx: tx.execute(doing).rowcount)


async def broadcasts(scene: Scene) -> None:
    """One is half sent, a warning too, and another warning waits for a second person."""

    def work(tx: Tx) -> None:
        for nth in range(2 * PAGE + 5):
            save(tx, person(nth))
        for what, stage in (
            (What.BROADCAST, Stage.SENDING),
            (What.WARNING, Stage.SENDING),
            (What.WARNING, Stage.PROPOSED),
        ):
            ends = MADE + timedelta(days=9)
            new = Broadcast(
                id=0,
                what=what,
                stage=stage,
                area="all",
                texts={"id": "x"},
                asked_by="a",
                asked_at=MADE,
                expires_at=ends,
            )
            one = keep(tx, new)
            if stage is Stage.SENDING:
                write_page(tx, scene.city, one, MADE)

    await scene.store.write(work)


async def appointment(scene: Scene) -> None:
    """For Thursday: its reminder comes on Wednesday at seven."""
    [session] = sessions_on(scene.city, THURSDAY, clinic="hulu", service="umum")
    wish = booking.Wish(number=GINA, person="", name="Gina")
    await scene.store.write(lambda tx: booking.book(tx, scene.city, session, wish, FRIDAY))


async def appointment_by_call(scene: Scene) -> None:
    """The same of somebody who is called instead."""
    await scene.store.write(lambda tx: save(tx, person(phone=GINA, call_me=True)))
    await appointment(scene)


async def shut(scene: Scene) -> None:
    """The clinic closed a day on which somebody has a place."""
    [session] = sessions_on(scene.city, date(2026, 11, 28), clinic="hulu", service="umum")
    wish = booking.Wish(number=GINA, person="", name="Gina")

    def work(tx: Tx) -> None:
        booking.book(tx, scene.city, session, wish, FRIDAY)
        close(tx, "hulu", "umum", session.day, reason="listrik", by="loket", at=FRIDAY)

    await scene.store.write(work)


async def complaint(scene: Scene) -> None:
    """Its office is told on Monday morning, and reminded later."""
    due = scene.city.calendar.working_days_after(MADE, 5)
    one = Ticket(
        category="road",
        office="pu",
        text="lubang",
        channel="sms",
        opened_at=MADE,
        due_at=due,
        street="Bambu",
        place="Jl. Bambu",
        kelurahan=HULU,
    )

    def work(tx: Tx) -> None:
        number = complaints.add(tx, one)
        complaints.follow(tx, number, complaints.Follower(number=GINA, since=MADE, first=True))

    await scene.store.write(work)


async def reminder(scene: Scene) -> None:
    """Of a day that is seven days after Tuesday."""
    row = tax("1001", "2026-12-01")
    await scene.imported(TAX, row)
    await scene.takes(TAX, "remind", "1001", GINA, row)


async def news(scene: Scene) -> None:
    """A new table was imported, and its followers were not told yet."""
    await scene.imported(JOBS, job("jahit", "Penjahit lama"))
    await scene.takes(JOBS, "follow", "jahit", GINA)
    await scene.imported(JOBS, job("jahit", "Penjahit lama"), job("jahit", "Penjahit baru"), run=False)


async def late(scene: Scene) -> None:
    await scene.imported(PERMITS, permit("2001", "2026-11-19"), run=False)


async def duty(scene: Scene) -> None:
    await scene.imported(LETTERS, letter("3001"), run=False)


async def result(scene: Scene) -> None:
    """A round ends on Tuesday."""

    def work(tx: Tx) -> None:
        round = proposals.begin_round(tx, "Musrenbang", FRIDAY, MADE + timedelta(days=1))
        assert round is not None
        one = proposals.Proposal(
            round=round.id, kelurahan=HULU, text="jalan", proposer=GINA, language="id", channel="sms", at=FRIDAY
        )
        proposals.give(tx, round.id, proposals.add(tx, one), HADI, "id", FRIDAY)

    await scene.store.write(work)


async def kepling(scene: Scene) -> None:
    await scene.store.write(lambda tx: save(tx, person(2, confirmed=False, name="Budi Santoso")))


async def call_out(scene: Scene) -> None:
    """To somebody who asked for calls; one of two was being called."""

    def work(tx: Tx) -> None:
        save(tx, person(call_me=True))
        for nth in range(2):
            calling.keep(tx, sms(person().phone, f"call/{nth}"), "id", MADE, MADE + timedelta(hours=1))
        [one, _] = calling.due(tx, MADE, 9)
        calling.claim(tx, one)

    await scene.store.write(work)


async def offer(scene: Scene) -> None:
    """A place that was given back is offered to who waits."""
    [session] = sessions_on(scene.city, THURSDAY, clinic="hulu", service="umum")

    def work(tx: Tx) -> None:
        booking.wait(tx, session, booking.Wish(number=GINA, person="", name="Gina"), FRIDAY)
        assert booking.offer_next(tx, session, MADE, MADE + timedelta(minutes=30)) is not None

    await scene.store.write(work)


KINDS: dict[str, Fills] = {
    one.__name__: one
    for one in (
        letters,
        broadcasts,
        appointment,
        appointment_by_call,
        shut,
        complaint,
        reminder,
        news,
        late,
        duty,
        result,
        kepling,
        call_out,
    )
}


async def waiting(store: Store) -> list[str]:
    """What would leave, by letter or by telephone."""

    def look(tx: Tx) -> list[str]:
        queued = select(OUTBOUND.c.text).where(OUTBOUND.c.state.in_(("queued", "doing")))
        calls = select(calling.CALL_OUT.c.text).where(calling.CALL_OUT.c.state.in_(("waiting", "calling", "said")))
        return [*tx.execute(queued).scalars(), *tx.execute(calls).scalars()]

    return await store.read(look)


async def goes_on(scene: Scene, until: datetime = NEXT) -> None:
    """The program starts now, and works until then."""
    await scene.store.write(lambda tx: recover(tx, 45.0))
    scene.chores = [*chores(scene.city)]
    await scene.rounds()
    await scene.until(until)


def played(fills: Fills, scene_of: Callable[[Scene], Awaitable[None]]) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store, clock.timeout(LIMIT_S):
            scene = Scene(store, clock, town())
            await fills(scene)
            await clock.sleep((AT - clock.now()).total_seconds())
            await scene_of(scene)

    run_virtual(main, FRIDAY.astimezone(UTC))


async def quieted(scene: Scene, since: datetime = MADE) -> Quiet:
    return await quiet(scene.store, scene.city, ABOVE, since=since, at=scene.clock.now(), who="root")


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_a_copy_is_sent_again(kind: str) -> None:
    async def main(scene: Scene) -> None:
        await quieted(scene)
        await goes_on(scene)
        assert await waiting(scene.store) == []

    played(KINDS[kind], main)


@pytest.mark.parametrize("kind", KINDS)
def test_each_of_these_would_have_spoken(kind: str) -> None:
    async def main(scene: Scene) -> None:
        await goes_on(scene)
        assert await waiting(scene.store) != []

    played(KINDS[kind], main)


async def nobody(scene: Scene) -> None:
    """An empty town."""


def test_what_comes_due_later_is_sent_as_always() -> None:
    async def main(scene: Scene) -> None:
        await quieted(scene)
        await goes_on(scene, AT + timedelta(days=6))
        assert await waiting(scene.store) == ["S*** A*** bayar sebelum 01/12/2026"]  # a day before; not seven days

    played(reminder, main)


def test_what_was_laid_aside_can_be_read() -> None:
    async def main(scene: Scene) -> None:
        done = await quieted(scene)
        assert (done.aside["letters"], done.aside["clock"]) == (0, 1)
        kept = await scene.store.read(lambda tx: tx.execute(select(OUTBOUND.c.state, OUTBOUND.c.fault)).all())
        assert [tuple(row) for row in kept] == [("cancelled", "it was of a copy of the store that was brought back")]

    played(duty, main)


def test_a_broadcast_that_was_half_sent_is_stopped_and_a_proposed_one_lapses() -> None:
    async def main(scene: Scene) -> None:
        assert (await quieted(scene)).aside["broadcasts"] == 3
        assert await scene.store.read(under_way) == []
        found = await scene.store.read(lambda tx: [find(tx, nth) for nth in (1, 2, 3)])
        assert [one.stage for one in found if one] == [Stage.STOPPED, Stage.STOPPED, Stage.LAPSED]

    played(broadcasts, main)


def test_who_was_offered_a_place_waits_where_he_was_and_is_asked_anew() -> None:
    async def main(scene: Scene) -> None:
        await quieted(scene)
        listed = await scene.store.read(lambda tx: rows.listed(tx, first=THURSDAY, last=THURSDAY))
        assert [(one.state, one.place) for one in listed] == [(Queue.LISTED, None)]
        await goes_on(scene, AT + timedelta(minutes=5))
        [text] = await waiting(scene.store)
        assert "Puskesmas Hulu" in text

    played(offer, main)


def test_a_look_up_that_waited_for_an_answer_is_left_to_a_person() -> None:
    async def asked(scene: Scene) -> None:
        came = Inbound(
            id=0,
            channel="m",
            kind=Kind.SMS,
            sender=GINA,
            text="PBB 1",
            sent_at=MADE,
            received_at=MADE,
            external_id="turn",
        )
        await scene.store.write(lambda tx: add_letter(tx, came, urgent=False))
        question = kept.Question(turn="turn", number=GINA, lookup="pajak", key="1", asked_at=MADE)
        await scene.store.write(lambda tx: kept.ask(tx, question))
        await scene.store.write(lambda tx: tx.execute(update(INBOUND).values(state="read")).rowcount)

    async def main(scene: Scene) -> None:
        await quieted(scene)
        assert await scene.unread() == ["PBB 1"]
        assert not await scene.store.read(lambda tx: kept.questions(tx, 9))

    played(asked, main)


def test_numbers_that_were_perhaps_handed_out_since_are_not_handed_out_again() -> None:
    async def main(scene: Scene) -> None:
        done = await quieted(scene)
        assert done.numbers == {"incident": 101, "ticket": 1201, "proposal": 101}
        for first in (0, 1):
            assert await numbers(scene) == [101 + first, 1201 + first, 101 + first]
        assert (await quieted(scene)).numbers == {"incident": 301, "ticket": 1401, "proposal": 301}
        assert await numbers(scene) == [301, 1401, 301]

    async def numbers(scene: Scene) -> Sequence[int]:
        def work(tx: Tx) -> list[int]:
            one = Incident(id=0, code="", kind="fire", caller=HADI, opened_at=AT, state=State.CLOSED)
            case = open_case(tx, Case(incident=one, origin=Kind.SMS, heard_at=AT))
            [known] = complaints.list_tickets(tx, at_most=1)
            round = next(iter(proposals.rounds(tx)), None) or proposals.begin_round(tx, "M", AT, AT + timedelta(days=9))
            assert round is not None
            new = proposals.Proposal(
                round=round.id, kelurahan=HULU, text="x", proposer=GINA, language="id", channel="sms", at=AT
            )
            return [case.incident.id, complaints.add(tx, known), proposals.add(tx, new)]

        return await scene.store.write(work)

    played(complaint, main)


def test_a_queue_goes_on_behind_as_many_numbers_as_its_session_has_places() -> None:
    async def main(scene: Scene) -> None:
        await quieted(scene)
        paper = await scene.store.read(lambda tx: pages(tx, town(), "hulu", date(2026, 11, 27), AT, "id"))
        assert paper == []  # of a session that nobody is in
        for day, after in ((THURSDAY, 1), (date(2026, 11, 27), 0)):  # nobody had a place on Friday
            [session] = sessions_on(scene.city, day, clinic="hulu", service="umum")
            got = await scene.store.write(partial(booked, session=session))
            assert (got.queue, got.place) == (after + session.quota + 1, after + 1)

    def booked(tx: Tx, session: booking.Session) -> booking.Booking:
        outcome = booking.book(tx, town(), session, booking.Wish(number=HADI, person="", name="Hadi"), AT)
        assert isinstance(outcome, booking.Booked)
        return outcome.booking

    played(appointment, main)


def test_cut_short_and_done_again_it_goes_through_the_same_time_and_leaves_out_numbers_once() -> None:
    class Killed(BaseException):
        """The machine went down."""

    async def main(scene: Scene) -> None:
        def dies(_city: object) -> Sequence[object]:
            raise Killed

        dying = replace(ABOVE, chores=dies)  # type: ignore[arg-type]
        with pytest.raises(Killed):
            await quiet(scene.store, scene.city, dying, since=MADE, at=AT, who="root")
        done = await quieted(scene, since=AT)
        assert (done.aside["clock"], done.numbers) == (
            2,
            {},
        )  # it was new on Monday, and half its time was over on Wednesday
        await goes_on(scene)
        assert await waiting(scene.store) == []

    played(complaint, main)
