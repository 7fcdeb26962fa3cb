"""Broadcasts: everybody once, nobody who wrote STOP, by day, behind everything else; stopped, killed and resumed."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from config.city import City, load_city
from config.clock import VirtualClock, VirtualLoop
from config.crash import CrashPoint, no_crash
from eservices.rounds import Rounds
from gateway.broadcast.areas import EVERYBODY, NoArea, area_of, within
from gateway.broadcast.consent import end
from gateway.broadcast.quiet import ends_after, is_quiet, next_turn
from gateway.broadcast.store.keeping import ends_of, find, keep, stop
from gateway.broadcast.store.pages import PAGE, write_page
from gateway.broadcast.store.people import count
from gateway.broadcast.values import Broadcast, Stage, What
from gateway.broadcast.writing import WINDOW, Broadcasts
from gateway.messages import Lane
from gateway.outbox import Outbox
from gateway.pulse import Pulse
from gateway.store import Store, Tx, put
from gateway.store.callbacks import opt_out
from gateway.store.people import Resident, save
from tests.fixtures.engines import SQLITE, Now, open_store
from tests.fixtures.whole import on_one_engine
from tests.gateway.room import Crash, Radio, letter, opened, play

CITY = load_city("binjai")
AREAS = sorted(CITY.areas)
MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 09.00 in the city
MANY = on_one_engine("thousands of letters; the same verbs run on both engines in the smaller tests here")
TEXT = {"id": "Pasar murah Sabtu di lapangan.", "en": "Cheap market on Saturday."}


def number(nth: int) -> str:
    return f"+62812{nth:08d}"


def resident(nth: int, area: str = AREAS[0], language: str = "", *, quiet: bool = False) -> Resident:
    return Resident(
        phone=number(nth),
        name=f"Warga {nth}",
        kelurahan=area,
        address="",
        lat=None,
        lon=None,
        language=language,
        quiet=quiet,
        notes="",
        confirmed=True,
        panic_button=False,
        address_at=MORNING,
    )


async def live(store: Store, people: Sequence[Resident]) -> None:
    await store.write(lambda tx: [save(tx, one) for one in people])


def told(what: What = What.BROADCAST, area: str = EVERYBODY, at: datetime = MORNING) -> Broadcast:
    return Broadcast(
        id=0,
        what=what,
        stage=Stage.SENDING,
        area=area,
        texts=TEXT,
        asked_by="rina",
        asked_at=at,
        expires_at=at + timedelta(days=3),
    )


@contextlib.asynccontextmanager
async def going(
    store: Store, clock: VirtualClock, *radios: Radio, crash: CrashPoint = no_crash, city: City = CITY
) -> AsyncIterator[Outbox]:
    """The program's loops that send: the outbox, and the rounds with broadcasts in them."""
    outbox = Outbox(store, radios, clock, crash, Pulse(clock), doubt_s=45.0, quiet=partial(is_quiet, city))
    rounds = Rounds((Broadcasts(city),), store, clock, Pulse(clock), wake=outbox.wake)
    tasks = [asyncio.create_task(outbox.run()), asyncio.create_task(rounds.run())]
    try:
        yield outbox
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError, Crash):
                await task


async def begun(store: Store, one: Broadcast) -> int:
    return (await store.write(lambda tx: keep(tx, one))).id


async def known(store: Store, id: int) -> Broadcast:
    one = await store.read(lambda tx: find(tx, id))
    assert one is not None
    return one


async def until_over(store: Store, clock: VirtualClock, id: int, limit_s: float = 86400.0) -> Broadcast:
    since = clock.monotonic()
    while (one := await known(store, id)).stage is Stage.SENDING:
        assert clock.monotonic() - since < limit_s, one
        await clock.sleep(30.0)
    return one


def until_morning(clock: VirtualClock) -> float:
    return (MORNING - clock.now()).total_seconds()


# -- everybody once


