"""One outbox, several ways out: the loss of one is no letter's loss."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from config.clock import VirtualClock
from config.crash import no_crash
from config.settings_channels import SpendingSettings
from gateway.channel import Channel
from gateway.handing import TRIES
from gateway.messages import Inbound, Kind, Lane
from gateway.outbox import Outbox
from gateway.pulse import Part, Pulse, Status
from gateway.store import Store, Tx, cancel, put
from gateway.store.callbacks import opt_out
from gateway.store.ended import see_all
from gateway.store.inbound import add_letter
from gateway.store.outbound import OUTBOUND, repeat_key
from gateway.store.spending import Spent, ledger
from tests.gateway.room import BUDI, EPOCH, SITI, Radio, letter, opened, play, post, states

pytestmark = pytest.mark.either_engine

LATER = EPOCH + timedelta(days=2)


@contextlib.asynccontextmanager
async def sending(
    store: Store, clock: VirtualClock, *channels: Channel, spending: SpendingSettings | None = None
) -> AsyncIterator[tuple[Outbox, Pulse]]:
    pulse = Pulse(clock)
    zone = ZoneInfo("Asia/Jakarta")
    outbox = Outbox(store, channels, clock, no_crash, pulse, doubt_s=45.0, zone=zone, spending=spending)
    loop = asyncio.create_task(outbox.run())
    try:
        yield outbox, pulse
    finally:
        loop.cancel()
        await asyncio.wait([loop])


def shown(pulse: Pulse, kind: str) -> dict[str, Part]:
    return {part.name: part for part in pulse.parts() if part.kind == kind}


def bulk(count: int) -> list[str]:
    return [f"+62812{nth:08d}" for nth in range(count)]


# -- doubt


@pytest.mark.parametrize("moods", [("doubtful", "ok"), ("doubtful", "doubtful", "ok"), ("doubtful",) * 3])
def test_a_doubtful_emergency_goes_at_once_by_each_further_channel_and_once_each(moods: tuple[str, ...]) -> None:
    async def main(clock: VirtualClock) -> None:
        radios = [Radio(clock, name=f"m{nth}", mood=mood) for nth, mood in enumerate(moods)]
        if len(moods) > 2:
            radios[2].occupied = True  # so that the order is known
        radios[1].occupied = True
        async with opened(clock) as store, sending(store, clock, *radios) as (outbox, _):
            await post(store, outbox, letter("TOLONG"))
            await clock.sleep(0.1)
            for radio in radios:
                radio.occupied = False
            await clock.sleep(8)
            assert [radio.texts for radio in radios] == [["TOLONG"], *[["(ulang) TOLONG"]] * (len(moods) - 1)]
            await clock.sleep(3000)
            assert sum(len(radio.sent) for radio in radios) == len(moods)

    play(main)


def test_without_a_further_channel_it_goes_once_more_on_the_same_after_a_while() -> None:
    async def main(clock: VirtualClock) -> None:
        one, two = Radio(clock, name="m1", mood="doubtful"), Radio(clock, name="m2", well=False)
        async with opened(clock) as store, sending(store, clock, one, two) as (outbox, _):
            await post(store, outbox, letter("TOLONG"))
            await clock.sleep(40)
            assert one.texts == ["TOLONG"]
            await clock.sleep(15)
            assert one.texts == ["TOLONG", "(ulang) TOLONG"]
            two.well = True  # it came too late: one SMS more was promised, and one has left
            outbox.wake()
            await clock.sleep(3000)
            assert (len(one.sent), len(two.sent)) == (2, 0)

    play(main)


def test_a_further_channel_that_comes_back_meanwhile_takes_the_repeat_at_once() -> None:
    async def main(clock: VirtualClock) -> None:
        one, two = Radio(clock, name="m1", mood="doubtful"), Radio(clock, name="m2", well=False)
        async with opened(clock) as store, sending(store, clock, one, two) as (outbox, _):
            await post(store, outbox, letter("TOLONG"))
            await clock.sleep(10)
            two.well = True
            outbox.wake()
            await clock.sleep(2)
            assert two.texts == ["(ulang) TOLONG"]

    play(main)


def test_what_is_taken_back_is_not_repeated_by_any_further_channel() -> None:
    async def main(clock: VirtualClock) -> None:
        radios = [Radio(clock, name=f"m{nth}", mood="doubtful", air_s=5.0) for nth in range(3)]
        async with opened(clock) as store, sending(store, clock, *radios) as (outbox, _):
            await post(store, outbox, letter("TOLONG", key="k"))
            await clock.sleep(7)
            assert sum(len(radio.sent) for radio in radios) == 2
            await store.write(lambda tx: cancel(tx, ["k"]))
            await clock.sleep(3000)
            assert sum(len(radio.sent) for radio in radios) == 2

    play(main)


def test_the_keys_of_repeats_end() -> None:
    keys, key = [], "7/kept"
    while key := repeat_key(key):
        keys.append(key)
    assert keys[:3] == ["7/kept#ulang", "7/kept#ulang2", "7/kept#ulang3"]
    assert keys[-1] == "7/kept#ulang9"


# -- refused, busy


@pytest.mark.parametrize(("lane", "second"), [(Lane.EMERGENCY, "sent"), (Lane.SERVICE, "sent"), (Lane.BULK, "refused")])
def test_what_one_channel_refuses_another_may_take_but_bulk(lane: Lane, second: str) -> None:
    async def main(clock: VirtualClock) -> None:
        one, two = Radio(clock, name="m1", mood="refused"), Radio(clock, name="m2", occupied=True)
        async with opened(clock) as store, sending(store, clock, one, two) as (outbox, _):
            await post(store, outbox, letter("halo", lane=lane))
            await clock.sleep(30)
            assert (await states(store)) == {"halo": second}
            assert one.sent == []

    play(main)


def test_what_every_channel_refuses_is_refused() -> None:
    async def main(clock: VirtualClock) -> None:
        radios = [Radio(clock, name=f"m{nth}", mood="refused") for nth in range(3)]
        async with opened(clock) as store, sending(store, clock, *radios) as (outbox, _):
            await post(store, outbox, letter("halo"))
            await clock.sleep(30)
            assert (await states(store)) == {"halo": "refused"}

    play(main)


def test_an_emergency_that_came_back_from_one_channel_leaves_by_another_at_once() -> None:
    async def main(clock: VirtualClock) -> None:
        one, two = Radio(clock, name="m1", mood="busy"), Radio(clock, name="m2")
        async with opened(clock) as store, sending(store, clock, one, two) as (outbox, _):
            for nth in range(20):
                await post(store, outbox, letter(f"{nth}", f"+62812{nth:08d}"))
                await clock.sleep(2)
            assert len(two.texts) == 20

    play(main)


def test_a_modem_from_which_all_come_back_rests_burns_no_tries_and_is_used_again() -> None:
    async def main(clock: VirtualClock) -> None:
        radio = Radio(clock, mood="busy")
        async with opened(clock) as store, sending(store, clock, radio) as (outbox, pulse):
            many = [letter(f"{to}", to, lane=Lane.BULK, expires_at=LATER) for to in bulk(50)]
            await post(store, outbox, *many)
            await clock.sleep(3600)
            assert set((await states(store)).values()) == {"queued"}
            assert shown(pulse, "channel")["m1"].status is Status.DEGRADED
            assert sum(await store.read(_tries)) <= 3
            radio.mood = "ok"
            await clock.sleep(500)
            assert set((await states(store)).values()) == {"sent"}
            assert shown(pulse, "channel") == {}

    play(main)


def _tries(tx: Tx) -> list[int]:
    return [row.tries for row in tx.execute(OUTBOUND.select())]


def test_an_emergency_tries_a_resting_channel_where_there_is_no_other() -> None:
    async def main(clock: VirtualClock) -> None:
        radio = Radio(clock, mood="busy")
        async with opened(clock) as store, sending(store, clock, radio) as (outbox, _):
            await post(store, outbox, *(letter(to, to, lane=Lane.BULK, expires_at=LATER) for to in bulk(3)))
            await clock.sleep(600)
            radio.moods, radio.mood = [], "ok"
            await post(store, outbox, letter("TOLONG"))
            await clock.sleep(2)
            assert radio.texts[0] == "TOLONG"

    play(main)


@pytest.mark.parametrize("channels", [1, 2])
def test_one_dead_phone_holds_no_other_and_ends_dead_where_a_person_sees_it(channels: int) -> None:
    async def main(clock: VirtualClock) -> None:
        radios = [DeadPhone(clock, name=f"m{nth}") for nth in range(channels)]
        async with opened(clock) as store, sending(store, clock, *radios) as (outbox, pulse):
            dead = [letter(f"mati {nth}", SITI, lane=Lane.SERVICE, expires_at=LATER) for nth in range(5)]
            await post(store, outbox, *dead, *(letter(to, to, lane=Lane.SERVICE) for to in bulk(20)))
            await clock.sleep(90)
            assert sum(len(radio.sent) for radio in radios) == 20
            await clock.sleep(4 * 3600)
            found = await states(store)
            assert {found[f"mati {nth}"] for nth in range(5)} == {"dead"}
            assert all(radio.tried <= 5 * TRIES for radio in radios)
            part = shown(pulse, "letters")["letters"]
            assert part.status is Status.DEGRADED
            assert "5 dead" in part.detail
            await store.write(lambda tx: see_all(tx, clock.now()))
            await clock.sleep(20)
            assert shown(pulse, "letters")["letters"].status is Status.OK

    play(main)


class DeadPhone(Radio):
    """Nothing can be sent to SITI (+CMS ERROR 38)."""

    tried = 0

    async def send(self, letter: object, part: int, reference: int) -> str:
        from gateway.channel import Busy
        from gateway.messages import Outbound

        assert isinstance(letter, Outbound)
        if letter.to == SITI:
            self.tried += 1
            raise Busy("+CMS ERROR: 38")
        return await Radio.send(self, letter, part, reference)


# -- by which way


def test_a_reply_leaves_by_the_channel_its_letter_came_by() -> None:
    async def main(clock: VirtualClock) -> None:
        one, two = Radio(clock, name="m1"), Radio(clock, name="m2", price=500.0)
        async with opened(clock) as store, sending(store, clock, one, two) as (outbox, _):
            for channel, nth in (("m1", 1), ("m2", 2), ("gone", 3)):
                number = f"+62812000000{nth:02d}"
                came = await keep(store, channel, number)
                reply = letter(f"dari {channel}", number, lane=Lane.SERVICE, answers=came)
                await post(store, outbox, reply)
                await clock.sleep(5)
            assert (one.texts, two.texts) == (["dari m1", "dari gone"], ["dari m2"])
            two.well = False
            again = letter("lagi", "+6281200000002", lane=Lane.SERVICE, answers=2)
            await post(store, outbox, again)
            await clock.sleep(5)
            assert one.texts[-1] == "lagi"

    play(main)


async def keep(store: Store, channel: str, sender: str) -> int:
    """A letter that came by that channel; its id."""
    came = Inbound(
        id=0,
        channel=channel,
        kind=Kind.SMS,
        sender=sender,
        text="INFO",
        sent_at=None,
        received_at=EPOCH,
        external_id=f"{channel}{sender}",
    )
    return await store.write(lambda tx: add_letter(tx, came, urgent=False))


def test_bulk_keeps_off_the_only_modem_that_calls_and_emergencies_do_not() -> None:
    async def main(clock: VirtualClock) -> None:
        modem = Radio(clock, name="m1", calls=True)
        provider = Radio(clock, name="kannel", kind="provider", price=300.0, well=False)
        async with opened(clock) as store, sending(store, clock, modem, provider) as (outbox, _):
            await post(store, outbox, *(letter(to, to, lane=Lane.BULK, expires_at=LATER) for to in bulk(20)))
            await post(store, outbox, letter("TOLONG"), letter("jawab", BUDI, lane=Lane.SERVICE))
            await clock.sleep(3600)
            assert sorted(modem.texts) == ["TOLONG", "jawab"]
            provider.well = True
            outbox.wake()
            await clock.sleep(60)
            assert len(provider.texts) == 20

    play(main)


def test_who_opted_out_gets_no_bulk_and_everything_else() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store, sending(store, clock, Radio(clock)) as (outbox, pulse):
            await store.write(lambda tx: opt_out(tx, SITI, "kannel", ""))
            await post(store, outbox, *(letter(lane, lane=lane) for lane in Lane))
            await clock.sleep(30)
            assert (await states(store)) == {"emergency": "sent", "service": "sent", "bulk": "refused"}
            assert shown(pulse, "letters")["letters"].status is Status.OK, "nobody need see what a subscriber wished"

    play(main)


# -- money


def test_every_message_is_in_the_ledger_by_the_citys_day() -> None:
    async def main(clock: VirtualClock) -> None:  # begins at 19:00 in the city
        one, two = (
            Radio(clock, name="m1", price=350.0),
            Radio(clock, name="kannel", kind="provider", price=500.0, well=False),
        )
        async with opened(clock) as store, sending(store, clock, one, two) as (outbox, _):
            await post(store, outbox, letter("a" * 300), letter("b", BUDI, lane=Lane.SERVICE))
            await clock.sleep(10)
            one.well, two.well = False, True
            outbox.wake()
            await clock.sleep(5 * 3600)
            await post(store, outbox, letter("c", expires_at=LATER))
            await clock.sleep(10)
            lines = await store.read(lambda tx: ledger(tx, "2026-11-01"))
            assert list(lines) == [
                Spent(day="2026-11-21", channel="m1", lane="emergency", parts=2, air_s=2.0, cost=700.0),
                Spent(day="2026-11-21", channel="m1", lane="service", parts=1, air_s=1.0, cost=350.0),
                Spent(day="2026-11-22", channel="kannel", lane="emergency", parts=1, air_s=0.0, cost=500.0),
            ]

    play(main)


def test_a_ceiling_pauses_what_is_no_emergency_until_midnight_and_is_shown() -> None:
    async def main(clock: VirtualClock) -> None:
        radio = Radio(clock, price=350.0)
        limits = SpendingSettings(ceiling=1e6, ceilings=(("m1", 1200.0),))
        await clock.sleep(4 * 3600 + 1800)  # 23:30 in the city
        async with opened(clock) as store, sending(store, clock, radio, spending=limits) as (outbox, pulse):
            await post(store, outbox, *(letter(to, to, lane=Lane.SERVICE, expires_at=LATER) for to in bulk(10)))
            await clock.sleep(600)
            assert len(radio.texts) == 3
            assert shown(pulse, "spending")["m1"].status is Status.DEGRADED
            await post(store, outbox, *(letter(f"TOLONG {nth}", expires_at=LATER) for nth in range(5)))
            await clock.sleep(60)
            assert len(radio.texts) == 8, "an emergency has no ceiling"
            await clock.sleep(1000)
            assert len(radio.texts) == 8
            await clock.sleep(300)  # midnight
            assert len(radio.texts) == 11

    play(main)


def test_thousands_that_wait_for_another_channel_are_passed_by_in_small_steps() -> None:
    async def main(clock: VirtualClock) -> None:
        modem = Radio(clock, name="m1", calls=True)
        provider = Radio(clock, name="kannel", kind="provider", well=False, carries=lambda to, lane: to != SITI)
        async with opened(clock) as store, sending(store, clock, modem, provider) as (outbox, _):
            many = [letter(to, to, lane=Lane.BULK, expires_at=LATER) for to in bulk(2000)]
            await store.write(lambda tx: [put(tx, one) for one in many])
            last = letter("hanya lewat modem", SITI, lane=Lane.BULK, expires_at=LATER, channel="m1")
            await post(store, outbox, last)
            await clock.sleep(120)
            assert modem.texts == ["hanya lewat modem"]
            await post(store, outbox, letter("jawab", BUDI, lane=Lane.SERVICE))
            await clock.sleep(3)
            assert modem.texts[-1] == "jawab"

    play(main)


def test_with_its_ceiling_reached_a_channel_leaves_replies_to_another() -> None:
    async def main(clock: VirtualClock) -> None:
        cheap, dear = Radio(clock, name="m1", price=100.0), Radio(clock, name="m2", price=500.0)
        limits = SpendingSettings(ceilings=(("m1", 300.0),))
        async with opened(clock) as store, sending(store, clock, cheap, dear, spending=limits) as (outbox, _):
            for to in bulk(6):
                await post(store, outbox, letter(to, to, lane=Lane.SERVICE))
                await clock.sleep(4)
            assert (len(cheap.texts), len(dear.texts)) == (3, 3)

    play(main)


# -- an outage


def test_after_an_hour_without_any_channel_emergencies_go_first_and_nothing_is_lost_or_late() -> None:
    async def main(clock: VirtualClock) -> None:
        provider, modem = Radio(clock, name="kannel", kind="provider", well=False), Radio(clock, name="m1", well=False)
        async with opened(clock) as store, sending(store, clock, provider, modem) as (outbox, pulse):
            await post(
                store, outbox, *(letter(f"massal {to}", to, lane=Lane.BULK, expires_at=LATER) for to in bulk(500))
            )
            soon = EPOCH + timedelta(minutes=30)
            await post(store, outbox, letter("basi", BUDI, lane=Lane.SERVICE, expires_at=soon))
            until = EPOCH + timedelta(hours=3)
            await post(store, outbox, *(letter(f"TOLONG {nth}", bulk(10)[nth], expires_at=until) for nth in range(10)))
            await clock.sleep(3600)
            assert "1 expired" in shown(pulse, "letters")["letters"].detail
            provider.well = True
            outbox.wake()
            await clock.sleep(15)
            assert {f"TOLONG {nth}" for nth in range(10)} <= set(provider.texts)
            await clock.sleep(600)
            texts = provider.texts + modem.texts
            assert len(texts) == len(set(texts)) == 510
            assert "basi" not in texts
            assert all(tries == 0 for tries in await store.read(_tries))

    play(main)


def test_put_keeps_the_way_of_the_letter_that_is_answered() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            came = await keep(store, "kannel", SITI)
            await store.write(lambda tx: put(tx, letter("a", answers=came, lane=Lane.SERVICE)))
            await store.write(lambda tx: put(tx, letter("b", answers=999, lane=Lane.SERVICE)))
            await store.write(lambda tx: put(tx, letter("c", lane=Lane.SERVICE)))
            rows = await store.read(lambda tx: tx.execute(OUTBOUND.select().order_by(OUTBOUND.c.id)).all())
            assert [row.prefer for row in rows] == ["kannel", None, None]

    play(main)
