"""USSD as its users meet it: on virtual time, with the real store."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from config.clock import VirtualClock
from config.gsm7 import septets
from gateway.callback import UssdEnded, UssdTurn
from gateway.store.people import find
from tests.gateway.room import BUDI, SITI, play
from tests.gateway.ussd_room import Handset, house

pytestmark = pytest.mark.either_engine

RESUME = "Lanjutkan yang tadi?\n1 Ya\n2 Menu awal\n3 Darurat"


def test_two_presses_raise_the_alarm_before_the_place_is_asked() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as room:
            phone = Handset(room)
            first = await phone.dial()
            assert (first.text, first.more) == ("Layanan\n1 Darurat\n2 Daftar\n3 Bacaan", True)
            await phone.press("1", "2")
            await clock.sleep(1)
            (cry,) = room.desk.letters
            assert (cry.text, cry.sender, cry.channel) == ("API", SITI, "africastalking")
            assert phone.told[-1].text == "Dicatat. Di mana?"
            end = await phone.press("Jl. Melati 3 * dekat masjid")
            assert (end.text, end.more) == ("Dicatat: 2/Jl. Melati 3 * dekat masjid", False)
            await clock.sleep(1)
            assert room.desk.texts == ["API", "Jl. Melati 3 * dekat masjid"]

    play(main)


@pytest.mark.parametrize("number", ["", "anonymous", "3344", "\x00\ud800", "+14155550100"])
def test_everybody_is_served_registered_or_not_hidden_or_not(number: str) -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as room:
            phone = Handset(room, number=number)
            await phone.dial()
            assert (await phone.press("1", "1")).more
            assert (await phone.press("simpang")).text.startswith("Dicatat:")
            assert await room.texts() == ["RAMPOK", "simpang"]

    play(main)


@pytest.mark.parametrize("dialled", ["1*2", "*384*1*2#", "1#*2#", "satu*dua", "01*02", "l*２", "1**2"])
def test_the_whole_path_at_once_and_odd_keys_raise_the_same_alarm(dialled: str) -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as room:
            assert (await Handset(room).dial(dialled)).text == "Dicatat. Di mana?"
            assert await room.texts() == ["API"]

    play(main)


def test_a_repeated_turn_gets_the_stored_answer_in_any_order_a_day_late_and_after_a_restart(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock, tmp_path, looping=False) as room:
            phone = Handset(room)
            await phone.dial()
            await phone.press("1", "2", "Jl. Melati")
            told = list(phone.told)
            paths = ["", "1", "1*2", "1*2*Jl. Melati"]
            for path, reply in reversed(list(zip(paths, told, strict=True))):
                assert await phone.post(path) == reply
            await clock.sleep(86400)
            for path, reply in zip(paths, told, strict=True):
                assert await phone.post(path) == reply
        async with house(clock, tmp_path) as room:
            phone.room = room
            for path, reply in zip(paths, told, strict=True):
                assert await phone.post(path) == reply
            assert await room.texts() == ["API", "Jl. Melati"]

    play(main)


def test_a_hundred_posts_of_one_turn_at_once_are_one_alarm() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as room:
            phone = Handset(room)
            replies = await asyncio.gather(*(phone.post("1*1") for _ in range(100)))
            assert len(set(replies)) == 1
            assert await room.texts() == ["RAMPOK"]

    play(main)


def test_two_sessions_interleaved_and_an_id_that_another_phone_has_do_not_touch() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as room:
            siti, budi = Handset(room), Handset(room, number=BUDI)
            other = Handset(room, channel="kannel")
            for phone in (siti, budi, other):
                assert (await phone.dial()).text.startswith("Layanan")
            assert (await siti.press("1")).text.startswith("1 RAMPOK")
            assert (await budi.press("2")).text == "Nama Anda?"
            assert (await siti.press("2")).text == "Dicatat. Di mana?"
            assert (await budi.press("Budi")).text.startswith("Kelurahan?")
            assert (await other.press("3")).text.startswith("Bab mana?")
            assert (await siti.press("sini")).text == "Dicatat: 2/sini"
            assert (await budi.press("2", "1")).text == "Terima kasih. Budi/2/1"

    play(main)


def test_a_path_that_does_not_go_on_is_another_session_under_the_same_id() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as room:
            phone = Handset(room)
            await phone.dial()
            await phone.press("1", "1", "sini")
            assert (await phone.dial("1*2")).text == "Dicatat. Di mana?"
            assert (await phone.press("sana")).text == "Dicatat: 2/sana"
            assert await room.texts() == ["API", "RAMPOK", "sana", "sini"]

    play(main)


def test_a_counter_used_again_raises_a_new_alarm() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as room:
            phone = Handset(room, session="4711")
            await phone.dial("1*1*sini")
            await clock.sleep(3600)
            await phone.dial("1*1*sini")
            assert await room.texts() == ["RAMPOK", "RAMPOK", "sini", "sini"]

    play(main)


def test_a_late_turn_changes_nothing() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as room:
            phone = Handset(room)
            assert (await phone.post("1*2")).text == "Dicatat. Di mana?"
            assert (await phone.post("1")).text == "Dicatat. Di mana?"
            assert (await phone.post("")).text == "Dicatat. Di mana?"
            assert (await phone.post("1*2*sini")).text == "Dicatat: 2/sini"
            assert await room.texts() == ["API", "sini"]

    play(main)


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize(
    "path", [("1", "2"), ("2",), ("2", "Siti"), ("2", "Siti", "0", "0"), ("2", "Siti", "3"), ("3",)]
)
def test_a_session_that_dropped_is_gone_on_with(path: tuple[str, ...], restarted: bool, tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock, tmp_path) as room:
            await (dropped := Handset(room)).dial()
            left = await dropped.press(*path)
            await room.ussd.ended("africastalking", UssdEnded(session="ATUid_1", number=SITI, said="Incomplete"))
            await clock.sleep(60)
            if not restarted:
                await _resumed(Handset(room, session="ATUid_2"), left.text)
        if restarted:
            async with house(clock, tmp_path) as room:
                await _resumed(Handset(room, session="ATUid_2"), left.text)

    play(main)


async def _resumed(phone: Handset, left: str) -> None:
    assert (await phone.dial()).text == RESUME
    assert (await phone.press("1")).text == left


def test_who_dials_again_reaches_the_menu_and_in_two_presses_the_alarm() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as room:
            await Handset(room).dial("2*Siti")
            menu = Handset(room, session="ATUid_2")
            await menu.dial()
            assert (await menu.press("2")).text.startswith("Layanan")
            await clock.sleep(30)
            await Handset(room, session="ATUid_3").dial("2*Siti")
            cry = Handset(room, session="ATUid_4")
            assert (await cry.dial()).text == RESUME
            assert (await cry.press("3", "1")).text == "Dicatat. Di mana?"
            assert await room.texts() == ["RAMPOK"]

    play(main)


def test_who_dials_the_whole_path_is_not_asked_whether_to_go_on() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as room:
            await Handset(room).dial("2*Siti")
            assert (await Handset(room, session="ATUid_2").dial("1*1")).text == "Dicatat. Di mana?"

    play(main)


def test_a_drop_at_the_question_itself_is_asked_again() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as room:
            await Handset(room).dial("2*Siti")
            for n in (2, 3):
                assert (await Handset(room, session=f"ATUid_{n}").dial()).text == RESUME
            last = Handset(room, session="ATUid_4")
            await last.dial()
            assert (await last.press("apa", "x")).text.startswith("Angka saja. Layanan")

    play(main)


@pytest.mark.parametrize("why", ["too long ago", "finished", "at the menu", "another phone", "hidden"])
def test_nobody_is_asked_to_go_on_where_there_is_nothing_of_his(why: str) -> None:
    async def main(clock: VirtualClock) -> None:
        number = "" if why == "hidden" else SITI
        paths = {"finished": "1*1*sini", "at the menu": ""}
        async with house(clock) as room:
            await Handset(room, number=number).dial(paths.get(why, "2*Siti"))
            await clock.sleep(901 if why == "too long ago" else 60)
            then = BUDI if why == "another phone" else number
            assert (await Handset(room, number=then, session="ATUid_2").dial()).text.startswith("Layanan")

    play(main)


def test_a_long_list_is_walked_in_pages() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as room:
            phone = Handset(room)
            first = await phone.dial("2*Siti")
            assert first.text.endswith("0 lanjut")
            seen = [first.text]
            while "0 lanjut" in seen[-1]:
                seen.append((await phone.press("0")).text)
            assert (await phone.press("0")).text == seen[-1], "beyond the last page is the last page"
            for page in reversed(seen[:-1]):
                assert (await phone.press("9")).text == page
            assert (await phone.press("17")).text.startswith("Benar?")
            assert all(septets(page) is not None and page.count("\n") < 7 for page in seen)
            assert all(f"\n{n} " in "\n".join(seen) for n in range(1, 21) if n != 9)
            assert (await phone.press("1")).text == "Terima kasih. Siti/17/1"
            found = await room.store.read(lambda tx: find(tx, SITI))
            assert found is not None
            assert (found.name, found.kelurahan, found.confirmed) == ("Siti", "17", False)

    play(main)


def test_the_ninth_of_a_long_menu_is_reached_by_its_own_digit_from_the_first_page() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as room:
            await Handset(room).dial("1*9")
            assert (await Handset(room, session="s2", number=BUDI).dial("1*0*09")).text == "Dicatat. Di mana?"
            assert await room.texts() == ["SOS", "SOS"]

    play(main)


def test_an_end_longer_than_a_page_is_read_to_its_end() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as room:
            phone = Handset(room)
            await phone.dial()
            end = await phone.press("3", "1")
            while end.more:
                assert "0 lanjut" in end.text
                end = await phone.press("0")
            assert end.text.endswith("9 kembali")
            assert await phone.press("0") == end, "after the end nothing more happens"

    play(main)


def test_a_provider_that_says_only_what_was_typed_now() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as room:
            first = UssdTurn(session="77", number=SITI, typed="*384#", code="*384#", turn="1", first=True)
            for turn, shown in (
                (first, "Layanan"),
                (first, "Layanan"),
                (replace(first, typed="1", turn="2", first=False), "1 RAMPOK"),
                (replace(first, typed="1", turn="3", first=False), "Dicatat. Di mana?"),
                (replace(first, typed="1", turn="3", first=False), "Dicatat. Di mana?"),
                (replace(first, typed="sini*sana", turn="4", first=False), "Dicatat: 1/sini*sana"),
            ):
                reply = await room.ussd.turn("kannel", turn)
                assert reply.text.startswith(shown)
            assert await room.texts() == ["RAMPOK", "sini*sana"]

    play(main)


def test_a_doubtful_request_shows_nothing_of_the_person_and_its_cry_is_marked() -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as room:
            await Handset(room).dial("2*Siti")
            forged = UssdTurn(session="ATUid_9", number=SITI, path="", doubts=("bad UTF-8",))
            assert (await room.ussd.turn("africastalking", forged)).text.startswith("Layanan")
            await room.ussd.turn("africastalking", replace(forged, path="1*1"))
            await clock.sleep(1)
            assert [one.doubt for one in room.desk.letters] == ["bad UTF-8"]

    play(main)


NAUGHTY = ["\x1a", "\x1b", "a\r\nb", '"; DROP TABLE talk; --', "*#06#", "=HYPERLINK()", "\x00", "\ud800", "\u202e",
           "1" * 5000, "*" * 500, "#", "1*" * 300, "👨‍👩‍👧", "ﷺ", "٣", "²", "^{}", "9" * 40, "0*0*0*9*9*9"]  # fmt: skip


@pytest.mark.parametrize("typed", NAUGHTY)
def test_nothing_that_is_typed_ends_in_a_fault(typed: str) -> None:
    async def main(clock: VirtualClock) -> None:
        async with house(clock) as room:
            for number, path in enumerate((typed, f"1*{typed}", f"1*1*{typed}", f"2*{typed}*{typed}", f"3*{typed}")):
                phone = Handset(room, session=typed + str(number), number=typed if number % 2 else SITI)
                reply = await phone.dial(path)
                assert septets(reply.text) is not None
                assert "BELUM TERCATAT" not in reply.text

    play(main)