def test_everybody_in_the_area_is_written_to_once_in_the_own_language() -> None:
    async def main(clock: VirtualClock) -> None:
        await clock.sleep(until_morning(clock))
        async with opened(clock) as store:
            here = [resident(nth, language="en" if nth % 3 == 0 else "") for nth in range(250)]
            await live(store, [*here, *(resident(nth, AREAS[1]) for nth in range(250, 300))])
            radio = Radio(clock, air_s=0.1)
            async with going(store, clock, radio):
                id = await begun(store, told(area=AREAS[0]))
                one = await until_over(store, clock, id)
            assert one.stage is Stage.SENT
            assert (one.written, one.left_out) == (250, 0)
            assert one.ends == {"sent": 250}
            assert one.passed == ""
            assert Counter(radio.texts) == {TEXT["id"]: 166, TEXT["en"]: 84}

    play(main)


def test_a_number_that_registers_again_or_shares_a_household_is_one_letter() -> None:
    async def main(clock: VirtualClock) -> None:
        await clock.sleep(until_morning(clock))
        async with opened(clock) as store:
            await live(store, [resident(1), resident(1, AREAS[2]), resident(2)])
            radio = Radio(clock, air_s=0.1)
            async with going(store, clock, radio):
                id = await begun(store, told())
                await until_over(store, clock, id)
            assert len(radio.texts) == 2

    play(main)


def test_a_quiet_phone_is_sent_nothing_and_who_wrote_stop_no_broadcast() -> None:
    async def main(clock: VirtualClock) -> None:
        await clock.sleep(until_morning(clock))
        async with opened(clock) as store:
            await live(store, [resident(1), resident(2), resident(3, quiet=True)])
            await store.write(lambda tx: opt_out(tx, number(2), "m1", ""))
            for what, letters, left_out in ((What.BROADCAST, 1, 2), (What.WARNING, 2, 1)):
                radio = Radio(clock, air_s=0.1)
                counted = await store.read(lambda tx, what=what: count(tx, within(CITY, EVERYBODY), what))  # type: ignore[misc]
                async with going(store, clock, radio):
                    one = await until_over(store, clock, await begun(store, told(what)))
                assert (one.written, one.left_out, len(radio.texts)) == (letters, left_out, letters)
                assert (counted.letters, counted.people, counted.quiet) == (letters, 3, 1)

    play(main)


# -- who writes STOP meanwhile


@pytest.mark.parametrize("when", ["before writing", "between writing and claiming", "on the wire"])
def test_stop_holds_for_whatever_has_not_left(when: str) -> None:
    async def main(clock: VirtualClock) -> None:
        await clock.sleep(until_morning(clock))
        async with opened(clock) as store:
            await live(store, [resident(nth) for nth in range(3)])
            radio = Radio(clock, air_s=5.0)
            out = partial(opt_out, number=number(2), channel="m1", sender="")
            if when == "before writing":
                await store.write(out)
            async with going(store, clock, radio):
                id = await begun(store, told())
                await clock.sleep(2.0 if when.startswith("between") else 12.0)
                if when != "before writing":
                    await store.write(out)
                one = await until_over(store, clock, id)
            left = {"before writing": 2, "between writing and claiming": 2, "on the wire": 3}[when]
            assert len(radio.texts) == left
            refused = 1 if when.startswith("between") else 0
            assert one.ends == {"sent": left} | ({"refused": refused} if refused else {})

    play(main)


# -- by day


def test_quiet_hours_are_those_of_the_citys_wall_clock() -> None:
    def at(hour: int, minute: int = 0) -> datetime:
        return datetime(2026, 11, 23, hour, minute, tzinfo=CITY.timezone)

    assert [is_quiet(CITY, at(*one)) for one in ((6, 59), (7,), (19, 59), (20,), (23, 59), (0,))] == [
        *(True, False, False),
        *(True, True, True),
    ]
    assert next_turn(CITY, at(21)) == at(7) + timedelta(days=1)
    assert next_turn(CITY, at(3)) == at(7)
    assert next_turn(CITY, at(8)) == at(20)
    assert ends_after(CITY, at(8), 3600) == at(9)
    assert ends_after(CITY, at(19), 3 * 3600) == at(9) + timedelta(days=1)
    assert ends_after(CITY, at(22), 0) == at(22) or ends_after(CITY, at(22), 1) > at(7) + timedelta(days=1)


