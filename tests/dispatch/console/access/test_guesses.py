"""Guesses are slowed down, and nobody is locked out by them."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.clock import VirtualClock, run_virtual
from dispatch.console.access.entering import Wrong, enter
from dispatch.console.access.gate import Whence, gate_of
from dispatch.console.access.guesses import (
    FORGOTTEN_S,
    LONGEST_S,
    MOST_LANES,
    MOST_STRANGERS,
    STRANGERS_WAIT_S,
    USUAL_WAIT_S,
    Guesses,
    InMemory,
    Lane,
    TooMany,
    network,
)
from dispatch.console.access.lanes.store import InStore
from gateway.page import Floor, Role
from tests.dispatch.console.access.room import SEAT, STRANGER, PlainHasher, Room, play
from tests.fixtures.engines import outside
from tests.fixtures.whole import examples

EPOCH = datetime(2026, 5, 1, tzinfo=UTC)
FEW_S = 5.0  # "a few seconds"


async def guess(room: Room, whence: Whence, login: str = "sari") -> str:
    try:
        await enter(room.gate, login, "salah", whence)
    except Wrong:
        return "wrong"
    except TooMany:
        return "slow"
    raise AssertionError("a guess was right")


def test_a_stranger_who_guesses_waits_ever_longer(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        await room.user()
        checked: list[float] = []
        while room.clock.monotonic() < 600:
            if await guess(room, STRANGER) == "wrong":
                checked.append(room.clock.monotonic())
            await room.clock.sleep(3)
        gaps = [after - before for before, after in pairwise(checked)]
        assert gaps[-1] == pytest.approx(STRANGERS_WAIT_S, abs=3)
        assert len(checked) <= 10 + 600 / STRANGERS_WAIT_S

    play(tmp_path, scene)


@pytest.mark.parametrize("seat", ["browser", "place", "both"])
def test_a_strangers_guesses_do_not_keep_the_right_password_out_of_its_usual_seat(tmp_path: Path, seat: str) -> None:
    async def scene(room: Room) -> None:
        await room.user()
        first = await room.log_in(whence=SEAT)
        usual = {
            "browser": Whence(peer="198.51.100.1", seat=first.seat),
            "place": SEAT,
            "both": Whence(peer=SEAT.peer, seat=first.seat),
        }[seat]
        for _ in range(20):
            await guess(room, STRANGER)
        flood = [asyncio.create_task(guess(room, STRANGER)) for _ in range(20)]
        assert await room.took(room.log_in(whence=usual)) <= FEW_S
        await asyncio.gather(*flood)

    play(tmp_path, scene)


def test_guesses_from_the_same_network_do_not_keep_out_the_browser_that_was_let_in_before(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        await room.user()
        first = await room.log_in(whence=SEAT)
        for _ in range(20):
            await guess(room, SEAT)
        mine = Whence(peer=SEAT.peer, seat=first.seat)
        assert await room.took(room.log_in(whence=mine)) == 0

    play(tmp_path, scene)


def test_nobody_is_locked_out_even_at_a_strange_seat(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        await room.user()
        for _ in range(20):
            await guess(room, STRANGER)
        with pytest.raises(TooMany) as many:
            await room.log_in(whence=STRANGER)
        await room.clock.sleep(many.value.retry_s)
        assert await room.took(room.log_in(whence=STRANGER)) <= LONGEST_S

    play(tmp_path, scene)


def test_another_network_waits_for_the_logins_turn_too_and_another_login_does_not(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        await room.user()
        await room.user("budi")
        for _ in range(20):
            await guess(room, STRANGER)
        elsewhere = Whence(peer="198.51.100.2")
        assert await guess(room, elsewhere) == "slow"
        assert await room.took(room.log_in("budi", elsewhere)) == 0

    play(tmp_path, scene)


def test_logging_in_oneself_does_not_clear_the_way_for_guesses(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        await room.user()
        await room.user("budi")
        checked = 0
        while room.clock.monotonic() < 300:
            try:
                await room.log_in("budi", STRANGER)
            except TooMany:
                await room.clock.sleep(1)
            checked += await guess(room, STRANGER) == "wrong"
            await room.clock.sleep(3)
        assert checked <= 10 + 300 / STRANGERS_WAIT_S

    play(tmp_path, scene)


def test_a_crowd_of_strangers_takes_one_place_in_the_hashers_queue(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        await room.user("sari", Role.VIEWER)
        crowd = [Whence(peer=f"198.51.{one // 250}.{one % 250 + 1}") for one in range(40)]
        answers = await asyncio.gather(*(guess(room, one, f"x{at}") for at, one in enumerate(crowd)))
        assert answers.count("slow") + answers.count("wrong") == 40

    play(tmp_path, scene)


@settings(max_examples=examples(30), deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["own", "login", "net"]), st.booleans(), st.floats(0, 100)), max_size=60))
def test_whatever_comes_turns_are_in_order_and_never_further_off_than_the_lane_allows(
    steps: list[tuple[str, bool, float]],
) -> None:
    lanes = {
        "own": [Lane(key="own", longest_s=USUAL_WAIT_S, own=True)],
        "login": [Lane(key="login", longest_s=STRANGERS_WAIT_S), Lane(key="net", longest_s=STRANGERS_WAIT_S)],
        "net": [Lane(key="other", longest_s=STRANGERS_WAIT_S), Lane(key="net", longest_s=STRANGERS_WAIT_S)],
    }

    async def main(clock: VirtualClock) -> None:
        guesses, wrong, last = Guesses(clock), dict.fromkeys(lanes, 0), dict.fromkeys(lanes, -1000.0)
        for kind, right, pause in steps:
            began = clock.monotonic()
            try:
                await guesses.turn(lanes[kind])
            except TooMany as many:
                told.append((kind, many.retry_s))
            else:
                assert clock.monotonic() - began <= LONGEST_S
                if clock.monotonic() - last[kind] < FORGOTTEN_S and wrong[kind] > 12 and kind != "own":
                    assert clock.monotonic() - last[kind] >= STRANGERS_WAIT_S
                last[kind] = clock.monotonic()
                wrong[kind] = 0 if right else wrong[kind] + 1
                if right:
                    await guesses.right(lanes[kind])
            await clock.sleep(pause)

    told: list[tuple[str, float]] = []
    run_virtual(main, EPOCH)
    assert all(kind != "own" and LONGEST_S < retry_s <= STRANGERS_WAIT_S for kind, retry_s in told)


def test_a_right_guess_clears_its_own_seat_and_leaves_everybody_elses_lanes_as_they_were() -> None:
    async def main(clock: VirtualClock) -> None:
        for own in (True, False):
            guesses, lanes = Guesses(clock), [Lane(key="one", longest_s=STRANGERS_WAIT_S, own=own)]
            for _ in range(5):
                await guesses.turn(lanes)
            await guesses.right(lanes)
            assert await guesses.wrong("one") == (0 if own else 4)

    run_virtual(main, EPOCH)


def test_lanes_do_not_fill_the_memory() -> None:
    async def main(clock: VirtualClock) -> None:
        guesses = Guesses(clock, lanes := InMemory(clock))
        for one in range(MOST_LANES + 500):
            await guesses.turn([Lane(key=str(one), longest_s=1.0)])
        assert len(lanes.known) <= MOST_LANES

    run_virtual(main, EPOCH)


@pytest.mark.parametrize(
    ("peer", "seen"),
    [
        ("10.0.0.7", "10.0.0.7"),
        ("::ffff:10.0.0.7", "10.0.0.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("::1", "::/64"),
        ("", "?"),
        ("unix", "?"),
    ],
)
def test_a_network_is_what_one_household_has(peer: str, seen: str) -> None:
    assert network(peer) == seen


LONG = ["\u0390" * 100_000, "a" * 40, "x y", "\ufdfa" * 3, "", "?"]


def test_whatever_cannot_be_a_login_waits_in_one_lane_and_what_was_typed_is_kept_nowhere(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        await room.user()
        for at, login in enumerate(LONG):
            assert await guess(room, Whence(peer=f"198.51.100.{at + 1}"), login) in ("wrong", "slow")
        assert isinstance(lanes := room.gate.guesses._lanes, InMemory)
        assert sum(len(key) for key in lanes.known) < 100 * len(LONG)
        assert {key for key in lanes.known if "from" not in key} == {"password ?"}
        assert await room.took(room.log_in(" SARI ", Whence(peer="192.0.2.1"))) == 0

    play(tmp_path, scene)


def test_a_guess_that_is_refused_leaves_no_lane_behind() -> None:
    async def main(clock: VirtualClock) -> None:
        guesses = Guesses(clock, lanes := InMemory(clock))
        here = Lane(key="here", longest_s=STRANGERS_WAIT_S)
        for one in range(50):
            with contextlib.suppress(TooMany):
                await guesses.turn([Lane(key=f"login {one}", longest_s=STRANGERS_WAIT_S), here])
        assert len(lanes.known) < 10

    run_virtual(main, EPOCH)


def test_a_network_is_told_the_same_of_every_login(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        await room.user()
        await room.log_in(whence=SEAT)
        for at in range(6):
            await guess(room, Whence(peer=SEAT.peer), f"nobody{at}")
        for login in ("sari", "zzz"):
            assert await guess(room, Whence(peer=SEAT.peer), login) == "slow", login

    play(tmp_path, scene)


def test_strangers_do_not_pile_up_where_guesses_are_judged(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        gate = replace(room.gate, hasher=SlowHasher(room.clock))
        crowd = [Whence(peer=f"198.51.100.{at + 1}") for at in range(100)]

        async def one(at: int, whence: Whence) -> str:
            try:
                await enter(gate, f"nobody{at}", "salah", whence)
            except TooMany:
                return "slow"
            except Wrong:
                return "wrong"
            raise AssertionError("a guess was right")

        answers = await asyncio.gather(*(one(at, whence) for at, whence in enumerate(crowd)))
        assert answers.count("wrong") == MOST_STRANGERS

    play(tmp_path, scene)


class SlowHasher(PlainHasher):
    """Takes a second for each."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__()
        self._clock = clock

    async def verify(self, known: str, text: str, *, usual: bool) -> bool:
        await self._clock.sleep(1)
        return await super().verify(known, text, usual=usual)


