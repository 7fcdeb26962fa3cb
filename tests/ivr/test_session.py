"""A call's conversation: each turn is kept before it is spoken, done once, and survives whatever happens to us."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update

from gateway.store import StoreBusy, Tx
from gateway.store.forgetting import forget_person
from ivr.events import End, Event, Hold, Joined, Listen, Pressed, Record, Recorded, Silence
from ivr.recordings import KEPT_DAYS as RECORDINGS_KEPT_DAYS
from ivr.store import CALLS, RECORDINGS, calls_about
from ivr.switchboard import KEPT_DAYS
from tests.fixtures.engines import open_store
from tests.ivr.talks import OFFICER, Counting, Room, did, play, spoken

pytestmark = pytest.mark.both_engines


class Crash(BaseException):
    """The program dies here."""


PATH: tuple[Event, ...] = (Pressed("8"), Pressed("1"), Recorded("rec"))
ENDS = ["Tersimpan."]


def test_a_key_is_done_and_kept_before_it_is_spoken_of() -> None:
    async def scene(room: Room) -> None:
        call = room.call()
        first = await call.begin("one")
        assert spoken(first)[0] == "Kebakaran di Paya Roba."
        assert first.then == Listen(keys="1234567*", timeout_s=4)
        assert room.bells == []
        turn = await call.take(first.seq, Pressed("1"))
        assert spoken(turn) == ["Diterima oleh Rizal.", "Bicaralah."]
        assert isinstance(turn.then, Record)
        assert await room.did() == ["accept|1/call/1|2.0"]
        assert room.bells == ["done"]
        act, asked = room.hands.seen[0]
        assert (act, asked.about, asked.leg, asked.number, asked.fields["place"]) == (
            *("accept", "1/call", "one", OFFICER),
            "Paya Roba",
        )

    play(scene)


def test_what_was_said_on_both_sides_is_kept_with_the_call() -> None:
    async def scene(room: Room) -> None:
        call = room.call()
        turn = await call.begin("one")
        turn = await call.take(turn.seq, Pressed("1"))
        await call.take(turn.seq, Recorded("abc"))
        (row,) = await room.store.read(lambda tx: calls_about(tx, "1/call"))
        assert [(one.by, one.words) for one in row.said if "tekan" not in one.words] == [
            ("us", "Kebakaran di Paya Roba."),
            ("them", "1"),
            ("us", "Diterima oleh Rizal."),
            ("us", "Bicaralah."),
            ("them", "recording abc"),
            ("us", "Tersimpan."),
        ]
        assert row.ended_at is not None
        assert not call.live

    play(scene)


def test_the_same_turn_posted_again_gets_the_same_answer_and_does_nothing_twice() -> None:
    async def scene(room: Room) -> None:
        call = room.call()
        first = await call.begin("one")
        once = await call.take(first.seq, Pressed("1"))
        assert await call.take(first.seq, Pressed("1")) == once
        assert await call.take(first.seq, Silence()) == once  # an older turn: where the call stands now
        assert await call.take(99, Pressed("1")) == once
        assert await room.did() == ["accept|1/call/1|2.0"]

    play(scene)


@pytest.mark.parametrize("nth", range(1, 5))
def test_a_crash_after_any_turn_forgets_nothing_and_repeats_nothing(nth: int) -> None:
    left = nth

    def crash(point: str) -> None:
        nonlocal left
        left -= point == "turn"
        if left == 0:
            raise Crash

    async def scene(room: Room) -> None:
        call, leg = room.call(), "one"
        turn: Any = None
        heard: list[str] = []
        for event in (None, *PATH):
            try:
                turn = await (call.begin(leg) if event is None else call.take(turn.seq, event))
            except Crash:
                await room.crashed(crash)
                call, leg = room.call(), "two"
                turn = await call.begin(leg)
            heard += spoken(turn)
        assert [one.split("|")[0] for one in await room.did()] == ["accept"]
        assert isinstance(turn.then, End)
        if nth < 4:
            assert heard[-1:] == ENDS
        assert len(await room.rows(select(CALLS))) == 1

    play(scene, crash)


@pytest.mark.parametrize("nth", range(4))
def test_a_crash_in_the_middle_of_any_turn_leaves_it_undone_and_it_is_done_when_asked_again(nth: int) -> None:
    async def scene(room: Room) -> None:
        call = room.call()
        turn = await call.begin("one")
        events: list[Event] = [*PATH]
        for n, event in enumerate(events):
            if n == nth:
                await room.store.abandon()  # nothing more is committed
                away = await call.take(turn.seq, event)
                assert spoken(away) == ["Maaf, ada gangguan. Belum tercatat."]
                room.store = await open_store(room.folder / "k.db", room.clock)
                room.connect()
                call = room.call()
                turn = await call.begin("two")
            turn = await call.take(turn.seq, event)
        assert spoken(turn) == ENDS
        assert [one.split("|")[0] for one in await room.did()] == ["accept"]

    play(scene)


def test_a_second_leg_begins_where_the_call_stood_and_says_it_once_more() -> None:
    async def scene(room: Room) -> None:
        call = room.call()
        first = await call.begin("one")
        turn = await call.take(first.seq, Pressed("1"))
        again = await call.begin("two")
        assert spoken(again) == ["Bicaralah."]
        assert again.seq == turn.seq + 1
        assert await call.take(first.seq, Pressed("2")) == again
        assert len(await room.did()) == 1

    play(scene)


@pytest.mark.parametrize("key", ["5", "6", "7"])
def test_a_fault_of_ours_undoes_the_turn_and_the_flow_apologises_and_ends(
    key: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene(room: Room) -> None:
        call = room.call()
        turn = await call.take((await call.begin("one")).seq, Pressed(key))
        assert spoken(turn) == ["Maaf, ada gangguan. Belum tercatat."]
        assert turn.then == End()
        assert await room.did() == []
        assert not call.live
        assert "failed at" in caplog.text

    play(scene)


def test_a_store_that_is_away_apologises_and_keeps_nothing_and_the_call_goes_on_when_it_is_back() -> None:
    async def scene(room: Room) -> None:
        call = room.call()
        turn = await call.begin("one")
        write = room.store.write

        async def away(work: Any) -> Any:
            raise StoreBusy("the server is away")

        room.store.write = away  # type: ignore[method-assign]
        sorry = await call.take(turn.seq, Pressed("1"))
        assert (spoken(sorry), sorry.then) == (["Maaf, ada gangguan. Belum tercatat."], End())
        await call.over("hung up")
        room.store.write = write  # type: ignore[method-assign]
        assert await room.did() == []
        turn = await call.take(turn.seq, Pressed("1"))
        assert "Diterima oleh Rizal." in spoken(turn)

    play(scene)


def test_a_store_that_never_answers_leaves_nobody_on_a_silent_line() -> None:
    async def scene(room: Room) -> None:
        call = room.call()

        async def stuck(work: Any) -> Any:
            await room.clock.sleep(3600)

        room.store.write = stuck  # type: ignore[method-assign]
        before = room.clock.monotonic()
        assert (await call.begin("one")).then == End()
        assert room.clock.monotonic() - before <= 10

    play(scene)


def test_a_prompt_whose_field_is_missing_is_left_out_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def scene(room: Room) -> None:
        first = await room.call().begin("one")
        assert not any("Ini" in words for words in spoken(first))
        assert "'gap' cannot be said" in caplog.text
        full = await room.call(key="2", missing="semua").begin("one")
        assert "Ini semua." in spoken(full)
        empty = await room.call(key="3", missing=" ").begin("one")
        assert not any("Ini" in words for words in spoken(empty))

    play(scene)


def test_a_key_that_comes_after_the_hanging_up_still_counts() -> None:
    async def scene(room: Room) -> None:
        call = room.call()
        turn = await call.begin("one")
        await call.over("hung up")
        assert not call.live
        await call.take(turn.seq, Pressed("1"))
        assert len(await room.did()) == 1
        (row,) = await room.rows(select(CALLS))
        assert (row.why, row.ended_at is not None) == ("hung up", True)
        assert (await call.begin("two")).then == End()

    play(scene)


def test_a_dialogue_is_spoken_and_its_screen_survives_a_crash() -> None:
    async def scene(room: Room) -> None:
        call = room.call()
        turn = await call.take((await call.begin("one")).seq, Pressed("2"))
        assert spoken(turn)[:2] == ["Poli mana?", "Umum, tekan 1."]
        await room.crashed()
        call = room.call()
        assert spoken(await call.begin("one"))[0] == "Poli mana?"
        turn = await call.take(3, Pressed("1"))
        assert spoken(turn) == ["Tiket 1.", "Tersimpan."]
        assert [one.split("|")[0] for one in await room.did()] == ["talk.begin", "talk.step"]

    play(scene)


def test_a_held_call_asks_again_and_again_and_goes_on_when_it_was_joined() -> None:
    async def scene(room: Room) -> None:
        call = room.call()
        turn = await call.take((await call.begin("one")).seq, Pressed("4"))
        assert (spoken(turn), isinstance(turn.then, Hold)) == (["Tunggu."], True)
        turn = await call.take(turn.seq, Silence())
        assert spoken(turn) == []  # nothing is new
        turn = await call.take(turn.seq, Joined("ended"))
        assert spoken(turn) == ENDS

    play(scene)


def test_what_a_caller_says_is_kept_once_a_turn_and_goes_with_the_person() -> None:
    async def scene(room: Room) -> None:
        call = room.call()
        turn = await call.begin("one")
        id = await call.keep(turn.seq, b"\x01\x00" * 8000, 8000)
        assert await call.keep(turn.seq, b"\x01\x00" * 8000, 8000) == id
        assert await call.keep(turn.seq, b"", 8000) == ""
        sound = await room.board.recordings.sound(id)
        assert sound is not None
        assert sound[:4] == b"RIFF"
        await room.board.sweep()
        assert len(list((room.folder / "recordings").iterdir())) == 1
        await room.store.write(lambda tx: forget_person(tx, OFFICER))
        assert await room.rows(select(CALLS)) == []
        assert await room.rows(select(RECORDINGS)) == []
        assert await room.board.recordings.sound(id) is None
        await room.board.sweep()
        assert list((room.folder / "recordings").iterdir()) == []

    play(scene)


def test_a_caller_who_has_himself_forgotten_is_served_to_the_end_and_leaves_no_number() -> None:
    async def scene(room: Room) -> None:
        call = room.call()
        turn = await call.begin("one")
        await room.store.write(lambda tx: forget_person(tx, OFFICER))
        turn = await call.take(turn.seq, Pressed("1"))
        turn = await call.take(turn.seq, Recorded("x"))
        assert spoken(turn) == ENDS
        assert [row.number for row in await room.rows(select(CALLS))] == [""]

    play(scene)


def test_a_call_made_for_somebody_who_is_forgotten_in_its_own_turn_leaves_no_number() -> None:
    class Erasing(Counting):
        def act(self, tx: Tx, call: Any, act: str, arguments: Any) -> Any:
            forget_person(tx, call.number)
            return super().act(tx, call, act, arguments)

    async def scene(room: Room) -> None:
        room.hands = Erasing()
        room.connect()
        call = room.call()
        await call.take((await call.begin("one")).seq, Pressed("1"))
        assert [row.number for row in await room.rows(select(CALLS))] == [""]
        assert len(await room.did()) == 1

    play(scene)


def test_old_calls_and_recordings_are_forgotten() -> None:
    async def scene(room: Room) -> None:
        call = room.call()
        turn = await call.begin("one")
        await call.keep(turn.seq, b"\x01\x00" * 800, 8000)
        await call.over()
        now = room.clock.now()
        for table, column, days, left in (
            (CALLS, CALLS.c.began_at, KEPT_DAYS, 1),  # what was said may belong to a ticket: it stays longer
            (RECORDINGS, RECORDINGS.c.at, RECORDINGS_KEPT_DAYS, 0),
        ):
            for hours, rows in ((-1, 1), (1, 0)):
                made = now - timedelta(days=days, hours=hours)
                change = update(table).values({column.name: made})
                await room.store.write(partial(Tx.execute, statement=change))
                await room.board.sweep()
                assert len(await room.rows(select(table))) == rows
            assert len(list((room.folder / "recordings").iterdir())) == left

    play(scene)


def test_ids_are_unguessable_and_a_call_is_found_by_its_own() -> None:
    async def scene(room: Room) -> None:
        one, two = room.call(key="1"), room.call(key="2")
        assert one.id != two.id
        assert len(one.id) >= 22
        assert room.call(key="1") is one
        await one.begin("one")
        await room.crashed()
        found = await room.board.find(one.id)
        assert found is not None
        assert (found.id, found.number) == (one.id, OFFICER)
        assert await room.board.find("nothing") is None
        assert room.call(key="1") is found

    play(scene)


def test_a_call_of_a_key_that_a_crash_cut_off_keeps_its_id() -> None:
    async def scene(room: Room) -> None:
        one = room.call()
        await one.begin("one")
        await room.crashed()
        again = room.call()
        await again.begin("one")
        assert again.id == one.id

    play(scene)


def test_whoever_calls_us_hears_the_menu_and_bad_numbers_do_no_harm() -> None:
    async def scene(room: Room) -> None:
        for number in ("", "+62812", "\x00\ud800", "9" * 5000, "SPEEDY"):
            call = room.board.inbound(number, "one", f"call-{len(number)}")
            turn = await call.begin("one")
            assert spoken(turn)
        assert await room.store.read(did) == []

    play(scene)


def test_what_is_said_first_is_known_before_the_phone_is_answered() -> None:
    async def scene(room: Room) -> None:
        call = room.call()
        assert [one.text for one in call.first()] == spoken(await call.begin("one"))
        assert call.first() == ()

    play(scene)


def test_two_rooms_cannot_do_the_same() -> None:
    async def scene(room: Room) -> None:
        with pytest.raises(ValueError, match="two rooms"):
            room.board.serve(Counting())

    play(scene)