@MANY
def test_a_broadcast_pauses_by_night_and_goes_on_while_replies_leave() -> None:
    async def main(clock: VirtualClock) -> None:  # it is 19.00 in the city
        async with opened(clock) as store:
            await live(store, [resident(nth) for nth in range(40)])
            radio, evening = Radio(clock, air_s=120.0), clock.now()
            async with going(store, clock, radio) as outbox:
                id = await begun(store, told(at=evening))
                await clock.sleep(2 * 3600.0)
                before = len(radio.sent)
                reply = letter("jawaban", lane=Lane.SERVICE, expires_at=evening + timedelta(days=1))
                await store.write(lambda tx: put(tx, reply))
                outbox.wake()
                await clock.sleep(60.0)
                loop = asyncio.get_running_loop()
                assert isinstance(loop, VirtualLoop)
                loop.advance(9.8 * 3600.0)  # 06.49
                await until_over(store, clock, id)
            times = [at.astimezone(CITY.timezone) for text, _, _, at in radio.sent if text != "jawaban"]
            assert (before, len(times)) == (30, 40)
            assert all(7 <= at.hour < 20 for at in times)
            answered = next(at for text, _, _, at in radio.sent if text == "jawaban")
            assert answered - evening < timedelta(hours=2, seconds=5)
            assert (times[before].day, times[before].hour, times[before].minute) == (times[0].day + 1, 7, 0)

    play(main)


@pytest.mark.either_engine
def test_what_is_not_written_when_its_days_are_over_is_not_sent() -> None:
    async def main(clock: VirtualClock) -> None:
        await clock.sleep(until_morning(clock))
        async with opened(clock) as store:
            await live(store, [resident(nth) for nth in range(WINDOW + 2 * PAGE)])
            radio, ends = Radio(clock, air_s=60.0), MORNING + timedelta(hours=1)
            async with going(store, clock, radio):
                one = await until_over(store, clock, await begun(store, replace(told(), expires_at=ends)))
            assert one.stage is Stage.SENT
            assert one.written < WINDOW + 2 * PAGE
            assert one.passed == ""
            assert all(at < ends for *_, at in radio.sent)

    play(main)


# -- stopped, killed


@MANY
def test_stopped_in_the_middle_what_has_not_left_is_not_sent() -> None:
    async def main(clock: VirtualClock) -> None:
        await clock.sleep(until_morning(clock))
        async with opened(clock) as store:
            await live(store, [resident(nth) for nth in range(2000)])
            radio = Radio(clock, air_s=1.0)
            async with going(store, clock, radio):
                id = await begun(store, told())
                await clock.sleep(600.5)
                left = len(radio.sent)
                one = await known(store, id)
                await store.write(lambda tx: stop(tx, one, "budi", clock.now()))
                await clock.sleep(600.0)
            over = await known(store, id)
            assert over.stage is Stage.STOPPED
            assert over.ended_by == "budi"
            assert 500 < left < 700
            assert len(radio.sent) == left, "the one on the wire ends, and no other begins"
            ends = await store.read(lambda tx: ends_of(tx, over))
            assert ends["sent"] == left
            assert set(ends) == {"sent", "cancelled"}
            assert sum(ends.values()) == over.written <= left + WINDOW
            assert over.ends == ends, "kept with the broadcast: its letters are forgotten one day"

    play(main)


