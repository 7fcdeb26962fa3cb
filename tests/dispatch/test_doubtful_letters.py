"""A letter that came by a callback with something wrong in it: heard like a stranger's, believed in nothing."""

from __future__ import annotations

from pathlib import Path

from dispatch.incident import State
from tests.dispatch.stage import ANI, GINA, HADI, HULU_SIREN, Stage, play

DOUBT = "bad UTF-8; no id"


def test_a_doubtful_emergency_calls_officers_who_are_told_so_and_the_siren_waits(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "TOLONG RAMPOK", doubt=DOUBT, then=20)
        here = (await stage.case()).incident
        assert (here.state, here.registered, here.siren_allowed) == (State.CONFIRMED, True, False)
        assert stage.world.calls(ANI) == 1
        assert stage.world.calls(HULU_SIREN) == 0
        assert stage.texts(ANI)[0].startswith("BELUM PASTI")
        assert f"doubt: {DOUBT}" in await stage.said()

    play(tmp_path, scene)


def test_the_same_words_without_doubt_let_the_siren_ring(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "TOLONG RAMPOK", doubt=DOUBT, then=10)
        await stage.sms(GINA, "TOLONG RAMPOK", then=30)
        assert (await stage.case()).incident.siren_allowed
        assert stage.world.calls(HULU_SIREN) == 1

    play(tmp_path, scene)


def test_a_doubtful_repeat_rings_no_siren_that_waits(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        for _ in range(3):
            await stage.sms(GINA, "TOLONG RAMPOK", doubt=DOUBT, then=10)
        assert not (await stage.case()).incident.siren_allowed
        assert stage.world.calls(HULU_SIREN) == 0

    play(tmp_path, scene)


def test_a_doubtful_cancel_stops_nothing(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "TOLONG RAMPOK", then=5)
        await stage.sms(GINA, "BATAL", doubt=DOUBT, then=10)
        assert (await stage.case()).incident.state is State.CONFIRMED
        await stage.sms(GINA, "BATAL", then=10)
        assert (await stage.case()).incident.state is State.CANCELLED

    play(tmp_path, scene)


def test_a_doubtful_answer_to_a_missed_call_calls_an_officer_or_changes_nothing(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        for number in (GINA, HADI):
            await stage.resident(number)
            await stage.rings(number, then=40)
        await stage.sms(GINA, "1", doubt=DOUBT, then=20)
        await stage.sms(HADI, "2", doubt=DOUBT, then=20)
        gina, hadi = (case.incident for case in await stage.cases())
        assert (gina.state, gina.siren_allowed) == (State.CONFIRMED, False)
        assert hadi.state is State.PENDING
        await stage.sms(HADI, "BATAL", doubt=DOUBT, then=5)
        assert (await stage.cases())[1].incident.state is State.PENDING

    play(tmp_path, scene)
