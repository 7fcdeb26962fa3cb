"""Who was taken off duty is not rung, who stands in for him is: for texts, calls, codes and tests alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from dispatch.case import Case
from dispatch.changing_duty import Wish, back, change
from dispatch.incident import State
from dispatch.plan import EffectKind
from tests.dispatch.stage import ANI, DODI, EKO, GINA, POSKO, Stage, play, town
from tests.ivr.scripted import answers

HASAN = "+6281234500001"  # nobody of the pack


async def changed(stage: Stage, number: str, instead: str = "", name: str = "", hours: float = 6.0) -> int:
    now = stage.clock.now()
    wish = Wish(
        number=number, begins=now, ends=now + timedelta(hours=hours), instead=instead, name=name, vouched=bool(name)
    )
    done = await stage.store.write(lambda tx: change(tx, stage.city, wish, "Wati", now))
    return done.made.id


async def rung(stage: Stage) -> list[str]:
    return list(dict.fromkeys(row.effect.target for row in await stage.rows(kind=EffectKind.CALL)))


async def texted(stage: Stage) -> set[str]:
    return {row.effect.target for row in await stage.rows(kind=EffectKind.TEXT)}


def test_the_swapped_officer_is_rung_first_and_the_absent_never(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await changed(stage, ANI, HASAN, "Hasan Basri")
        await stage.sms(GINA, "RAMPOK", then=600)
        order = await rung(stage)
        assert order[0] == HASAN
        assert ANI not in order
        assert ANI not in await texted(stage)
        assert stage.world.calls(HASAN) > 1
        assert stage.world.calls(ANI) == 0

    play(tmp_path, scene)


def test_a_stand_in_from_outside_the_pack_accepts_by_his_code_and_is_told_of_by_name(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident(notes="asma")
        await changed(stage, ANI, HASAN, "Hasan Basri")
        await stage.sms(GINA, "RAMPOK", then=60)
        await stage.sms(HASAN, await stage.code(HASAN), then=30)
        case: Case = await stage.case()
        assert case.incident.state is State.ACCEPTED
        assert case.incident.accepted_by == HASAN
        assert any("Hasan Basri" in text for text in await stage.queued(DODI))
        assert any("asma" in text for text in await stage.queued(HASAN))

    play(tmp_path, scene)


def test_a_stand_in_accepts_by_key_and_hears_whom_he_helps(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await changed(stage, ANI, HASAN, "Hasan Basri")
        stage.world.phone(HASAN, answers("1", key_after_s=8))
        await stage.sms(GINA, "RAMPOK", then=90)
        assert (await stage.case()).incident.accepted_by == HASAN

    play(tmp_path, scene)


def test_who_is_off_duty_leaves_his_place_empty_until_that_is_taken_back(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        made = await changed(stage, ANI)
        await stage.sms(GINA, "RAMPOK", then=100)
        assert ANI not in await rung(stage)
        assert (await rung(stage))[0] == DODI
        await stage.store.write(lambda tx: back(tx, made, "Wati", stage.clock.now()))
        stage.dispatch.look()
        await stage.go(300)
        assert ANI in await rung(stage)

    play(tmp_path, scene)


def test_the_end_of_a_swap_is_seen_by_the_next_round(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await changed(stage, ANI, EKO, hours=0.05)
        await stage.sms(GINA, "RAMPOK", then=30)
        assert (await rung(stage))[0] == EKO
        await stage.go(600)
        assert ANI in await rung(stage)

    play(tmp_path, scene)


def test_a_whole_city_off_duty_still_rings_the_command_centre(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        for number in sorted(stage.city.roster_numbers()):
            await changed(stage, number)
        await stage.sms(GINA, "RAMPOK", then=60)
        assert await rung(stage) == [POSKO]
        assert (await stage.case()).incident.state is State.CONFIRMED

    play(tmp_path, scene)


def test_the_scheduled_test_leaves_who_is_off_alone_and_calls_the_stand_in(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.stop()
        stage.city = replace(town(), voice=replace(town().voice, test_days=(2,), test_at=660))
        await stage.start()
        await changed(stage, DODI)
        await changed(stage, ANI, HASAN, "Hasan Basri")
        await stage.go(1800)
        assert stage.world.calls(DODI) == 0
        assert stage.world.calls(HASAN) == 1
        assert stage.world.calls(ANI) == 1  # he is only away from his post: his phone is tested as on a free day

    play(tmp_path, scene)


def test_after_a_crash_a_stand_ins_code_is_still_his(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await changed(stage, ANI, HASAN, "Hasan Basri")
        await stage.sms(GINA, "RAMPOK", then=20)
        code = await stage.code(HASAN)
        await stage.stop(drop=True)
        await stage.start()
        await stage.sms(HASAN, code, then=10)
        assert (await stage.case()).incident.accepted_by == HASAN

    play(tmp_path, scene)
