"""A resident rings and hangs up: who is called, when a siren sounds, and what the caller hears meanwhile."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from config.clock import VirtualClock, run_virtual
from dispatch.incident import State
from dispatch.plan import Answer, EffectKind, EffectState
from dispatch.voice import Lines
from dispatch.voice_caller import CallBackHands
from gateway.store import Tx
from ivr.session import Call
from tests.dispatch.stage import (
    ANI,
    DODI,
    EPOCH,
    GINA,
    HULU_SIREN,
    STRANGER,
    Killed,
    Stage,
    play,
)
from tests.dispatch.test_voice import at
from tests.ivr.scripted import IS_OFF, RINGS, answers

OFFICERS = (EffectKind.CALL, EffectKind.SIREN)


async def disturbed(stage: Stage) -> list[str]:
    """Who of the city was rung."""
    return [row.effect.target for row in await stage.rows() if row.effect.kind in OFFICERS]


def test_a_missed_call_disturbs_nobody_and_is_rung_back_within_ten_seconds(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.rings(GINA, then=12)
        assert (await stage.case()).incident.state is State.PENDING
        (back,) = await stage.rows(1, EffectKind.CALL_BACK)
        assert back.started_at is not None
        assert back.started_at - EPOCH <= timedelta(seconds=10)
        assert await disturbed(stage) == []

    play(tmp_path, scene)


def test_one_is_his_word_siren_and_officers_and_he_hears_each_step(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(GINA, answers("111"))  # emergency, robbery, at home
        stage.world.phone(ANI, answers("1", after_s=20.0, key_after_s=25.0))
        await stage.rings(GINA, then=110)
        case = await stage.case()
        assert (case.incident.state, case.incident.accepted_by) == (State.ACCEPTED, ANI)
        assert stage.world.calls(HULU_SIREN) == 1
        heard = stage.heard(GINA)
        steps = [
            next(n for n, words in enumerate(heard) if words.startswith(said))
            for said in (
                "Ini layanan darurat",
                "Darurat Anda dicatat",
                "Tetap di telepon",
                "Ani Contoh dari Polsek Hulu sedang ditelepon",
                "Laporan Anda diterima Ani Contoh dari Polsek Hulu",
                "Petugas sedang menuju tempat Anda",
            )
        ]
        assert steps == sorted(steps)
        assert heard.count("Sirene Polsek Hulu dibunyikan.") == 1

    play(tmp_path, scene, lines=3)


def test_with_one_line_the_call_ends_at_once_so_that_somebody_can_be_rung(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(GINA, answers("1"))
        await stage.rings(GINA, then=30)
        assert stage.heard(GINA)[-1].startswith("Darurat Anda dicatat. Telepon ini kami tutup")
        (siren,) = await stage.rows(1, EffectKind.SIREN)
        assert siren.started_at is not None
        confirmed = (await stage.case()).incident.confirmed_at
        assert confirmed is not None
        assert siren.attempted_at is not None
        assert siren.attempted_at - confirmed <= timedelta(seconds=5)
        assert any("dicatat" in text for text in stage.texts(GINA)), "he has it in writing"

    play(tmp_path, scene, lines=1)


def test_who_holds_the_line_gives_it_up_when_an_officer_or_a_siren_waits_for_it(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(GINA, answers("1"))
        stage.world.phone(ANI, answers("33333333333", key_after_s=9.0))
        await stage.rings(GINA, then=100)
        assert stage.heard(GINA)[-1].startswith("Telepon ini kami tutup.")
        (back,) = await stage.rows(1, EffectKind.CALL_BACK)
        second = (await stage.rows(1, EffectKind.CALL))[1]
        assert second.attempted_at is not None
        assert back.settled_at is not None
        assert second.attempted_at - second.intended_at <= timedelta(seconds=20)

    play(tmp_path, scene, lines=2)


def test_two_takes_it_back_it_is_logged_and_nobody_is_rung(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(GINA, answers("2"))
        await stage.rings(GINA, then=40)
        assert (await stage.case()).incident.state is State.CANCELLED
        assert await disturbed(stage) == []
        assert stage.heard(GINA)[-1] == "Baik, dicatat sebagai salah pencet. Terima kasih."
        assert f"key: {GINA} pressed 2" in await stage.said()

    play(tmp_path, scene)


def test_three_is_no_emergency_and_the_menu_goes_on_in_the_same_call(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(GINA, answers("3"))
        await stage.rings(GINA, then=30)
        case = await stage.case()
        assert case.incident.state is State.CLOSED
        assert not case.false_alarm
        assert await disturbed(stage) == []
        assert "service: a call for the services of the city" in await stage.said()
        assert any(words.startswith("Silakan pilih.") for words in stage.heard(GINA))
        assert stage.world.calls(GINA) == 1

    play(tmp_path, scene)


def test_silence_through_the_whole_question_twice_calls_an_officer_and_the_siren_waits(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(GINA, answers())
        await stage.rings(GINA, then=60)
        case = await stage.case()
        assert case.incident.state is State.CONFIRMED
        (back,) = await stage.rows(1, EffectKind.CALL_BACK)
        assert back.answer is Answer.SILENT
        assert stage.world.calls(ANI) == 1
        assert stage.world.calls(HULU_SIREN) == 0
        assert any(text.startswith("BELUM PASTI") for text in stage.texts(ANI))

    play(tmp_path, scene)


@pytest.mark.parametrize("how", ["rings", "writes"])
def test_after_a_silence_a_second_missed_call_or_a_person_s_word_rings_the_siren(tmp_path: Path, how: str) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(GINA, answers())
        await stage.rings(GINA, then=60)
        assert stage.world.calls(HULU_SIREN) == 0
        if how == "rings":
            await stage.rings(GINA, then=40)
        else:
            await stage.sms(GINA, "1", then=40)
        assert stage.world.calls(HULU_SIREN) == 1
        case = await stage.case()
        assert (case.incident.state, case.incident.verified) == (State.CONFIRMED, True)
        assert len(await stage.cases()) == 1

    play(tmp_path, scene)


def test_after_a_silence_two_by_sms_takes_it_back_in_its_minute(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(GINA, answers())
        await stage.rings(GINA, then=40)
        assert (await stage.case()).incident.state is State.CONFIRMED
        await stage.sms(GINA, "2", then=10)
        assert (await stage.case()).incident.state is State.CANCELLED

    play(tmp_path, scene)


def test_after_a_silence_a_number_with_false_alarms_rings_no_siren_by_ringing_again(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=5)
        await stage.act("cancel")
        await stage.passes(3600)
        rung = stage.world.calls(HULU_SIREN)
        stage.world.phone(GINA, answers())
        await stage.rings(GINA, then=60)
        await stage.rings(GINA, then=40)
        assert (await stage.case(2)).incident.state is State.CONFIRMED
        assert stage.world.calls(HULU_SIREN) == rung

    play(tmp_path, scene)


@pytest.mark.parametrize("phone", [RINGS, IS_OFF])
def test_a_second_missed_call_after_a_call_back_that_nobody_answered_is_a_yes(tmp_path: Path, phone: object) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(GINA, phone)  # type: ignore[arg-type]
        await stage.rings(GINA, then=45)
        await stage.rings(GINA, then=30)
        assert (await stage.case()).incident.state is State.CONFIRMED
        assert stage.world.calls(HULU_SIREN) == 1

    play(tmp_path, scene)


def test_an_unregistered_number_s_one_calls_officers_and_the_siren_waits(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        stage.world.phone(STRANGER, answers("1"))
        await stage.rings(STRANGER, then=60)
        case = await stage.case()
        assert case.incident.state is State.CONFIRMED
        assert not case.incident.siren_allowed
        rows = await stage.rows()
        assert [row for row in rows if row.effect.kind is EffectKind.CALL]
        assert not [row for row in rows if row.effect.kind is EffectKind.SIREN]

    play(tmp_path, scene)


def test_an_unregistered_number_s_silence_is_an_operator_s_to_judge(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        stage.world.phone(STRANGER, answers())
        await stage.rings(STRANGER, then=90)
        assert (await stage.case()).incident.state is State.PENDING
        assert await disturbed(stage) == []
        await stage.act("confirm")
        await stage.go(20)
        assert await disturbed(stage) != []

    play(tmp_path, scene)


def test_a_panic_button_skips_to_confirmed(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident(panic_button=True)
        await stage.rings(GINA, then=20)
        assert (await stage.case()).incident.state is State.CONFIRMED
        assert stage.world.calls(HULU_SIREN) == 1
        assert stage.world.calls(GINA) == 0

    play(tmp_path, scene)


def test_a_phone_that_must_be_quiet_is_never_called_back(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident(quiet=True)
        await stage.rings(GINA, then=60)
        assert (await stage.case()).alarm, "a person is shown it at once"
        await stage.rings(GINA, then=60)
        assert stage.world.calls(GINA) == 0
        assert stage.texts(GINA) == []

    play(tmp_path, scene)


def test_a_call_back_that_only_rings_while_the_alarm_is_confirmed_by_sms_gives_the_line_back(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.rings(GINA, then=6)
        await stage.sms(GINA, "1", then=3)
        (back,) = await stage.rows(1, EffectKind.CALL_BACK)
        assert back.state is EffectState.CANCELLED
        assert GINA in stage.world.hung_up
        await stage.go(10)
        assert stage.world.calls(HULU_SIREN) == 1

    play(tmp_path, scene, lines=1)


def test_a_hold_ends_some_time_after_somebody_accepted(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(GINA, answers("1"))
        stage.world.phone(ANI, answers("1"))
        await stage.rings(GINA, then=200)
        (back,) = await stage.rows(1, EffectKind.CALL_BACK)
        assert (back.state, back.pressed) == (EffectState.DONE, "1")
        assert stage.heard(GINA)[-1].startswith("Telepon ini kami tutup.")
        accepted_at = (await stage.case()).incident.accepted_at
        assert accepted_at is not None
        assert back.settled_at is not None
        assert back.settled_at - accepted_at <= timedelta(seconds=stage.city.clocks.hold_s + 15)

    play(tmp_path, scene, lines=3)


@pytest.mark.parametrize("passing", range(1, 5))
@pytest.mark.parametrize("key", ["1", "2"])
def test_killed_after_any_turn_of_a_call_back_what_was_pressed_stands_once(
    tmp_path: Path, key: str, passing: int
) -> None:
    async def main(clock: VirtualClock) -> None:
        stage = Stage(tmp_path, clock, lines=3)
        await stage.start()
        await stage.resident()
        await stage.stop()
        await stage.start(crash=at("turn", passing))
        stage.world.phone(GINA, answers(key))
        await stage.inbox.missed("air", GINA, clock.now())
        try:
            await stage.go(60)
        except Killed:
            await stage.stop(drop=True)
            await stage.start()
            await stage.go(60)
        (case,) = await stage.cases()
        expected = State.CONFIRMED if key == "1" else State.CANCELLED
        assert case.incident.state is expected
        assert stage.world.calls(HULU_SIREN) == (1 if key == "1" else 0)
        assert len([one for one in await stage.queued(GINA) if one.startswith("Laporan 1 dicatat")]) == (key == "1")
        await stage.end()

    run_virtual(main, EPOCH)


# -- the hands themselves


def test_a_machine_is_nobody_and_the_second_missed_call_is_a_yes(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(GINA, answers(hangs_up_s=1.0))
        await stage.rings(GINA, then=30)
        (back,) = await stage.rows(1, EffectKind.CALL_BACK)
        hands = CallBackHands(stage.city, Lines(free=lambda: 1, voices=lambda: 1))
        call = Call(
            id="c",
            flow="call_back",
            number=GINA,
            language="id",
            leg="m",
            fields={"machine": "yes"},
            about=back.effect.key,
            at=stage.clock.now(),
            turn="t",
        )

        def work(tx: Tx) -> str:
            return hands.act(tx, call, "silent", {}).result

        assert await stage.store.write(work) == "noted"
        assert (await stage.case()).incident.state is State.PENDING
        await stage.rings(GINA, then=30)
        assert (await stage.case()).incident.state is State.CONFIRMED
        assert stage.world.calls(HULU_SIREN) == 1

    play(tmp_path, scene)


def test_an_officer_who_is_asked_while_the_caller_holds_is_told_his_number_where_no_line_joins(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(GINA, answers("1"))
        stage.world.phone(ANI, answers("4", key_after_s=10.0))
        stage.world.phone(DODI, RINGS)
        await stage.rings(GINA, then=60)
        assert any(words.startswith("Nomor pelapor") for words in stage.heard(ANI))

    play(tmp_path, scene, lines=3)
