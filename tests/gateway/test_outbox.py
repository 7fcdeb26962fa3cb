"""Letters leave: urgent first, fair to each recipient, once each as far as anybody can know, and never too late."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from config.clock import VirtualClock
from config.crash import no_crash
from gateway.messages import Delivery, Lane, Receipt
from gateway.outbox import Outbox
from gateway.pulse import Pulse, Status, supervise
from gateway.store import StoreBroken, Tx, cancel, put
from gateway.store.claiming import Wish, claim
from gateway.store.ended import see_all, unseen
from gateway.store.listing import retry
from gateway.store.outbound import CONCAT, OUTBOUND
from gateway.store.receipts import add_receipt
from tests.fixtures.engines import open_store
from tests.gateway.room import (
    BUDI,
    EPOCH,
    SITI,
    Crash,
    Radio,
    letter,
    listed,
    opened,
    play,
    post,
    sending,
    states,
)

LONG = "panjang " * 50  # three parts


def test_the_same_key_is_the_same_letter() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store, sending(store, clock, radio := Radio(clock)) as outbox:
            first = await store.write(lambda tx: put(tx, letter(key="k")))
            again = await store.write(lambda tx: put(tx, letter("lain", key="k")))
            assert first == again
            outbox.wake()
            await clock.sleep(10)
            assert radio.texts == ["halo"]

    play(main)


def test_an_emergency_overtakes_a_thousand_letters_after_the_one_on_the_air() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store, sending(store, clock, radio := Radio(clock, air_s=3.0)) as outbox:
            bulk = [letter(f"massal {n}", f"+62812{n:08d}", lane=Lane.BULK) for n in range(1000)]
            await store.write(lambda tx: [put(tx, one) for one in bulk])
            outbox.wake()
            await clock.sleep(10)
            await post(store, outbox, letter("TOLONG"))
            at = clock.now()
            await clock.sleep(5)
            (sent_at,) = [when for text, _, _, when in radio.sent if text == "TOLONG"]
            assert sent_at - at <= timedelta(seconds=3)

    play(main)


def test_lanes_go_in_order_and_many_letters_to_one_delay_no_other() -> None:
    async def main(clock: VirtualClock) -> None:
        radio = Radio(clock, well=False)
        async with opened(clock) as store, sending(store, clock, radio) as outbox:
            await post(store, outbox, *(letter(f"siti {n}", SITI, lane=Lane.SERVICE) for n in range(50)))
            await post(store, outbox, letter("massal", "+6281300000009", lane=Lane.BULK))
            await post(store, outbox, letter("budi", BUDI, lane=Lane.SERVICE))
            radio.well = True
            outbox.wake()
            await clock.sleep(120)
            assert radio.texts[:3] == ["siti 0", "budi", "siti 1"]
            assert radio.texts[-1] == "massal"
            assert len(radio.texts) == 52

    play(main)


def test_nothing_is_sent_to_machines() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store, sending(store, clock, radio := Radio(clock)) as outbox:
            tos = (
                "363",
                "Telkomsel",
                '"+628123456789"',
                "",
                "112",
                "110",
                "+62",
                "*#06#",
                "+6281234567890;ATD1",
                "ATD1",
            )
            await post(store, outbox, *(letter(f"ke {to}", to) for to in tos))
            await clock.sleep(600)
            assert radio.sent == []
            assert set((await states(store)).values()) == {"refused"}

    play(main)


def test_a_letter_that_no_channel_may_carry_is_refused_in_words() -> None:
    async def main(clock: VirtualClock) -> None:
        calls_only = Radio(clock, carries=lambda to, lane: False)
        siti_only = Radio(clock, name="m2", carries=lambda to, lane: to == SITI)
        async with opened(clock) as store, sending(store, clock, calls_only, siti_only) as outbox:
            await post(store, outbox, letter("a", SITI), letter("b", BUDI))
            await clock.sleep(10)
            waits = "queued" if store.shared else "refused"  # another process may have a channel for it
            assert (await states(store)) == {"a": "sent", "b": waits}
            assert calls_only.sent == []

    play(main)


def test_busy_is_tried_again_and_burns_no_try_while_the_channel_is_down() -> None:
    async def main(clock: VirtualClock) -> None:
        radio = Radio(clock, moods=["busy"] * 3)
        async with opened(clock) as store, sending(store, clock, radio) as outbox:
            await post(store, outbox, letter("a"), letter("b", lane=Lane.BULK, expires_at=EPOCH + timedelta(days=3)))
            radio.well = False
            await clock.sleep(2 * 3600)
            assert (await states(store))["b"] == "queued"
            assert await store.read(_tries) in ([0, 0], [1, 1])
            radio.well = True
            outbox.wake()
            await clock.sleep(30)
            assert (await states(store)) == {"a": "expired", "b": "sent"}

    play(main)


def _tries(tx: Tx) -> list[int]:
    return [row.tries for row in tx.execute(OUTBOUND.select().order_by(OUTBOUND.c.id))]


def test_a_busy_channel_that_is_well_ends_bulk_dead_and_an_emergency_only_by_its_expiry() -> None:
    async def main(clock: VirtualClock) -> None:
        radio = Radio(clock, mood="busy")
        async with opened(clock) as store, sending(store, clock, radio) as outbox:
            await post(store, outbox, letter("a"), letter("b", lane=Lane.BULK, expires_at=EPOCH + timedelta(days=1)))
            await clock.sleep(3000)
            assert (await states(store)) == {"a": "queued", "b": "dead"}
            await clock.sleep(700)
            assert (await states(store))["a"] == "expired"

    play(main)


def test_refused_is_not_tried_again() -> None:
    async def main(clock: VirtualClock) -> None:
        radio = Radio(clock, moods=["refused"])
        async with opened(clock) as store, sending(store, clock, radio) as outbox:
            await post(store, outbox, letter("a"))
            await clock.sleep(600)
            assert (await states(store), radio.sent) == ({"a": "refused"}, [])

    play(main)


@pytest.mark.parametrize("mood", ["doubtful", "broken"])
def test_a_doubtful_emergency_is_unknown_and_repeated_once_marked_so(mood: str) -> None:
    async def main(clock: VirtualClock) -> None:
        radio = Radio(clock, mood=mood)
        async with opened(clock) as store, sending(store, clock, radio) as outbox:
            await post(store, outbox, letter("a"), letter("b", lane=Lane.SERVICE))
            await clock.sleep(3000)
            assert sorted(radio.texts) == ["(ulang) a", "a", "b"]
            assert (await states(store)) == {"a": "unknown", "(ulang) a": "unknown", "b": "unknown"}
            (first, again) = [when for text, _, _, when in radio.sent if text.endswith("a")]
            assert again - first >= timedelta(seconds=45)

    play(main)


@pytest.mark.parametrize("seen", [False, True])
def test_a_letter_of_which_nobody_knows_and_that_nothing_repeats_is_shown_until_a_person_has_seen_it(
    seen: bool,
) -> None:
    async def main(clock: VirtualClock) -> None:
        radio = Radio(clock, mood="doubtful")
        async with opened(clock) as store, sending(store, clock, radio) as outbox:
            await post(store, outbox, letter("a"), letter("b", lane=Lane.SERVICE))
            await clock.sleep(3000)
            assert [one.text for one in await listed(store, "unseen")] == ["b", "(ulang) a"]
            assert "2 unknown" in await store.read(unseen)
            if seen:
                assert await store.write(lambda tx: see_all(tx, clock.now())) == 2
            else:
                radio.mood = "ok"
                for one in await listed(store, "unseen"):
                    assert await store.write(lambda tx, one=one: retry(tx, one.id))  # type: ignore[misc]
                outbox.wake()
                await clock.sleep(60)
            assert (await listed(store, "unseen"), await store.read(unseen)) == ([], "")

    play(main)


def test_a_store_that_broke_does_not_hold_up_the_stop() -> None:
    async def main(clock: VirtualClock) -> None:
        class Broken:
            shared = False

            async def write(self, work: object) -> None:
                raise StoreBroken("the disk is full")

            read = write

        outbox = Outbox(Broken(), [Radio(clock)], clock, no_crash, Pulse(clock), doubt_s=45.0)  # type: ignore[arg-type]
        loop = asyncio.create_task(supervise("outbox", outbox.run, clock))
        await clock.sleep(5)
        outbox.stop()
        async with clock.timeout(2):
            await loop

    play(main)


def test_nothing_leaves_after_its_time() -> None:
    async def main(clock: VirtualClock) -> None:
        radio = Radio(clock, well=False)
        async with opened(clock) as store, sending(store, clock, radio) as outbox:
            await post(store, outbox, letter("lama", expires_at=EPOCH + timedelta(seconds=61)), letter("baru"))
            await clock.sleep(62)  # the letter is over, and the loop that says so has not looked yet
            assert (await states(store))["lama"] == "queued"
            radio.well = True
            outbox.wake()
            await clock.sleep(60)
            assert (await states(store), radio.texts) == ({"lama": "expired", "baru": "sent"}, ["baru"])

    play(main)


def test_a_letter_whose_time_is_over_cannot_even_be_claimed() -> None:
    async def main(clock: VirtualClock) -> None:
        everything = Wish(
            channel="m1",
            least=0,
            most=2,
            takes=lambda errand: True,
            ever=lambda letter, without: True,
            parts=lambda letter: 1,
        )
        async with opened(clock) as store:
            await store.write(lambda tx: put(tx, letter("lama", expires_at=EPOCH + timedelta(seconds=5))))
            await clock.sleep(5)
            assert await store.write(lambda tx: claim(tx, everything)) is None
            await store.write(lambda tx: put(tx, letter("baru")))
            claimed = await store.write(lambda tx: claim(tx, everything))
            assert claimed is not None
            assert claimed.letter.text == "baru"

    play(main)


def test_what_is_cancelled_in_time_does_not_leave() -> None:
    async def main(clock: VirtualClock) -> None:
        radio = Radio(clock, air_s=5.0)
        async with opened(clock) as store, sending(store, clock, radio) as outbox:
            await post(store, outbox, letter("a", key="a"), letter("b", key="b"), letter("c", key="c"))
            await clock.sleep(1)
            assert await store.write(lambda tx: cancel(tx, ["a", "b", "zzz"])) == 1
            await clock.sleep(60)
            assert (await states(store)) == {"a": "sent", "b": "cancelled", "c": "sent"}

    play(main)


def test_what_is_taken_back_is_neither_tried_again_nor_repeated() -> None:
    async def main(clock: VirtualClock) -> None:
        radio = Radio(clock, air_s=5.0, mood="doubtful")
        async with opened(clock) as store, sending(store, clock, radio) as outbox:
            await post(store, outbox, letter("a", key="a"), letter("b", key="b"))
            await clock.sleep(7)  # the first is in doubt and would be repeated, the second is on the air
            assert (await states(store)) == {"a": "unknown", "(ulang) a": "queued", "b": "doing"}
            await store.write(lambda tx: cancel(tx, ["a", "b"]))
            await clock.sleep(3000)
            assert radio.texts == ["a", "b"]
            assert (await states(store)) == {"a": "unknown", "(ulang) a": "cancelled", "b": "unknown"}

    play(main)


# -- long letters


def test_the_parts_of_a_long_letter_share_a_reference_kept_over_restarts(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        radio = Radio(clock)
        for turn in range(2):
            async with opened(clock, tmp_path / "k.db") as store, sending(store, clock, radio) as outbox:
                await post(store, outbox, letter(LONG, key=f"{turn}"), letter(LONG, BUDI, key=f"b{turn}"))
                await clock.sleep(30)
                assert set((await states(store)).values()) == {"sent"}
        references = [reference for _, part, reference, _ in radio.sent if part == 0]
        assert sorted(references) == [1, 1, 2, 2]
        assert all(reference for _, _, reference, _ in radio.sent)
        assert sorted(part for _, part, _, _ in radio.sent) == sorted([0, 1, 2] * 4)

    play(main)


def test_the_reference_counter_goes_round_without_zero() -> None:
    async def main(clock: VirtualClock) -> None:
        radio = Radio(clock)
        async with opened(clock) as store, sending(store, clock, radio) as outbox:
            await store.write(lambda tx: tx.execute(CONCAT.insert().values(recipient=SITI, last=65535)))
            await post(store, outbox, letter(LONG))
            await clock.sleep(10)
            assert {reference for _, _, reference, _ in radio.sent} == {1}

    play(main)


def test_after_busy_in_the_middle_only_the_missing_parts_are_sent() -> None:
    async def main(clock: VirtualClock) -> None:
        radio = Radio(clock, moods=["ok", "busy", "ok", "busy", "busy"])
        async with opened(clock) as store, sending(store, clock, radio) as outbox:
            await post(store, outbox, letter(LONG))
            await clock.sleep(60)
            assert [part for _, part, _, _ in radio.sent] == [0, 1, 2]

    play(main)


def test_a_long_letter_stays_with_its_channel_unless_it_is_an_emergency_and_the_channel_is_lost() -> None:
    async def main(clock: VirtualClock) -> None:
        first, second = Radio(clock, air_s=5.0), Radio(clock, name="m2", well=False, air_s=5.0)
        async with opened(clock) as store, sending(store, clock, first, second) as outbox:
            await post(store, outbox, letter(LONG), letter("massal " + LONG, BUDI, lane=Lane.BULK))
            await clock.sleep(6)
            first.well, second.well = False, True
            outbox.wake()
            await clock.sleep(60)
            assert [part for text, part, _, _ in second.sent if text == LONG] == [0, 1, 2]
            assert not [text for text, *_ in second.sent if text.startswith("massal")]
            first.well = True
            outbox.wake()
            await clock.sleep(60)
            assert [part for text, part, _, _ in first.sent if text.startswith("massal")] == [0, 1, 2]

    play(main)


# -- receipts


def receipt(reference: str, delivery: Delivery, clock: VirtualClock, to: str = SITI) -> Receipt:
    return Receipt(channel="m1", reference=reference, to=to, delivery=delivery, at=clock.now())


@pytest.mark.parametrize("early", [False, True])
def test_reports_are_joined_whichever_comes_first(early: bool) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:

            async def told(reference: str, to: str) -> None:
                said = receipt(reference, Delivery.DELIVERED, clock, to)
                await store.write(lambda tx: add_receipt(tx, said, clock.now()))

            radio = Radio(clock, before_return=told if early else None)
            async with sending(store, clock, radio) as outbox:
                await post(store, outbox, letter("a"))
                await clock.sleep(5)
                if not early:
                    await told("1", SITI)
                assert (await states(store)) == {"a": "delivered"}

    play(main)


def test_a_report_of_another_number_an_old_reference_or_a_network_still_trying_changes_nothing() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            async with sending(store, clock, Radio(clock)) as outbox:
                await post(store, outbox, letter("a"))
                await clock.sleep(5)
            for said in (
                receipt("1", Delivery.DELIVERED, clock, BUDI),
                receipt("9", Delivery.FAILED, clock),
                receipt("1", Delivery.TRYING, clock),
            ):
                await store.write(lambda tx, said=said: add_receipt(tx, said, clock.now()))  # type: ignore[misc]
            assert (await states(store)) == {"a": "sent"}
            await clock.sleep(8 * 86400)
            await store.write(lambda tx: add_receipt(tx, receipt("1", Delivery.FAILED, clock), clock.now()))
            assert (await states(store)) == {"a": "sent"}

    play(main)


def test_a_long_letter_is_delivered_when_every_part_is_and_failed_when_one_is() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store, sending(store, clock, Radio(clock)) as outbox:
            await post(store, outbox, letter(LONG), letter(LONG + "x", BUDI))
            await clock.sleep(60)
            for reference in ("1", "2", "3"):
                assert (await states(store))[LONG] == "sent"
                said = receipt(reference, Delivery.DELIVERED, clock)
                await store.write(lambda tx, said=said: add_receipt(tx, said, clock.now()))  # type: ignore[misc]
            await store.write(lambda tx: add_receipt(tx, receipt("5", Delivery.FAILED, clock, BUDI), clock.now()))
            assert (await states(store)) == {LONG: "delivered", LONG + "x": "failed"}

    play(main)


# -- crashes and ends


@pytest.mark.parametrize("lane", list(Lane))
@pytest.mark.parametrize(("point", "first"), [("claim", 0), ("wire", 1), ("settle", 1)])
def test_after_a_crash_at_each_point_a_letter_arrives_and_at_most_twice_and_one_in_bulk_at_most_once(
    tmp_path: Path, point: str, first: int, lane: Lane
) -> None:
    async def main(clock: VirtualClock) -> None:
        def crash(passed: str) -> None:
            if passed == point:
                raise Crash(point)

        radio = Radio(clock)
        store = await open_store(tmp_path / "k.db", clock, inline=True)
        await store.write(lambda tx: put(tx, letter("a", lane=lane)))
        outbox = Outbox(store, [radio], clock, crash, Pulse(clock), doubt_s=45.0)
        with pytest.raises(Crash):
            await outbox.run()
        await store.abandon()
        assert len(radio.sent) == first
        async with opened(clock, tmp_path / "k.db") as store, sending(store, clock, radio):
            await clock.sleep(120)
            again = [] if point == "settle" or lane is Lane.BULK else ["(ulang) a"]
            assert radio.texts == ["a"] * first + again
            assert set((await states(store)).values()) <= {"sent", "unknown"}

    play(main)


def test_stop_finishes_what_is_on_the_wire() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            radio = Radio(clock, air_s=5.0)
            outbox = Outbox(store, [radio], clock, lambda point: None, Pulse(clock), doubt_s=45.0)
            loop = asyncio.create_task(outbox.run())
            await post(store, outbox, letter("a"), letter("b"))
            await clock.sleep(1)
            outbox.stop()
            await loop
            assert (await states(store)) == {"a": "sent", "b": "queued"}

    play(main)


def test_a_letter_taken_back_from_a_slow_channel_is_not_settled_by_it() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store, sending(store, clock, Radio(clock, air_s=30.0)) as outbox:
            await post(store, outbox, letter("a"))
            await clock.sleep(1)
            await store.write(lambda tx: tx.execute(OUTBOUND.update().values(state="cancelled", fence=9)))
            await clock.sleep(60)
            assert (await states(store)) == {"a": "cancelled"}

    play(main)


def test_two_channels_share_the_work_and_each_sends_one_ordinary_letter_at_a_time() -> None:
    async def main(clock: VirtualClock) -> None:
        radios = [Radio(clock, name=f"m{n}", air_s=3.0) for n in range(2)]
        async with opened(clock) as store, sending(store, clock, *radios) as outbox:
            await post(store, outbox, *(letter(f"{n}", f"+62812{n:08d}", lane=Lane.BULK) for n in range(20)))
            await clock.sleep(3 * 11)
            assert [radio.most_on_air for radio in radios] == [1, 1]
            assert sorted(text for radio in radios for text in radio.texts) == sorted(str(n) for n in range(20))

    play(main)


@pytest.mark.parametrize("lane", [Lane.EMERGENCY, Lane.SERVICE])
def test_a_letter_does_not_wait_behind_a_call_while_another_channel_is_free(lane: Lane) -> None:
    async def main(clock: VirtualClock) -> None:
        one, two = Radio(clock, name="m1", occupied=True), Radio(clock, name="m2")
        async with opened(clock) as store, sending(store, clock, one, two) as outbox:
            for n in range(3):
                await post(store, outbox, letter(f"surat {n}", key=f"{n}", lane=lane))
            await clock.sleep(10)
            assert (len(one.sent), len(two.sent)) == (0, 3)
            two.occupied = True  # then either may have it: the modem's own queue decides
            await post(store, outbox, letter("lagi", key="lagi", lane=lane))
            await clock.sleep(10)
            assert len(one.sent) + len(two.sent) == 4
            one.occupied, two.well = True, False
            await post(store, outbox, letter("akhirnya", key="akhirnya", lane=lane))
            await clock.sleep(10)
            assert "akhirnya" in one.texts

    play(main)


def test_the_outbox_beats_and_a_stuck_channel_is_seen() -> None:
    async def main(clock: VirtualClock) -> None:
        pulse = Pulse(clock)
        async with opened(clock) as store:
            outbox = Outbox(store, [Radio(clock, air_s=5000)], clock, lambda point: None, pulse, doubt_s=45.0)
            loop = asyncio.create_task(outbox.run())
            await post(store, outbox, letter("a", expires_at=EPOCH + timedelta(days=1)))
            await clock.sleep(2000)
            assert pulse.beating("outbox", "outbox m1 ordinary")
            failed = [part.name for part in pulse.parts() if part.status is Status.FAILED]
            assert failed == ["outbox m1 urgent"]
            loop.cancel()
            await asyncio.wait([loop])

    play(main)


@pytest.mark.either_engine
def test_10000_queued_letters_do_not_slow_an_emergency() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            many = [letter(f"{n}", f"+62812{n % 3000:08d}", lane=Lane.BULK, key=f"k{n}") for n in range(10_000)]
            await store.write(lambda tx: [put(tx, one) for one in many])
            plan = await store.read(_plan)
            assert "ix_outbound_turn" in plan
            assert "TEMP B-TREE" not in plan
            assert "Sort" not in plan
            radio = Radio(clock)
            async with sending(store, clock, radio) as outbox:
                await post(store, outbox, letter("TOLONG"))
                await clock.sleep(1)
                assert "TOLONG" in radio.texts[:2]
            assert len(await listed(store, "queued")) > 9_900

    play(main)


def _plan(tx: Tx) -> str:
    from gateway.store.claiming import _QUEUED

    query = str(_QUEUED.compile(tx.engine, compile_kwargs={"render_postcompile": True}))
    if tx.dialect.name == "postgresql":
        rows = tx.exec_driver_sql(f"EXPLAIN {query}", (0, 0, EPOCH, 50, 0))
    else:
        rows = tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", (0, 0, EPOCH.isoformat(), EPOCH.isoformat(), 50, 0))
    return " ".join(str(row) for row in rows.all())
