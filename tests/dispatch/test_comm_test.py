"""Every officer is asked whether he hears the city: only a key says so; on the pack's day, by day, one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from config.clock import VirtualClock, run_virtual
from config.command import DONE, CommandError
from dispatch import store as verbs
from dispatch.comm_test import CommTest, folk, run_due
from tests.dispatch.stage import ANI, DODI, EKO, GINA, POSKO, Killed, Stage, play, town
from tests.dispatch.test_commands import typed
from tests.ivr.scripted import IS_ENGAGED, IS_OFF, RINGS, answers


async def results(stage: Stage) -> Mapping[str, CommTest]:
    found = await stage.store.read(lambda tx: verbs.comm_tests(tx, 100))
    return {one.number: one for one in found}


def test_by_command_everybody_is_called_one_at_a_time_and_only_a_key_passes(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        stage.world.phone(ANI, answers("1"))
        stage.world.phone(DODI, answers(""))
        stage.world.phone(EKO, RINGS)
        stage.world.phone(POSKO, answers("951"))
        code, paper = await typed(stage, "officers test --as Sari")
        assert code == DONE
        assert {row["number"] for row in paper.rows} == {one["number"] for one in folk(stage.city, stage.clock.now())}
        await stage.go(1200)
        got = {number: one.result for number, one in (await results(stage)).items()}
        assert {number: got[number] for number in (ANI, DODI, EKO, POSKO)} == {
            ANI: "heard",
            DODI: "answered",
            EKO: "rang",
            POSKO: "heard",
        }
        assert stage.world.calls(EKO) == 1
        times = sorted(call.at for call in stage.world.dialled)
        assert all((later - earlier).total_seconds() > 5 for earlier, later in pairwise(times))
        _, paper = await typed(stage, "officers tests")
        (ani,) = (row for row in paper.rows if row["number"] == ANI)
        assert (ani["outcome"], ani["heard"], ani["asked_by"], ani["leg"]) == ("heard", True, "Sari", "modem0")
        assert 0 < ani["pressed_s"] < 20
        assert "Ini uji komunikasi" in " ".join(stage.heard(ANI))

    play(tmp_path, scene)


@pytest.mark.parametrize("what", [IS_OFF, IS_ENGAGED])
def test_who_is_engaged_or_out_of_reach_is_called_once_more(what: object, tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        stage.world.phone(ANI, what)  # type: ignore[arg-type]
        stage.world.phone(DODI, what, answers("1"))  # type: ignore[arg-type]
        for number in (ANI, DODI):
            await typed(stage, f"officers test --number {number}")
        await stage.go(2400)
        assert (stage.world.calls(ANI), stage.world.calls(DODI)) == (2, 2)
        got = await results(stage)
        assert got[ANI].result in ("busy", "unreachable")
        assert got[DODI].result == "heard"

    play(tmp_path, scene)


def test_a_line_without_a_voice_shows_that_it_rang_and_not_that_it_was_heard(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        for modem in stage.modems:
            modem.speaks = False
        stage.world.phone(ANI, answers("1"))
        await typed(stage, f"officers test --number {ANI}")
        await stage.go(120)
        assert (await results(stage))[ANI].result == "rang"

    play(tmp_path, scene)


def test_an_emergency_takes_the_only_line_from_a_test_which_is_made_later(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(EKO, replace(RINGS), answers("1"))
        stage.world.phone(ANI, answers("1"))
        await typed(stage, f"officers test --number {EKO}")
        await stage.go(6)
        assert stage.world.dialled[-1].to == EKO
        at = stage.clock.now()
        await stage.sms(GINA, "RAMPOK", then=20)
        first = next(call for call in stage.world.dialled if call.at > at)
        assert (first.at - at).total_seconds() < 5
        await stage.go(600)
        assert (await results(stage))[EKO].result == "heard"

    play(tmp_path, scene, lines=1)


def test_a_restart_in_mid_test_repeats_no_call_that_was_answered(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        stage = Stage(tmp_path, clock)
        await stage.start()
        stage.world.phone(ANI, answers(""), answers("1"))
        stage.world.phone(DODI, RINGS, answers("1"))
        await typed(stage, f"officers test --number {ANI}")
        await stage.go(9)
        assert stage.heard(ANI)
        await stage.stop(drop=True)
        await stage.start()
        await stage.go(60)
        assert (await results(stage))[ANI].result == "answered"
        assert stage.world.calls(ANI) == 1
        await typed(stage, f"officers test --number {DODI}")
        await stage.go(5)
        await stage.stop(drop=True)
        await stage.start()
        await stage.go(90)
        assert (await results(stage))[DODI].result == "heard"
        await stage.end()

    run_virtual(main, datetime(2026, 11, 18, 3, 0, tzinfo=UTC))


def test_a_key_that_was_kept_survives_the_crash_before_its_call_was_settled(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        stage = Stage(tmp_path, clock)

        def killed(name: str) -> None:
            if name == "comm_test":
                raise Killed(name)

        await stage.start(crash=killed)
        stage.world.phone(ANI, answers("1"))
        await typed(stage, f"officers test --number {ANI}")
        with pytest.raises(Killed):
            await stage.go(90)
        await stage.stop(drop=True)
        await stage.start()
        await stage.go(60)
        assert (await results(stage))[ANI].result == "heard"
        assert stage.world.calls(ANI) == 1
        await stage.end()

    run_virtual(main, datetime(2026, 11, 18, 3, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2026-11-18 09:59", ""),
        ("2026-11-18 10:00", "schedule/2026-11-18"),
        ("2026-11-18 11:59", "schedule/2026-11-18"),
        ("2026-11-18 12:00", ""),
        ("2026-11-19 10:00", ""),
        ("2026-11-18 03:00", ""),
    ],
)
def test_the_schedule_is_of_the_packs_days_and_hour(at: str, due: str) -> None:
    city = town()
    city = replace(city, voice=replace(city.voice, test_days=(2,), test_at=600))
    assert run_due(city, datetime.fromisoformat(at).replace(tzinfo=city.timezone)) == due


def test_on_its_day_the_schedule_asks_everybody_once_whatever_restarts(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        stage = Stage(tmp_path, clock)
        city = stage.city = replace(town(), voice=replace(town().voice, test_days=(2,), test_at=660))
        everybody = [one["number"] for one in folk(city, stage.clock.now())]
        for number in everybody:
            stage.world.phone(number, answers("1"))
        await stage.start()
        await stage.go(600)
        await stage.stop()
        await stage.start()
        await stage.go(2 * 3600)
        assert {number: stage.world.calls(number) for number in everybody} == dict.fromkeys(everybody, 1)
        assert all(one.result == "heard" and not one.asked_by for one in (await results(stage)).values())
        await stage.end()

    run_virtual(main, datetime(2026, 11, 18, 2, 55, tzinfo=UTC))


def test_who_passed_no_test_for_long_is_shown(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        stage.world.phone(ANI, answers("1"))
        await typed(stage, f"officers test --number {ANI}")
        await stage.go(60)
        _, paper = await typed(stage, "officers list")
        late = {row["number"]: row["overdue"] for row in paper.rows}
        assert not late[ANI]
        assert late[DODI]
        stage.city = replace(stage.city, voice=replace(stage.city.voice, test_within_days=7))
        await stage.passes(8 * 86400.0)
        _, paper = await typed(stage, "officers list")
        (ani,) = (row for row in paper.rows if row["number"] == ANI)
        assert ani["overdue"]
        assert ani["last_test"]["outcome"] == "heard"

    play(tmp_path, scene)


@pytest.mark.parametrize("line", ["--number +62811111111", "--number x", "--station nowhere"])
def test_nobody_outside_the_roster_is_called(line: str, tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        with pytest.raises(CommandError):
            await typed(stage, f"officers test {line}")
        await stage.go(30)
        assert not stage.world.dialled

    play(tmp_path, scene)
