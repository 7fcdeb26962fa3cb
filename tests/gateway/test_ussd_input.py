"""What people and providers really send, as tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.callback import UssdReply, UssdTurn
from gateway.store.sessions import Session
from gateway.ussd_input import Again, Begin, Late, Onward, pressed, read_turn, split, turn_key, written
from tests.gateway.room import EPOCH, SITI

SOON, NEXT_DAY = EPOCH + timedelta(seconds=20), EPOCH + timedelta(days=1)
DIGITS = {"satu": "1", "dua": "2", "nol": "0"}
MENU = UssdReply(text="menu", more=True)


def at(path: str | None, session: str = "ATUid_0a1b", **more: object) -> UssdTurn:
    return replace(UssdTurn(session=session, number=SITI, code="*384#", path=path), **more)  # type: ignore[arg-type]


def known(path: str, *answered: str, session: str = "ATUid_0a1b", over: bool = False, run: int = 0) -> Session:
    first = Session(channel="at", session=session, number=SITI, at=EPOCH, version=1, run=run, path=path, over=over)
    return replace(first, answers={turn_key(at(one), first): MENU for one in answered})


@pytest.mark.parametrize(
    ("said", "typed"),
    [
        ("", ""),
        ("1", "1"),
        ("1*2", "1*2"),  # the whole path at once
        ("*384#", ""),
        ("*384*1*2#", "1*2"),  # as it was dialled
        ("*999*1*2#", "1*2"),  # under a code of which we were not told
        ("*384*123#", "123"),
        ("Jl. Melati #3", "Jl. Melati #3"),
        ("*tolong*", "*tolong*"),
    ],
)
def test_a_session_begins_with_what_was_dialled(said: str, typed: str) -> None:
    for turn in (at(said), at(None, typed=said, first=True)):
        assert read_turn(turn, None, EPOCH) == Begin(typed=typed, path=said)


def test_a_code_of_two_levels_is_taken_off_as_a_whole() -> None:
    assert read_turn(at("*384*123*1*2#", code="*384*123#"), None, EPOCH) == Begin(typed="1*2", path="*384*123*1*2#")


@pytest.mark.parametrize(
    ("before", "path", "reading"),
    [
        ("", "1", Onward(typed="1", path="1")),
        ("1", "1*2", Onward(typed="2", path="1*2")),
        ("1", "1*Jl. Melati*3", Onward(typed="Jl. Melati*3", path="1*Jl. Melati*3")),
        ("1*a*b", "1*a*b*2", Onward(typed="2", path="1*a*b*2")),  # a star inside of a text that was taken whole
        ("1", "1*", Onward(typed="", path="1*")),
        ("1*", "1**2", Onward(typed="2", path="1**2")),
        ("1#", "1*2", Onward(typed="2", path="1*2")),  # the provider leaves the # out afterwards
        ("1*Jl Melati", "1*Jl+Melati*2", Onward(typed="2", path="1*Jl+Melati*2")),  # or encodes blanks twice
        ("1*2", "1", Late()),  # an earlier turn that comes after a later one
        ("1*2", "", Late()),
        ("1*2", "1*3", Begin(typed="1*3", path="1*3", run=1)),  # nobody takes back what he typed: another session
        ("2*1", "1", Begin(typed="1", path="1", run=1)),
        ("12", "1*2", Begin(typed="1*2", path="1*2", run=1)),
    ],
)
def test_what_is_new_in_a_path(before: str, path: str, reading: object) -> None:
    assert read_turn(at(path), known(before), SOON) == reading


@pytest.mark.parametrize("path", ["", "1", "1*2"])
def test_a_repeat_is_known_in_any_order_and_a_day_late(path: str) -> None:
    session = known("1*2", "", "1", "1*2", over=True)
    for moment in (SOON, NEXT_DAY):
        assert read_turn(at(path), session, moment) == Again(reply=MENU)
        assert read_turn(at(path, first=path == ""), session, moment) == Again(reply=MENU)


@pytest.mark.parametrize("counter", ["", "4711", "+6281234567890"])
@pytest.mark.parametrize("path", ["", "1", "1*2"])
def test_a_counter_that_comes_again_later_is_another_session(counter: str, path: str) -> None:
    session = known("1*2", "", "1", "1*2", session=counter, over=True, run=3)
    assert read_turn(at(path, counter), session, SOON) == Again(reply=MENU)
    assert read_turn(at(path, counter), session, NEXT_DAY) == Begin(typed=path, path=path, run=4)


def test_an_id_that_was_dialled_as_a_whole_path_begins_anew_after_its_end() -> None:
    """Nobody was ever asked for the first screen of that session: who asks for it now has dialled again."""
    assert read_turn(at(""), known("1*2", "1*2", over=True), SOON) == Begin(typed="", path="", run=1)
    assert read_turn(at(""), known("1*2", "1*2"), SOON) == Late()


def test_a_provider_that_says_only_what_was_typed() -> None:
    first = at(None, typed="1")
    assert read_turn(first, None, EPOCH) == Begin(typed="1", path="1")
    assert read_turn(first, known("2"), SOON) == Onward(typed="1", path="2*1")
    assert read_turn(first, known("2", over=True), SOON) == Begin(typed="1", path="1", run=1)
    assert read_turn(replace(first, typed=None, first=True), known("2"), SOON) == Begin(typed="", path="", run=1)


def test_a_turns_own_id_names_it() -> None:
    turn = at(None, typed="1", turn="17", session="4711")
    session = known("1", session="4711")
    session = replace(session, answers={turn_key(turn, session): MENU})
    assert read_turn(turn, session, NEXT_DAY) == Again(reply=MENU)
    assert read_turn(replace(turn, turn="18"), session, SOON) == Onward(typed="1", path="1*1")


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("1", "1"), (" 1 ", "1"), ("1#", "1"), ("#1", "1"), ("1.", "1"), ("(1)", "1"), ("01", "1"), ("*1", "1"),
        ("１", "1"), ("satu", "1"), ("SATU", "1"), ("Dua", "2"), ("l", "1"), ("I", "1"), ("|", "1"),
        ("12", "12"), ("l2", "12"), ("09", "09"), ("O9", "09"), ("9", "09"), ("00", "00"),
        ("", None), ("3", None), ("tolong", None), ("1 2", None), ("jl melati 2", None), ("²", "2"),
        ("\x00", None), ("\u202e1", "1"), ("1\n", "1"),
    ],
)  # fmt: skip
def test_keys_as_people_press_them(typed: str, key: str | None) -> None:
    keys = {"1": "1", "2": "2", "12": "12", "09": "9", "00": "0"}
    assert pressed(typed, keys, {}, DIGITS) == key


@pytest.mark.parametrize(
    ("typed", "turns", "key"),
    [
        ("0", {"0": "lanjut"}, "0"), ("O", {"0": "lanjut"}, "0"), ("nol", {"0": "lanjut"}, "0"),
        ("lanjut", {"0": "lanjut"}, "0"), ("0#", {"0": "lanjut"}, "0"), ("LANJUT.", {"0": "lanjut"}, "0"),
        ("9", {"9": "kembali"}, "9"), ("9", {"0": "lanjut"}, "09"),  # nothing before the first page: the dialogue's 9
        ("09", {"9": "kembali"}, "09"), ("0", {"9": "kembali"}, ""),  # beyond the last page: not the dialogue's 0
        ("00", {"9": "kembali"}, "00"),
    ],
)  # fmt: skip
def test_keys_that_turn_pages(typed: str, turns: dict[str, str], key: str) -> None:
    assert pressed(typed, {"1": "1", "09": "9", "00": "0"}, turns, DIGITS) == key


def test_inputs_are_parted_at_stars_and_words_are_cleaned() -> None:
    assert split("1*2*3") == ("1", "2*3")
    assert split("1") == ("1", None)
    assert split("1*") == ("1", "")
    assert [written(one) for one in ("Siti#", " *Siti* ", "Jl*3#", "#", "")] == ["Siti", "Siti", "Jl*3", "", ""]
