"""The program dies at every named point of the walk, at any passing, and starts again on the same store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from config.clock import VirtualClock, run_virtual
from dispatch.incident import State
from dispatch.plan import EffectKind
from tests.dispatch.stage import ANI, DODI, EPOCH, GINA, HULU_SIREN, Killed, Stage
from tests.ivr.scripted import RINGS, answers

ON_THE_AIR = timedelta(seconds=4)  # a letter may be on the wire when the officer accepts
DOWN_S = 5.0  # until somebody starts it again


def at(point: str, passing: int) -> Callable[[str], None]:
    """A crash point that kills at the n-th passing of ``point``."""
    left = passing

    def passed(name: str) -> None:
        nonlocal left
        if name == point:
            left -= 1
            if left == 0:
                raise Killed(f"{point}:{passing}")

    return passed


async def lives_through(stage: Stage, seconds: float) -> bool:
    """Run on; when the program is killed, start it again. True: it was."""
    began = stage.clock.monotonic()
    try:
        await stage.go(seconds)
        return False
    except Killed:
        await stage.stop(drop=True)
    await stage.clock.sleep(DOWN_S)
    await stage.start()
    await stage.go(max(1.0, seconds - (stage.clock.monotonic() - began)))
    return True


def walk(path: Path, point: str, passing: int, *, accepts: str = "sms") -> None:
    async def main(clock: VirtualClock) -> None:
        stage = Stage(path, clock)
        await stage.start()
        await stage.resident()
        await stage.stop()
        await stage.start(crash=at(point, passing))
        stage.world.phone(ANI, RINGS)
        stage.world.phone(DODI, answers("1") if accepts == "key" else RINGS)
        letter = await stage.letter(GINA, "TOLONG RAMPOK")
        killed = await lives_through(stage, 45)
        if accepts == "sms":
            code = await stage.letter(ANI, await stage.code(ANI))
            killed = await lives_through(stage, 20) or killed
            assert await stage.incident_of(code) == 1
        await stage.go(40 if accepts == "sms" else 90)  # who accepted by key may still listen
        await check(stage, letter, ANI if accepts == "sms" else DODI, killed)
        await stage.end()

    run_virtual(main, EPOCH)


async def check(stage: Stage, letter: int, officer: str, killed: bool) -> None:
    (case,) = await stage.cases()
    assert await stage.incident_of(letter) == case.incident.id
    assert (case.incident.state, case.incident.accepted_by) == (State.ACCEPTED, officer)
    assert 1 <= stage.world.calls(HULU_SIREN) <= (2 if killed else 1)
    rows = await stage.rows()
    assert len({row.effect.key for row in rows}) == len(rows)
    assert all(not row.state.under_way for row in rows)
    for kind in (EffectKind.SIREN, EffectKind.CALL):
        on_wire = sum(row.attempted_at is not None for row in rows if row.effect.kind is kind)
        dialled = sum(
            call.to in {r.effect.target for r in rows if r.effect.kind is kind} for call in stage.world.dialled
        )
        assert dialled <= on_wire
    accepted_at = case.incident.accepted_at
    assert accepted_at is not None
    for sms in stage.air.sent:  # nobody was told what was not so when it was said
        if "diterima petugas" in sms.text or "Anda menerima" in sms.text or "sudah diterima" in sms.text:
            assert sms.at >= accepted_at
        if "belum ada petugas" in sms.text or "BELUM ADA YANG MENERIMA" in sms.text:
            assert sms.at - accepted_at < ON_THE_AIR
    texts = [(sms.to, sms.text.removeprefix("(ulang) ")) for sms in stage.air.sent]
    assert max(texts.count(one) for one in texts) <= (2 if killed else 1)
    assert any("diterima petugas Polsek Hulu" in text for text in stage.texts(GINA))


@pytest.mark.parametrize("passing", range(1, 7))
@pytest.mark.parametrize("point", ["decide", "claim", "wire", "settle"])
def test_killed_at_any_point_nothing_is_lost_the_siren_rings_at_most_once_more_and_nobody_is_told_a_falsehood(
    tmp_path: Path, point: str, passing: int
) -> None:
    walk(tmp_path, point, passing)


@pytest.mark.parametrize("passing", range(1, 5))
@pytest.mark.parametrize("point", ["claim", "wire", "settle"])
def test_killed_round_an_acceptance_by_key_it_stands_once_it_was_said(tmp_path: Path, point: str, passing: int) -> None:
    walk(tmp_path, point, passing, accepts="key")


def test_the_points_are_all_passed_so_that_the_kills_above_are_kills(tmp_path: Path) -> None:
    seen: list[str] = []

    async def main(clock: VirtualClock) -> None:
        stage = Stage(tmp_path, clock)
        await stage.start(crash=seen.append)
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=60)
        await stage.sms(ANI, await stage.code(ANI), then=30)
        await stage.end()

    run_virtual(main, EPOCH)
    assert {point: seen.count(point) >= 4 for point in ("decide", "claim", "wire", "settle")} == dict.fromkeys(
        ("decide", "claim", "wire", "settle"), True
    )


def test_a_call_found_doing_after_a_crash_is_unknown_and_says_so_in_the_timeline(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        stage = Stage(tmp_path, clock)
        await stage.start()
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=15)
        await stage.stop(drop=True)
        await stage.start()
        await stage.go(5)
        assert "the program stopped while this was under way" in await stage.said()
        await stage.end()

    run_virtual(main, EPOCH)


def test_a_cancel_that_was_kept_before_a_crash_stops_everything_after_it(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        stage = Stage(tmp_path, clock)
        await stage.start()
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=20)
        await stage.letter(GINA, "BATAL")
        await stage.stop(drop=True)
        await stage.clock.sleep(300)
        dialled = len(stage.world.dialled)
        await stage.start()
        await stage.go(120)
        assert (await stage.case()).incident.state is State.CANCELLED
        assert len(stage.world.dialled) <= dialled + 1  # the loop may begin before the letter is read
        assert any("dibatalkan" in text for text in stage.texts(ANI))
        await stage.end()

    run_virtual(main, EPOCH)
