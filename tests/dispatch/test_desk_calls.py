"""A missed call: turned away, rung back, asked about; what makes it an alarm and what does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatch.incident import State
from dispatch.plan import EffectKind
from tests.dispatch.stage import ANI, EKO, GINA, HADI, HULU_SIREN, STRANGER, Stage, play
from tests.ivr.scripted import IS_ENGAGED, RINGS, answers


def test_a_missed_call_is_pending_rung_back_within_ten_seconds_and_asked_by_sms(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        began = stage.clock.now()
        await stage.rings(GINA, then=40)
        case = await stage.case()
        assert case.incident.state is State.PENDING
        assert [call.to for call in stage.world.dialled] == [GINA]
        assert (stage.world.dialled[0].at - began).total_seconds() <= stage.city.clocks.callback_s
        assert stage.texts(GINA) == [stage.city.text("id", "ask_missed_call")]

    play(tmp_path, scene)


def test_one_confirms_a_missed_call_and_two_drops_it(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.resident(HADI)
        await stage.rings(GINA, then=5)
        await stage.rings(HADI, then=35)
        await stage.sms(GINA, "1", then=15)
        await stage.sms(HADI, " 2. ", then=15)
        gina, hadi = await stage.cases()
        assert (gina.incident.state, gina.incident.verified) == (State.CONFIRMED, True)
        assert hadi.incident.state is State.CANCELLED
        assert stage.world.calls(HULU_SIREN) == 1
        assert "dicatat" in stage.texts(GINA)[-1]
        assert "salah pencet" in stage.texts(HADI)[-1]

    play(tmp_path, scene)


def test_emergency_words_win_over_the_question(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.rings(GINA, then=5)
        await stage.sms(GINA, "KEBAKARAN", then=15)
        (case,) = await stage.cases()
        assert (case.incident.state, case.incident.kind, case.asked) == (State.CONFIRMED, "fire", "")

    play(tmp_path, scene)


def test_words_that_are_neither_yes_nor_no_are_kept_with_the_call_and_it_is_asked_on(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.rings(GINA, then=40)
        letter = await stage.letter(GINA, "pak ini nomor siapa ya")
        await stage.go(5)
        assert await stage.incident_of(letter) == 1
        assert (await stage.case()).incident.state is State.PENDING
        assert stage.texts(GINA)[1:] == [stage.city.text("id", "ask_missed_call")]

    play(tmp_path, scene)


def test_a_digit_long_after_the_question_is_a_code_of_the_pack(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.rings(GINA, then=2 * stage.city.clocks.choice_s + 60)
        await stage.sms(GINA, "2", then=5)
        assert [(case.incident.state, case.incident.kind) for case in await stage.cases()] == [
            (State.CONFIRMED, "fire")
        ], "2 is no 'no' any more"

    play(tmp_path, scene)


def test_a_digit_after_the_question_lapsed_is_asked_about_and_later_it_is_a_code_again(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.rings(GINA, then=700)
        await stage.sms(GINA, "2", then=5)
        case = await stage.case()
        assert case.incident.state is State.PENDING
        assert stage.texts(GINA)[-1] == stage.city.text("id", "ask_missed_call")
        await stage.sms(GINA, "2", then=5)
        assert (await stage.case()).incident.state is State.CANCELLED
        await stage.sms(GINA, "2", then=5)
        assert [(case.incident.state, case.incident.kind) for case in (await stage.cases())[1:]] == [
            (State.CONFIRMED, "fire")
        ]

    play(tmp_path, scene)


def test_a_second_missed_call_after_an_unanswered_call_back_is_an_alarm(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(GINA, RINGS)
        await stage.rings(GINA, then=40)
        await stage.rings(GINA, then=15)
        assert (await stage.case()).incident.state is State.CONFIRMED
        assert stage.world.calls(HULU_SIREN) == 1
        assert stage.world.calls(ANI) == 1

    play(tmp_path, scene)


def test_a_second_missed_call_while_the_call_back_is_still_on_its_way_only_joins(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.rings(GINA, then=1)
        await stage.rings(GINA, then=2)
        (case,) = await stage.cases()
        assert case.incident.state is State.PENDING

    play(tmp_path, scene)


def test_answering_the_call_back_and_hanging_up_confirms_nothing(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(GINA, answers(hangs_up_s=5.0))
        await stage.rings(GINA, then=90)
        assert (await stage.case()).incident.state is State.PENDING
        assert [row.outcome for row in await stage.rows(1, EffectKind.CALL_BACK)] == ["answered"]
        assert stage.world.calls(ANI) == 0

    play(tmp_path, scene)


def test_after_an_answered_call_back_a_second_missed_call_brings_an_officer_and_the_siren_waits(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(GINA, answers(hangs_up_s=5.0))
        await stage.rings(GINA, then=90)
        await stage.rings(GINA, then=20)
        assert (await stage.case()).incident.state is State.CONFIRMED
        assert (stage.world.calls(ANI), stage.world.calls(HULU_SIREN)) == (1, 0)

    play(tmp_path, scene)


@pytest.mark.parametrize(("key", "state"), [("1", State.CONFIRMED), ("2", State.CANCELLED), ("7", State.CONFIRMED)])
def test_only_one_on_the_call_back_is_the_callers_word(tmp_path: Path, key: str, state: State) -> None:
    """Whoever presses something else, and then nothing, is there: an officer is called as for silence."""

    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(GINA, answers(key))
        await stage.rings(GINA, then=60)
        case = await stage.case()
        assert (case.incident.state, case.incident.verified) == (state, key == "1")
        assert stage.world.calls(HULU_SIREN) == (1 if key == "1" else 0)

    play(tmp_path, scene)


def test_a_panic_button_goes_straight_to_an_alarm(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident(panic_button=True)
        await stage.rings(GINA, then=15)
        assert (await stage.case()).incident.state is State.CONFIRMED
        assert stage.world.calls(HULU_SIREN) == 1
        assert stage.world.calls(GINA) == 0

    play(tmp_path, scene)


def test_of_an_unregistered_caller_an_operator_decides_and_one_by_sms_brings_officers(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.rings(STRANGER, then=40)
        await stage.rings(STRANGER, then=40)
        (case,) = await stage.cases()
        assert case.incident.state is State.PENDING
        assert stage.world.calls(STRANGER) == 1
        await stage.sms(STRANGER, "1", then=20)
        assert (await stage.case()).incident.state is State.CONFIRMED
        assert (stage.world.calls(EKO), stage.world.calls(HULU_SIREN)) == (1, 0)

    play(tmp_path, scene)


@pytest.mark.parametrize("caller", [None, "888", "INFO"])
def test_a_withheld_or_machine_caller_is_an_alarm_to_a_person_and_nobody_rings_back(
    tmp_path: Path, caller: str | None
) -> None:
    async def scene(stage: Stage) -> None:
        await stage.rings(caller, then=5)
        await stage.rings(caller, then=5)
        (case,) = await stage.cases()
        assert case.incident.state is State.PENDING
        assert case.alarm
        assert stage.world.dialled == []
        assert stage.air.sent == []

    play(tmp_path, scene)


def test_a_quiet_resident_is_not_rung_back_and_a_second_call_is_an_alarm(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident(quiet=True)
        await stage.rings(GINA, then=20)
        await stage.rings(GINA, then=20)
        assert (await stage.case()).incident.state is State.CONFIRMED
        assert (stage.world.calls(GINA), stage.texts(GINA)) == (0, [])

    play(tmp_path, scene)


def test_a_missed_call_long_after_the_first_starts_anew(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.rings(GINA, then=40)
        await stage.go(stage.city.clocks.missed_s)
        await stage.rings(GINA, then=40)
        assert [case.incident.state for case in await stage.cases()] == [State.CLOSED, State.PENDING]
        assert stage.world.calls(GINA) == 2

    play(tmp_path, scene)


def test_the_caller_of_an_open_alarm_who_rings_again_joins_it(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "SOS", then=10)
        await stage.rings(GINA, then=10)
        assert len(await stage.cases()) == 1
        assert stage.world.calls(GINA) == 0

    play(tmp_path, scene)


def test_an_officer_who_rings_back_is_called_again_at_once_and_has_accepted_nothing(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(ANI, IS_ENGAGED)
        await stage.sms(GINA, "SOS", then=20)
        assert stage.world.calls(ANI) == 1
        await stage.rings(ANI, then=5)
        assert stage.world.calls(ANI) == 2
        assert (await stage.case()).incident.state is State.CONFIRMED

    play(tmp_path, scene, lines=3)