# -- several programs on one store


def test_two_programs_on_one_store_count_a_strangers_guesses_together_and_lock_nobody_out(tmp_path: Path) -> None:
    stranger = [Lane(key="password sari", longest_s=STRANGERS_WAIT_S), Lane(key="net", longest_s=STRANGERS_WAIT_S)]
    usual = [Lane(key="password sari seat", longest_s=USUAL_WAIT_S, own=True)]

    async def scene(room: Room) -> None:
        here, there = (Guesses(room.clock, InStore(room.gate.store, room.clock)) for _ in range(2))
        began, guessed, told = room.clock.monotonic(), 0, [0.0]
        while room.clock.monotonic() - began < 3600:
            for program in (here, there, here):
                try:
                    await program.turn(stranger)
                    guessed += 1
                except TooMany as many:
                    told.append(many.retry_s)
                    await room.clock.sleep(many.retry_s / 2)
        assert max(told) <= STRANGERS_WAIT_S
        assert 100 <= guessed <= 3600 / STRANGERS_WAIT_S + 10  # as in one program
        assert await room.took(there.turn(usual)) == 0
        for _ in range(8):
            assert await room.took(here.turn(usual)) <= USUAL_WAIT_S
        assert await there.wrong("password sari seat") == 9
        await there.right(usual)
        assert await here.wrong("password sari seat") == 0
        assert [await one.count("tries x") for one in (here, there, here)] == [1, 2, 3]
        rows = outside(room.path, "SELECT lane FROM console_guess")
        assert len(rows) == 4
        await room.clock.sleep(FORGOTTEN_S + 60)
        await there.turn(usual)
        assert outside(room.path, "SELECT lane FROM console_guess") == [{"lane": "password sari seat"}]

    play(tmp_path, scene)


async def test_programs_that_share_a_store_keep_their_lanes_in_it(floor: Floor) -> None:
    guesses = gate_of(floor).guesses
    assert isinstance(guesses._lanes, InStore if floor.store.shared else InMemory)
