"""Whatever a service writes unasked stays away from a phone that must be quiet, at the moment at which it would leave
and by whichever way: another may read that phone. What was just asked for, and what staff are told, comes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from config.city import load_city
from config.clock import VirtualClock
from config.crash import no_crash
from dispatch.case import Case
from dispatch.cries import Cries
from dispatch.incident import Incident, State, move
from dispatch.store.incidents import in_secret, open_case, open_cases_of, save_case
from eservices import kepling
from eservices.calling.store import CallOut
from eservices.calling.store import State as Said
from eservices.clinic.queue import State as Stand
from eservices.clinic.showing import Letters as ClinicLetters
from eservices.clinic.store.rows import Booking
from eservices.complaints import store as tickets
from eservices.complaints import telling as complaints
from eservices.complaints.ticket import Ticket
from eservices.lookup.standing.letters import Letters
from eservices.proposals import deeds
from eservices.proposals import store as proposals
from eservices.proposals.result.telling import ProposalRound
from eservices.registration.asked import Invite, invited
from gateway.broadcast.store.keeping import keep
from gateway.broadcast.store.pages import write_page
from gateway.broadcast.values import What
from gateway.channel import ChannelKind
from gateway.dialogue import Who
from gateway.handwritten import write_to
from gateway.messages import Inbound, Kind, Lane, Outbound
from gateway.outbox import Outbox
from gateway.pulse import Pulse
from gateway.sparing import JUST_ASKED, Sparing
from gateway.store import Store, Tx, put
from gateway.store.outbound import OUTBOUND
from gateway.store.people import save
from tests.gateway.room import Radio, opened, play
from tests.gateway.test_broadcast import AREAS, number, resident, told

CITY = load_city("binjai")
DAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # a Monday, 10.00 in the city
ENDS = DAY + timedelta(days=1)
SHE, OTHER = number(1), number(2)
LIVES = resident(1)
TECHNICIAN = "+6281399999999"
Writes = Callable[[Tx], None]

# -- every kind of letter that nobody asked for


def _reminded(tx: Tx) -> None:
    """Of a bill."""
    who = Who(number=SHE, at=DAY, language="id", resident=LIVES)
    Letters(CITY).remind(tx, who, "PBB jatuh tempo", "lookup/remind/1/7", ENDS)


def _followed(tx: Tx) -> None:
    """An opening, to who follows them."""
    Letters(CITY).write(tx, SHE, "lowongan baru", "lookup/news/kerja/1", ENDS, Lane.BULK)


def _permit(tx: Tx) -> None:
    Letters(CITY).write(tx, SHE, "izin Anda terbit", "lookup/permit/1", ENDS)


def _complaint(tx: Tx) -> None:
    ticket = Ticket(category="lampu", office="dishub", text="lampu", channel="sms", opened_at=DAY, due_at=ENDS)
    ticket = replace(ticket, number=tickets.add(tx, ticket))
    tickets.follow(tx, ticket.number, tickets.Follower(number=SHE, since=DAY))
    complaints.tell_followers(tx, CITY, ticket, "office_at_work", DAY, office=ticket.office)


def _proposed(tx: Tx) -> int:
    round = proposals.begin_round(tx, "2027", DAY, ENDS)
    assert round is not None
    one = proposals.Proposal(
        round=round.id, kelurahan=AREAS[0], text="jalan", proposer=SHE, language="id", channel="sms", at=DAY
    )
    return proposals.add(tx, one)


def _judged(tx: Tx) -> None:
    deeds.hide(tx, CITY, _proposed(tx), "sudah ada", DAY)


def _result(tx: Tx) -> None:
    _proposed(tx)
    deeds.close_the_round(tx, DAY)
    ProposalRound(CITY).run(tx, DAY)


def _vouched(tx: Tx) -> None:
    kepling.tell(tx, CITY, SHE, "reg_confirmed", "t1", DAY, by="Pak Budi")


def _invited(tx: Tx) -> None:
    """By another phone, that would register this one."""
    who = Who(number=OTHER, at=DAY, language="id", resident=None)
    invited(tx, CITY, Invite(phone=SHE, name="Siti", area=AREAS[0], street="Jl Mawar", lingkungan=""), who, "t1")


def _booking() -> Booking:
    whose = {"number": SHE, "person": "", "name": "Siti", "state": Stand.WAITING, "place": 1, "queue": 1}
    where = {"clinic": "rambung", "service": "gigi", "room": "1", "doctor": "", "day": DAY.date(), "session_id": 1}
    flags = {"priority": False, "walk_in": False, "referral": "", "misses": 0, "back_at": 0, "block": None, "why": ""}
    times = {"begins": DAY, "until": ENDS, "booked_at": DAY}
    never = dict.fromkeys(("offered_until", "called_at", "ended_at", "told_for"))
    return Booking(id=1, **whose, **where, **flags, **times, **never)  # type: ignore[arg-type]


def _eve(tx: Tx) -> None:
    ClinicLetters(CITY).remind(tx, SHE, "queue_eve", _booking(), "clinic/eve/1", ENDS, DAY, time="10.00")


def _by_hand(tx: Tx) -> None:
    write_to(tx, CITY, SHE, "Ibu, mohon datang ke kantor", in_secret)


def _said_in_vain(tx: Tx) -> None:
    """Three calls, and nobody heard: it is written."""
    times = {"created_at": DAY, "due_at": DAY, "falls_at": DAY, "expires_at": ENDS, "settled_at": None}
    one = CallOut(id=1, key="eve/2", number=SHE, text="Ingat", language="id", state=Said.WAITING, tries=3, **times)  # type: ignore[arg-type]
    put(tx, one.letter)


def _to_many(what: What) -> Writes:
    def writes(tx: Tx) -> None:
        write_page(tx, CITY, keep(tx, told(what, at=DAY)), DAY)

    return writes


UNASKED: Mapping[str, Writes] = {
    "a bill": _reminded,
    "a permit": _permit,
    "openings": _followed,
    "a complaint": _complaint,
    "a proposal judged": _judged,
    "a result": _result,
    "a kepling's word": _vouched,
    "an invitation": _invited,
    "the doctor": _eve,
    "by hand": _by_hand,
    "a call that nobody heard": _said_in_vain,
    "news": _to_many(What.BROADCAST),
    "a warning": _to_many(What.WARNING),
}


# -- how a phone becomes quiet


def _registered(tx: Tx) -> None:
    save(tx, replace(LIVES, quiet=True))


def _cries(tx: Tx, who: str = SHE, at: datetime = DAY) -> None:
    one = Incident(id=0, code="", state=State.PENDING, kind="violence", caller=who, opened_at=at, quiet=True)
    open_case(tx, Case(incident=one, origin=Kind.SMS, heard_at=at))


HIDES: Mapping[str, Writes] = {"registry": _registered, "alarm in secret": _cries}


async def left(store: Store, clock: VirtualClock, *ways: ChannelKind) -> list[str]:
    """Whom the outbox reached in an hour."""
    radios = [Radio(clock, name=kind, kind=kind, air_s=0.1) for kind in ways]
    spares = Sparing(CITY, Cries(CITY), TECHNICIAN).spares
    outbox = Outbox(store, radios, clock, no_crash, Pulse(clock), doubt_s=45.0, hushed=spares)
    loop = asyncio.create_task(outbox.run())
    await clock.sleep(60.0)
    outbox.stop()
    await loop
    sent = select(OUTBOUND.c.recipient).where(OUTBOUND.c.state == "sent").order_by(OUTBOUND.c.id)
    return await store.read(lambda tx: list(tx.execute(sent).scalars()))


def reached(*writes: Writes, way: ChannelKind = "modem") -> list[str]:
    """Each in its own transaction, and then the outbox."""

    async def main(clock: VirtualClock) -> list[str]:
        await clock.sleep((DAY - clock.now()).total_seconds())
        async with opened(clock) as store:
            await store.write(lambda tx: save(tx, LIVES))
            for one in writes:
                await store.write(one)
            return await left(store, clock, way)

    return play(main)


@pytest.mark.parametrize("kind", UNASKED)
def test_what_nobody_asked_for_comes_to_a_phone_that_is_not_quiet(kind: str) -> None:
    assert reached(UNASKED[kind]) == [SHE]


@pytest.mark.parametrize("way", ["modem", "provider"])
@pytest.mark.parametrize("hides", HIDES)
@pytest.mark.parametrize("kind", UNASKED)
def test_what_nobody_asked_for_stays_away_from_a_phone_that_hides(kind: str, hides: str, way: ChannelKind) -> None:
    assert reached(UNASKED[kind], HIDES[hides], way=way) == []


# -- what was asked for


def _letter(at: datetime) -> Inbound:
    return Inbound(
        id=1, channel="modem", kind=Kind.SMS, sender=SHE, text="BUS", sent_at=None, received_at=at, external_id="1"
    )


def _answered(tx: Tx) -> None:
    put(tx, _letter(DAY).reply("bus", lane=Lane.SERVICE, key="reply", expires_at=ENDS))


def _ticket(tx: Tx) -> None:
    """Its number, after a screen that goes out."""
    complaints.tell(tx, SHE, "Keluhan 1001", "ticket/1001/opened", DAY)


def _booked(tx: Tx) -> None:
    ClinicLetters(CITY).send(tx, SHE, "tiket", "clinic/ticket/1", ENDS, asked_at=DAY)


ASKED: Mapping[str, Writes] = {"by letter": _answered, "a ticket": _ticket, "a booking": _booked}


@pytest.mark.parametrize("kind", ASKED)
@pytest.mark.parametrize(
    ("minutes", "comes"),
    [(-5, True), (0, True), (1, False)],
    ids=["asked after the cry", "by the same letter", "asked before it"],
)
def test_an_answer_comes_to_who_asked_while_the_phone_hides(kind: str, minutes: int, comes: bool) -> None:
    def cries(tx: Tx) -> None:
        _cries(tx, at=DAY + timedelta(minutes=minutes))

    assert reached(ASKED[kind], cries) == ([SHE] if comes else [])


def test_an_answer_that_is_late_does_not_come_any_more() -> None:
    asked = DAY - JUST_ASKED - timedelta(seconds=1)

    def late(tx: Tx) -> None:
        put(tx, _letter(asked).reply("bus", lane=Lane.SERVICE, key="reply", expires_at=ENDS))

    def cried(tx: Tx) -> None:
        _cries(tx, at=asked - timedelta(hours=1))

    assert reached(late) == [SHE]
    assert reached(late, cried) == []


def test_an_emergencys_own_letters_have_their_own_rule() -> None:
    def helps(tx: Tx) -> None:
        put(tx, Outbound(to=SHE, text="bantuan", lane=Lane.EMERGENCY, key="1", expires_at=ENDS))

    assert reached(helps, _registered) == [SHE]


def test_an_alarm_in_secret_that_is_over_silences_nothing() -> None:
    def over(tx: Tx) -> None:
        _cries(tx)
        (case,) = open_cases_of(tx, SHE)
        save_case(tx, replace(case, incident=move(case.incident, State.CANCELLED, DAY)))

    assert reached(_permit, over) == [SHE]


# -- staff

STAFF = {
    "officer": next(iter(sorted(CITY.roster_numbers()))),
    "post": CITY.operators[0].number,
    "official": next(one.number for _, one in CITY.offices.people()),
    "clinic": next(one.number for _, one in CITY.clinics.people()),
    "technician": TECHNICIAN,
}


def _quiet_line(who: str) -> Writes:
    def hides(tx: Tx) -> None:
        save(tx, replace(LIVES, phone=who, quiet=True))
        _cries(tx, who)

    return hides


@pytest.mark.parametrize("who", STAFF)
def test_staff_are_told_their_work_and_spared_what_residents_are_told(who: str) -> None:
    def works(tx: Tx) -> None:
        put(tx, Outbound(to=STAFF[who], text="kode 4711", lane=Lane.SERVICE, key="office/1", expires_at=ENDS))

    def lives(tx: Tx) -> None:
        save(tx, replace(LIVES, phone=STAFF[who]))

    hides = _quiet_line(STAFF[who])
    assert reached(works, hides) == [STAFF[who]]
    assert reached(lives, _to_many(What.WARNING), hides) == [SHE]


def test_a_kepling_is_a_neighbour() -> None:
    one = next(one.number for _, one in CITY.keplings.people())

    def asked(tx: Tx) -> None:
        put(tx, Outbound(to=one, text="kode 4711", lane=Lane.SERVICE, key="1", expires_at=ENDS))

    assert reached(asked) == [one]
    assert reached(asked, _quiet_line(one)) == []
