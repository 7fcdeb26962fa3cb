"""Broadcasts and warnings against who would send one alone, and against what goes wrong at the worst moment."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from config.city import City, load_city
from config.clock import VirtualClock
from gateway.broadcast.areas import EVERYBODY
from gateway.broadcast.asking import NotSendable, Wish, send
from gateway.broadcast.asking import texts_of as news_of
from gateway.broadcast.consent import PROPOSED_FOR, TRIES, NotAgreed, agree, by_code, end, propose
from gateway.broadcast.quiet import is_quiet, next_turn
from gateway.broadcast.showing import STALLS, broadcast_json
from gateway.broadcast.store.keeping import find
from gateway.broadcast.store.pages import PAGE
from gateway.broadcast.values import Stage, What
from gateway.broadcast.writing import Broadcasts
from gateway.store import Tx
from gateway.store.callbacks import opt_out
from gateway.store.outbound import OUTBOUND
from gateway.store.people import save
from tests.fixtures.engines import open_store
from tests.gateway.room import Crash, Radio, opened, play
from tests.gateway.test_broadcast import (
    AREAS,
    MANY,
    MORNING,
    begun,
    going,
    known,
    live,
    number,
    resident,
    told,
    until_morning,
    until_over,
)
from tests.gateway.test_warnings import DUTY, FLOOD, acts, codes, flood, proposed, stage

CITY = load_city("binjai")


def row(one: int, clock: VirtualClock, city: City = CITY) -> Callable[[Tx], dict[str, object]]:
    def read(tx: Tx) -> dict[str, object]:
        found = find(tx, one)
        assert found is not None
        return broadcast_json(tx, city, found, clock.now())

    return read


# -- one person who would be two


@pytest.mark.parametrize(
    "typed",
    [
        " ".join(f"{nth:06}" for nth in range(222200, 222230)),
        "111111 222222",
        "222221,222222,222223",
        "222222222222222222",
        "22222 2 2",
        "kode 2222222",
    ],
)
def test_a_letter_of_many_codes_is_one_wrong_one(typed: str) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            one = await proposed(store, clock)
            answered = await store.write(lambda tx: by_code(tx, DUTY, typed, "sms", clock.now()))
            assert (answered.agreed, answered.left) == (None, TRIES - 1)
            assert await stage(store, one) is Stage.PROPOSED

    play(main)


def test_guesses_end_though_they_are_spread_over_proposals() -> None:
    """Each proposal has codes of its own: what was wrong for one is a try of each."""

    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            new = codes()
            await store.write(lambda tx: save(tx, resident(1)))
            floods = [flood(said={**FLOOD, "place": f"Jl. Kentang {nth}"}) for nth in range(4)]
            ones = [
                await store.write(partial(propose, city=CITY, proposal=one, now=clock.now(), new_code=new))
                for one in floods
            ]
            guesses = (f"{nth:06}" for nth in itertools.count(999_000))
            for _ in range(TRIES):
                await store.write(lambda tx: by_code(tx, DUTY, next(guesses), "sms", clock.now()))
            for right in range(1, 9):
                answered = await store.write(
                    lambda tx, right=right: by_code(tx, DUTY, f"{right * 111111:06}", "sms", clock.now())  # type: ignore[misc]
                )
                assert (answered.agreed, answered.left) == (None, 0)
            assert {await stage(store, one) for one in ones} == {Stage.PROPOSED}

    play(main)


def test_a_second_login_or_telephone_under_the_own_name_is_the_same_person() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            post = CITY.operators[0]
            one = await proposed(store, clock, by="rina", name=post.name)
            asked = select(OUTBOUND.c.recipient)
            assert await store.read(lambda tx: list(tx.execute(asked).scalars())) == [DUTY], "no code for his own"
            for by, name in (("rina", "x"), ("rina2", post.name.upper()), (post.name, "x"), ("x", "Rina")):
                with pytest.raises(NotAgreed) as fault:
                    await store.write(partial(agree, one=one, by=by, how="page", now=clock.now(), names=(name,)))
                assert fault.value.why == "same"
            await store.write(lambda tx: agree(tx, one, "budi", "page", clock.now(), names=("Budi",)))
            assert await stage(store, one) is Stage.SENDING

    play(main)


def test_two_who_agree_at_once_are_one_consent() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            one = await proposed(store, clock)

            def consents(tx: Tx) -> str:
                try:
                    agree(tx, find(tx, one.id) or one, "budi", "page", clock.now())
                except NotAgreed as why:
                    return why.why
                return ""

            by_sms = partial(by_code, number=DUTY, typed="222222", how="sms", now=clock.now())
            agreed, answered, again = await asyncio.gather(
                store.write(consents), store.write(lambda tx: by_sms(tx)), store.write(consents)
            )
            assert (agreed, again) == ("", "over")
            assert (answered.agreed, answered.waits) == (None, False)
            assert (await acts(store)).count("warning.agree") == 1

    play(main)


def test_a_warning_that_is_proposed_twice_is_one() -> None:
    """A button pressed twice is two codes on a phone at night, and each would be answered."""

    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            again = partial(propose, city=CITY, proposal=flood(by="budi"), new_code=codes())
            for ends in (False, True):
                one = await proposed(store, clock)
                with pytest.raises(NotSendable, match=f"number {one.id}"):
                    await store.write(partial(again, now=clock.now()))
                if ends:  # taken back
                    await store.write(lambda tx, one=one: end(tx, one, "sari", "page", clock.now()))  # type: ignore[misc]
                else:
                    await store.write(lambda tx, one=one: agree(tx, one, "budi", "page", clock.now()))  # type: ignore[misc]
                    with pytest.raises(NotSendable, match=f"number {one.id}"):
                        await store.write(partial(again, now=clock.now()))
                    await clock.sleep(PROPOSED_FOR.total_seconds())
            assert (await store.write(partial(again, now=clock.now()))).stage is Stage.PROPOSED

    play(main)


@pytest.mark.parametrize(
    ("seen", "now", "sent"),
    [
        *((3, 3, True), (3, 2, True), (3, 13, True), (3, 14, False)),
        *((200, 220, True), (200, 221, False), (0, 3, False), (-20, 3, False)),
    ],
)
def test_what_is_sent_is_what_was_looked_at(seen: int, now: int, sent: bool) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            await live(store, [resident(nth) for nth in range(now)])
            wish = Wish(area=EVERYBODY, texts=news_of(CITY, {"id": "Pasar murah."}), seen=seen, by="sari", how="page")
            if sent:
                assert (await store.write(lambda tx: send(tx, CITY, wish, clock.now()))).people == now
                return
            with pytest.raises(NotSendable) as fault:
                await store.write(lambda tx: send(tx, CITY, wish, clock.now()))
            assert (fault.value.why, fault.value.fields) == ("grown", {"letters": str(now), "seen": str(seen)})

    play(main)


# -- no way out for a while


@MANY
@pytest.mark.parametrize("mood", ["off", "busy"])
@pytest.mark.parametrize("what", list(What))
def test_without_credit_it_waits_says_so_and_goes_on_without_a_double(what: What, mood: str) -> None:
    """``off``: the provider says that its account is empty; ``busy``: a SIM without credit gives letters back."""

    async def main(clock: VirtualClock) -> None:
        await clock.sleep(until_morning(clock))
        async with opened(clock) as store:
            await live(store, [resident(nth) for nth in range(150)])
            radio = Radio(clock, air_s=1.0, kind="provider" if mood == "off" else "modem")
            async with going(store, clock, radio) as outbox:
                id = await begun(store, replace(told(what), agreed_at=MORNING))
                await clock.sleep(60.0)
                assert not (await store.read(row(id, clock)))["stalls"]
                radio.well, radio.mood = mood != "off", "ok" if mood == "off" else "busy"
                left = len(radio.sent)
                await clock.sleep(STALLS.total_seconds() + 60.0)
                stuck = await store.read(row(id, clock))
                assert (stuck["stalls"], stuck["state"], stuck["failed"]) == (True, "sending", 0)
                assert len(radio.sent) <= left + 1
                radio.well, radio.mood = True, "ok"
                outbox.wake()
                await clock.sleep(400.0)
                assert not (await store.read(row(id, clock)))["stalls"]
                one = await until_over(store, clock, id)
            assert one.ends == {"sent": 150}
            assert len(radio.sent) == 150

    play(main)


def test_a_night_is_no_stall() -> None:
    async def main(clock: VirtualClock) -> None:
        await clock.sleep(until_morning(clock))
        async with opened(clock) as store:
            await live(store, [resident(1)])
            id, chore = await begun(store, told()), Broadcasts(CITY)
            await store.write(lambda tx: chore.run(tx, clock.now()))
            seen = Counter[object]()
            for _ in range(24 * 6):
                await clock.sleep(600.0)
                one = await store.read(row(id, clock))
                seen[one["pauses"], one["stalls"]] += 1
            assert set(seen) == {(False, True), (True, False), (False, False)}
            assert seen[False, False] <= 2, "before the first is late, and when the day begins"

    play(main)


# -- the pack, the clock, the power


def test_an_area_that_leaves_the_pack_is_told_and_who_still_stands_there_is_reached() -> None:
    async def main(clock: VirtualClock) -> None:
        await clock.sleep(until_morning(clock))
        async with opened(clock) as store:
            await live(store, [resident(nth) for nth in range(PAGE + 20)])
            id = await begun(store, told(area=AREAS[0]))
            await store.write(lambda tx: Broadcasts(CITY).run(tx, clock.now()))
            moved = [resident(PAGE + nth, AREAS[1]) for nth in range(10)]
            await live(store, moved)
            smaller = replace(CITY, areas={code: area for code, area in CITY.areas.items() if code != AREAS[0]})
            assert not (await store.read(row(id, clock)))["area_gone"]
            assert (await store.read(row(id, clock, smaller)))["area_gone"]
            async with going(store, clock, Radio(clock, air_s=0.1), city=smaller):
                one = await until_over(store, clock, id)
            assert (one.stage, one.written) == (Stage.SENT, PAGE + 10)

    play(main)


def test_a_clock_that_steps_back_over_the_end_of_the_night_makes_no_double() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            await live(store, [resident(nth) for nth in range(3 * PAGE)])
            id, chore = await begun(store, told()), Broadcasts(CITY)
            dawn = next_turn(CITY, MORNING - timedelta(hours=6))
            steps = [(-1, 0), (0, 1), (-5, 1), (0, 2), (-60, 2), (-24 * 60 - 5, 2), (1, 3)]
            for minutes, pages in steps:
                at = dawn + timedelta(minutes=minutes)
                again = await store.write(lambda tx, at=at: chore.run(tx, at))  # type: ignore[misc]
                assert again is not None
                assert again == at if not is_quiet(CITY, at) else again > at
                assert (await known(store, id)).written == pages * PAGE
            reached = select(OUTBOUND.c.recipient)
            counted = Counter(await store.read(lambda tx: list(tx.execute(reached).scalars())))
            assert set(counted.values()) == {1}

    play(main)


@pytest.mark.parametrize("point", ["claim", "wire"])
@pytest.mark.parametrize("stopped", [True, False])
def test_what_a_kill_left_of_a_warning_is_said_once_more_unless_it_was_stopped(
    tmp_path: Path, point: str, stopped: bool
) -> None:
    async def main(clock: VirtualClock) -> None:
        store, radio, dead = await open_store(tmp_path / "k.db", clock, inline=True), Radio(clock), asyncio.Event()
        await live(store, [resident(nth) for nth in range(3)])
        id = await begun(store, told(What.WARNING, at=clock.now()))

        def crash(name: str) -> None:
            if name == point:
                dead.set()
                raise Crash

        async with going(store, clock, radio, crash=crash), clock.timeout(60.0):
            await dead.wait()
        await store.abandon()
        left = len(radio.sent)
        async with await open_store(tmp_path / "k.db", clock, inline=True) as store, going(store, clock, radio):
            await clock.sleep(0.5)
            if stopped:
                one = await known(store, id)
                await store.write(lambda tx: end(tx, one, "budi", "page", clock.now()))
            await clock.sleep(300.0)
            over = await known(store, id)
        again = [text for text in radio.texts if text.startswith("(ulang)")]
        if stopped:
            assert over.stage is Stage.STOPPED
            assert again == []
            assert len(radio.sent) <= left + 1, "the one on the air when it was stopped"
        else:
            assert (over.stage, over.ends) == (Stage.SENT, {"sent": 3, "unknown": 1})
            assert len(again) == 1

    play(main)


# -- STOP at the last moment


@pytest.mark.parametrize("first", ["stop", "claim"])
def test_stop_and_the_claim_have_an_order(first: str) -> None:
    """Either is before the other: who wrote STOP first has none, and one that was claimed first is on its way."""

    async def main(clock: VirtualClock) -> None:
        await clock.sleep(until_morning(clock))
        async with opened(clock) as store:
            await live(store, [resident(1)])
            id, chore, radio = await begun(store, told()), Broadcasts(CITY), Radio(clock, air_s=5.0)
            await store.write(lambda tx: chore.run(tx, clock.now()))
            out = partial(opt_out, number=number(1), channel="m1", sender="")
            if first == "stop":
                await store.write(out)
            async with going(store, clock, radio):
                await clock.sleep(1.0)
                if first == "claim":
                    await store.write(out)
                one = await until_over(store, clock, id)
            assert one.ends == ({"refused": 1} if first == "stop" else {"sent": 1})

    play(main)