@pytest.mark.parametrize(("point", "people"), [("claim", 250), ("wire", 250), ("settle", 250), ("wire", 2000)])
def test_killed_again_and_again_a_broadcast_reaches_each_once(tmp_path: Path, point: str, people: int) -> None:
    """The process is gone, its store as it was; a new one goes on. A letter that was on the wire at that moment is
    unknown, and never sent a second time."""
    if people > 1000 and Now.engine != SQLITE:
        pytest.skip("the same with fewer runs on this engine")
    kills = [1, people // 5, people // 3, people // 9]

    async def main(clock: VirtualClock) -> None:
        await clock.sleep(until_morning(clock))
        store, radio = await open_store(tmp_path / "k.db", clock, inline=True), Radio(clock, air_s=0.2)
        await live(store, [resident(nth) for nth in range(people)])
        id = await begun(store, told())
        for at in kills:
            passed, dead = Counter[str](), asyncio.Event()

            def crash(name: str, at: int = at, passed: Counter[str] = passed, dead: asyncio.Event = dead) -> None:
                passed[name] += 1
                if name == point and passed[name] == at:
                    dead.set()
                    raise Crash

            async with going(store, clock, radio, crash=crash), clock.timeout(3600.0):
                await dead.wait()
            await store.abandon()
            store = await open_store(tmp_path / "k.db", clock, inline=True)
        async with store, going(store, clock, radio):
            one = await until_over(store, clock, id)
        unknown = one.ends.get("unknown", 0)
        assert (one.stage, one.written) == (Stage.SENT, people)
        assert one.ends["sent"] + unknown == people
        assert unknown == len(kills), "the one letter that a channel held, told as unknown"
        assert len(radio.sent) == people - (0 if point == "wire" else len(kills))

    play(main)


def test_a_page_and_how_far_it_went_are_one() -> None:
    async def main(clock: VirtualClock) -> None:
        await clock.sleep(until_morning(clock))
        async with opened(clock) as store:
            await live(store, [resident(nth) for nth in range(3 * PAGE)])
            id = await begun(store, told())

            def dies(tx: Tx) -> None:
                one = find(tx, id)
                assert one is not None
                write_page(tx, CITY, one, clock.now())
                raise ValueError("the power fails")

            with pytest.raises(ValueError, match="power"):
                await store.write(dies)
            one = await known(store, id)
            assert (one.passed, one.written) == ("", 0)
            assert await store.read(lambda tx: ends_of(tx, one)) == {}

    play(main)


# -- who comes and goes


@MANY
def test_who_moves_or_registers_meanwhile_is_judged_when_the_own_number_comes() -> None:
    async def main(clock: VirtualClock) -> None:
        await clock.sleep(until_morning(clock))
        async with opened(clock) as store:
            await live(store, [resident(nth) for nth in range(10, 10 + 2 * WINDOW)])
            last = 9 + 2 * WINDOW
            radio = Radio(clock, air_s=1.0)
            async with going(store, clock, radio):
                id = await begun(store, told(area=AREAS[0]))
                await clock.sleep(60.0)
                await live(store, [resident(1), resident(last + 1), resident(last, AREAS[1]), resident(11, AREAS[1])])
                one = await until_over(store, clock, id)
            assert one.written == 2 * WINDOW, "the last moved away, a later one came; 1 was passed, 11 has it already"

    play(main)


def test_areas_are_named_as_people_name_them() -> None:
    first, district = CITY.areas[AREAS[0]], CITY.areas[AREAS[0]].kecamatan_code
    assert area_of(CITY, "semua") == area_of(CITY, "") == EVERYBODY
    assert area_of(CITY, first.code) == first.code
    assert area_of(CITY, district) == district
    assert area_of(CITY, f"{first.code}/Lk. III") == f"{first.code}/3"
    assert within(CITY, f"{first.code}/3").part == "3"
    assert within(CITY, district).areas == frozenset(
        one.code for one in CITY.areas.values() if one.kecamatan_code == district
    )
    for wrong in ("nowhere", f"{district}/3", f"{first.code}/zz"):
        with pytest.raises(NoArea):
            area_of(CITY, wrong)


@MANY
def test_who_had_the_same_news_as_one_of_another_area_does_not_get_it_again() -> None:
    district = CITY.areas[AREAS[0]].kecamatan_code
    there = [code for code in AREAS if CITY.areas[code].kecamatan_code == district]

    async def main(clock: VirtualClock) -> None:
        await clock.sleep(until_morning(clock))
        async with opened(clock) as store:
            await live(store, [resident(nth, there[nth % 2]) for nth in range(20)])
            radio, ends = Radio(clock, air_s=1.0), list[Broadcast]()
            async with going(store, clock, radio):
                stopped = await begun(store, told(area=there[0]))
                await clock.sleep(4.5)
                await store.write(lambda tx: end(tx, find(tx, stopped) or told(), "budi", "page", clock.now()))
                early = len(radio.sent)
                for area in (there[1], district, EVERYBODY):  # at once: none waits for another
                    one = await begun(store, told(area=area, at=clock.now()))
                    ends.append(await known(store, one))
                ends = [await until_over(store, clock, one.id) for one in ends]
                again = replace(told(area=there[0], at=clock.now()), texts={"id": "Pasar murah Minggu."})
                other = await until_over(store, clock, await begun(store, again))
                late = await begun(store, told(area=there[0], at=clock.now() + timedelta(days=1, seconds=1)))
                await until_over(store, clock, late)
            assert 0 < early < 10, "who had it before it was stopped has had it"
            assert [(one.written, one.left_out) for one in ends] == [(10, 0), (10 - early, 10 + early), (0, 20)]
            assert (other.written, other.left_out) == (10, 0), "other news in the same hour"
            assert Counter(radio.texts) == {TEXT["id"]: 30, "Pasar murah Minggu.": 10}, "and once more the next day"

    play(main)


@MANY
def test_a_warning_that_is_said_again_to_more_people_reaches_all_of_them() -> None:
    async def main(clock: VirtualClock) -> None:
        await clock.sleep(until_morning(clock))
        async with opened(clock) as store:
            await live(store, [resident(nth, AREAS[nth % 2]) for nth in range(4)])
            radio = Radio(clock, air_s=0.1)
            async with going(store, clock, radio):
                for area in (AREAS[0], EVERYBODY):
                    await until_over(store, clock, await begun(store, told(What.WARNING, area)))
            assert len(radio.sent) == 6

    play(main)


# -- what is more urgent


@MANY
def test_an_emergency_and_a_reply_overtake_a_broadcast_of_2000() -> None:
    async def main(clock: VirtualClock) -> None:
        await clock.sleep(until_morning(clock))
        async with opened(clock) as store:
            await live(store, [resident(nth) for nth in range(2000)])
            radio = Radio(clock, air_s=4.0)
            async with going(store, clock, radio) as outbox:
                await begun(store, told())
                await clock.sleep(300.0)
                asked = clock.now()
                for text, lane in (("balasan", Lane.SERVICE), ("darurat", Lane.EMERGENCY)):
                    one = letter(text, lane=lane, expires_at=asked + timedelta(hours=1))
                    await store.write(lambda tx, one=one: put(tx, one))  # type: ignore[misc]
                outbox.wake()
                await clock.sleep(60.0)
            waited = {text: (at - asked).total_seconds() for text, _, _, at in radio.sent if text not in TEXT.values()}
            assert waited["darurat"] == 0.0, "an emergency has a slot of its own"
            assert waited["balasan"] <= 4.0, "a reply waits for the one on the air"

    play(main)


@MANY
def test_a_residents_reply_waits_for_one_of_5000_warnings_and_not_for_all() -> None:
    async def main(clock: VirtualClock) -> None:
        await clock.sleep(until_morning(clock))
        async with opened(clock) as store:
            await live(store, [resident(nth) for nth in range(5000)])
            radio, waited = Radio(clock, air_s=4.0), list[float]()
            async with going(store, clock, radio) as outbox:
                await begun(store, told(What.WARNING))
                for nth in range(20):  # a stranger's, and one who waits for his own warning
                    await clock.sleep(37.0)
                    to = "+6285700000001" if nth % 2 else number(4999 if nth > 10 else 300)
                    asked, text = clock.now(), f"jawaban {nth}"
                    one = letter(text, to, lane=Lane.SERVICE, expires_at=asked + timedelta(hours=1))
                    await store.write(lambda tx, one=one: put(tx, one))  # type: ignore[misc]
                    outbox.wake()
                    await clock.sleep(23.0)
                    at = next(at for said, _, _, at in radio.sent if said == text)
                    waited.append((at - asked).total_seconds())
            assert max(waited) <= 8.0, waited

    play(main)
