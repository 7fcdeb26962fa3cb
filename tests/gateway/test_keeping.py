"""What came in is kept: once, whatever it is, before anybody acknowledges it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.clock import VirtualClock
from gateway.inbox import Inbox
from gateway.messages import Inbound, Kind
from gateway.pulse import Pulse
from gateway.store import Store, StoreBroken, StoreFault, Tx
from gateway.store.inbound import INBOUND, RAW, add_letter
from modem.virtual import alphabet, tpdu
from tests.fixtures.engines import fill_disk
from tests.fixtures.whole import examples
from tests.gateway.room import (
    BUDI,
    EPOCH,
    IMSI,
    SITI,
    ZERO,
    Notebook,
    Waits,
    opened,
    pdus,
    play,
    reading,
    stored,
)

LONG = "TOLONG kebakaran besar di jalan kentang, " * 10  # three parts of GSM 7-bit
EMOJI = "api🔥" * 60  # pairs of surrogates that lie over the ends of parts
NAUGHTY = [
    "",
    "\x1a",
    "\x1b",
    "a\r\nb",
    "'; DROP TABLE inbound; --",
    '"',
    "*#06#",
    '=HYPERLINK("http://x")',
    "@£$¥èé",
    "\u202egnolot\u202c",
    "{kind} %s \\x00",
    "€^{}[]~|\\",
    "🔥🚑",
    "null",
    "x" * 160,
    "x" * 161,
    "y" * 306,
    "z" * 1530,
    "€" * 80,
    "é" * 70,
    "ж" * 71,
]


async def kept(store: Store) -> list[Inbound]:
    from gateway.store.inbound import letter_of

    return await store.read(lambda tx: [letter_of(row) for row in tx.execute(INBOUND.select().order_by(INBOUND.c.id))])


async def raw(store: Store) -> list[Any]:
    return await store.read(lambda tx: list(tx.execute(RAW.select().order_by(RAW.c.id)).all()))


def quiet(store: Store, clock: VirtualClock, *desks: Notebook) -> Inbox:
    """An inbox that keeps and does not read."""
    return Inbox(store, desks, clock, lambda point: None, Pulse(clock), waits=Waits())


def test_a_letter_is_kept_with_its_raw_message() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            (pdu,) = pdus("TOLONG RAMPOK")
            await quiet(store, clock).keep("m1", IMSI, stored(pdu))
            (letter,) = await kept(store)
            assert (letter.channel, letter.kind, letter.sender, letter.text) == ("m1", Kind.SMS, SITI, "TOLONG RAMPOK")
            assert letter.sent_at == letter.received_at == EPOCH
            (row,) = await raw(store)
            assert (row.pdu, row.imsi, row.fault) == (pdu, IMSI, None)

    play(main)


@pytest.mark.parametrize("inline", [False, True], ids=["thread", "inline"])
def test_a_batch_with_a_bad_pdu_between_good_ones_keeps_all(inline: bool) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock, inline=inline) as store:
            batch = [*pdus("satu"), "0791DEADBEEF", "", "not hex \udcff\0", "7" * 100_000, *pdus("dua", BUDI)]
            inbox = quiet(store, clock)
            for _ in range(3):  # the driver sweeps until they are deleted: they never loop
                await inbox.keep("m1", IMSI, stored(*batch))
            assert [letter.text for letter in await kept(store)] == ["satu", "dua"]
            bad = [row for row in await raw(store) if row.fault is not None]
            assert len(bad) == 4
            assert "0791DEADBEEF" in {row.pdu for row in bad}

    play(main)


@pytest.mark.parametrize(
    ("stamp", "gap", "letters"),
    [
        (EPOCH, timedelta(hours=23, minutes=59), 1),
        (EPOCH, timedelta(hours=24, minutes=1), 2),
        (EPOCH, timedelta(days=7), 2),
        (ZERO, timedelta(minutes=9), 1),
        (ZERO, timedelta(minutes=11), 2),
        (EPOCH - timedelta(days=3), timedelta(minutes=9), 1),
        (EPOCH - timedelta(days=3), timedelta(minutes=11), 2),
        (EPOCH + timedelta(days=3), timedelta(minutes=11), 2),
        (EPOCH - timedelta(hours=20), timedelta(minutes=11), 1),
    ],
    ids=["a day", "past a day", "a week", "zero 9", "zero 11", "old 9", "old 11", "future 11", "late 11"],
)
def test_an_equal_pdu_is_a_repeat_only_for_a_while(stamp: Any, gap: timedelta, letters: int) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            inbox = quiet(store, clock)
            (pdu,) = pdus("SOS", at=stamp)
            await inbox.keep("m1", IMSI, stored(pdu))
            await clock.sleep(gap.total_seconds())
            await inbox.keep("m1", IMSI, stored(pdu))
            await inbox.keep("m1", IMSI, stored(pdu))
            assert len(await kept(store)) == letters
            assert sum(row.repeats for row in await raw(store)) == 3 - letters

    play(main)


def test_the_window_counts_from_the_first_and_is_not_stretched_by_repeats() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            inbox = quiet(store, clock)
            for _ in range(6):
                await inbox.keep("m1", IMSI, stored(*pdus("SOS", at=ZERO)))
                await clock.sleep(240)
            assert len(await kept(store)) == 2

    play(main)


def test_the_same_words_of_another_sim_or_sender_are_another_letter() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            inbox = quiet(store, clock)
            await inbox.keep("m1", IMSI, stored(*pdus("SOS")))
            await inbox.keep("m2", "510010000000002", stored(*pdus("SOS")))
            await inbox.keep("m1", IMSI, stored(*pdus("SOS", BUDI)))
            assert len({letter.external_id for letter in await kept(store)}) == 3

    play(main)


@pytest.mark.parametrize("text", NAUGHTY, ids=range(len(NAUGHTY)))
def test_naughty_text_is_kept_as_it_was_written(text: str) -> None:
    async def main(clock: VirtualClock) -> None:
        desk = Notebook()
        async with opened(clock) as store, reading(store, clock, desk) as inbox:
            await inbox.keep("m1", IMSI, stored(*pdus(text)))
            await clock.sleep(1)
            whole = [letter.text for letter in desk.letters if letter.kind is Kind.SMS]
            assert whole == [text.replace("\x1a", "\x1a").replace("\0", "\ufffd")]

    play(main)


@settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.one_of(st.binary(max_size=200).map(bytes.hex), st.text(max_size=50)), max_size=8))
def test_no_bytes_whatever_stop_the_inbox(noise: list[str]) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            inbox = quiet(store, clock)
            await inbox.keep("m1", IMSI, stored(*noise, *pdus("SOS")))
            assert "SOS" in [letter.text for letter in await kept(store)]
            assert len(await raw(store)) == len({one.strip().upper() for one in noise}) + 1

    play(main)


def test_a_message_that_our_own_fault_keeps_from_being_read_is_kept_raw_and_stops_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def clumsy(tx: Tx, letter: Inbound, *, urgent: bool) -> int:
        if "rusak" in letter.text:
            raise ZeroDivisionError("a fault of ours")
        return add_letter(tx, letter, urgent=urgent)

    monkeypatch.setattr("gateway.keeping.add_letter", clumsy)

    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            inbox = quiet(store, clock)
            await inbox.keep("m1", IMSI, stored(*pdus("satu"), *pdus("rusak"), *pdus("dua")))
            assert [letter.text for letter in await kept(store)] == ["satu", "dua"]
            assert sorted(bool(row.fault) for row in await raw(store)) == [False, False, True]

    play(main)


@pytest.mark.parametrize(
    ("sender", "kept_as"),
    [
        ("+6281234567890", "+6281234567890"),
        ("081234567890", "+6281234567890"),
        ("6281234567890", "+6281234567890"),
        ("+15551234567", "+15551234567"),
        ("363", "363"),
        ("112", "112"),
        ("Telkomsel", "Telkomsel"),
    ],
)
def test_senders_are_kept_as_subscribers_or_as_they_came(sender: str, kept_as: str) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            await quiet(store, clock).keep("m1", IMSI, stored(*pdus("halo", sender)))
            assert [letter.sender for letter in await kept(store)] == [kept_as]

    play(main)


def test_a_name_that_looks_like_a_number_is_not_taken_for_it() -> None:
    name = "08123456789"  # anybody may buy such a name from a sender of bulk SMS
    (pdu,) = pdus("saya kapolres", "+628123456789")
    septets = alphabet.encode(name)
    assert septets is not None
    as_name = (bytes((20, 0xD0)) + alphabet.pack(septets)).hex().upper()
    as_number = tpdu.address("+628123456789").hex().upper()
    assert as_number in pdu

    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            await quiet(store, clock).keep("m1", IMSI, stored(pdu.replace(as_number, as_name)))
            assert [letter.sender for letter in await kept(store)] == [f'"{name}"']

    play(main)


# -- long letters


def test_each_part_is_read_at_once_and_the_whole_when_it_is_there() -> None:
    async def main(clock: VirtualClock) -> None:
        desk = Notebook()
        async with opened(clock) as store, reading(store, clock, desk) as inbox:
            first, second, third = pdus(LONG)
            await inbox.keep("m1", IMSI, stored(third))
            await clock.sleep(1)
            assert [(one.kind, one.text) for one in desk.letters] == [(Kind.PART, desk.letters[0].text)]
            assert desk.letters[0].text in LONG
            await inbox.keep("m1", IMSI, stored(first, second))
            await clock.sleep(1)
            assert [one.kind for one in desk.letters] == [Kind.PART] * 3 + [Kind.SMS]
            assert desk.letters[-1].text == LONG
            assert len({one.whole for one in desk.letters}) == 1
            await clock.sleep(600)
            assert len(desk.letters) == 4

    play(main)


def test_parts_are_joined_as_bytes() -> None:
    async def main(clock: VirtualClock) -> None:
        desk = Notebook()
        async with opened(clock) as store, reading(store, clock, desk) as inbox:
            await inbox.keep("m1", IMSI, stored(*reversed(pdus(EMOJI))))
            await clock.sleep(1)
            assert desk.letters[-1].text == EMOJI

    play(main)


def test_missing_parts_are_named_after_the_wait_and_a_late_one_completes_the_letter() -> None:
    async def main(clock: VirtualClock) -> None:
        desk = Notebook()
        async with opened(clock) as store, reading(store, clock, desk) as inbox:
            first, second, third = pdus(LONG)
            await inbox.keep("m1", IMSI, stored(first, third))
            await clock.sleep(89)
            assert [one.kind for one in desk.letters] == [Kind.PART] * 2
            await clock.sleep(3)
            assert desk.letters[-1].kind is Kind.SMS
            assert desk.letters[-1].text == f"{LONG[:153]} [2/3 hilang] {LONG[306:]}"
            await inbox.keep("m1", IMSI, stored(second))
            await clock.sleep(1)
            assert [one.kind for one in desk.letters[3:]] == [Kind.PART, Kind.SMS]
            assert desk.letters[-1].text == LONG

    play(main)


def test_a_restart_forgets_neither_parts_nor_their_wait() -> None:
    async def main(clock: VirtualClock) -> None:
        desk = Notebook()
        first = pdus(LONG)[0]
        async with opened(clock) as store:
            async with reading(store, clock, desk) as inbox:
                await inbox.keep("m1", IMSI, stored(first))
                await clock.sleep(1)
            await clock.sleep(300)
            async with reading(store, clock, desk):
                await clock.sleep(1)
                assert desk.letters[-1].text.endswith("[2/3 hilang] [3/3 hilang]")

    play(main)


def test_a_reference_used_again_begins_a_new_letter() -> None:
    async def main(clock: VirtualClock) -> None:
        desk = Notebook()
        async with opened(clock) as store, reading(store, clock, desk) as inbox:
            other = "lain sekali isi surat kedua ini, bukan? " * 10
            a, b = pdus(LONG), pdus(other, at=EPOCH + timedelta(seconds=50))
            await inbox.keep("m1", IMSI, stored(a[0], a[1], b[0], b[2], b[1], a[2]))
            await inbox.keep("m1", IMSI, stored(*pdus(LONG, at=EPOCH + timedelta(seconds=99))))
            await clock.sleep(1)
            assert sorted(one.text for one in desk.letters if one.kind is Kind.SMS) == sorted([LONG, other, LONG])

    play(main)


def test_a_part_sent_twice_by_the_network_counts_once() -> None:
    async def main(clock: VirtualClock) -> None:
        desk = Notebook()
        async with opened(clock) as store, reading(store, clock, desk) as inbox:
            first, second, third = pdus(LONG)
            again = pdus(LONG, at=EPOCH + timedelta(seconds=5))[0]
            await inbox.keep("m1", IMSI, stored(first, again, first, second, third))
            await clock.sleep(1)
            assert [one.text for one in desk.letters if one.kind is Kind.SMS] == [LONG]

    play(main)


def test_parts_a_day_apart_are_not_of_one_letter() -> None:
    async def main(clock: VirtualClock) -> None:
        desk = Notebook()
        first, second, third = pdus(LONG)
        async with opened(clock) as store:
            async with reading(store, clock, desk) as inbox:
                await inbox.keep("m1", IMSI, stored(first, second))
            await clock.sleep(86400 + 1)
            async with reading(store, clock, desk) as inbox:
                await inbox.keep("m1", IMSI, stored(third))
                await clock.sleep(200)
            wholes = [one.text for one in desk.letters if one.kind is Kind.SMS]
            assert len(wholes) == 2
            assert all("hilang" in text for text in wholes)

    play(main)


# -- calls, and a store that fails


def test_a_missed_call_is_one_letter_even_when_told_twice() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            inbox = quiet(store, clock)
            await inbox.missed("m1", "081234567890", clock.now())
            await inbox.missed("m1", "+6281234567890", clock.now())
            await inbox.missed("m1", None, clock.now())
            letters = await kept(store)
            assert [(one.kind, one.sender) for one in letters] == [(Kind.MISSED_CALL, SITI), (Kind.MISSED_CALL, "")]

    play(main)


def test_when_the_store_breaks_nothing_is_acknowledged_and_emergencies_are_called_out_once() -> None:
    async def main(clock: VirtualClock) -> None:
        stranded: list[Inbound] = []
        desk = Notebook(urgent=True, words=("TOLONG",))
        async with opened(clock) as store, reading(store, clock, desk, stranded=stranded.append) as inbox:
            await store.write(fill_disk)
            batch = stored(*pdus("TOLONG"), *pdus("x" * 159), *(pdu for n in range(40) for pdu in pdus(f"{n}" * 70)))
            with pytest.raises(StoreBroken):
                await inbox.keep("m1", IMSI, batch)
            with pytest.raises(StoreFault):
                await inbox.keep("m1", IMSI, batch)
            assert [one.text for one in stranded] == ["TOLONG"]
            assert await kept(store) == []

    play(main)
