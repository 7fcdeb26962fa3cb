"""Words that may be an emergency or not: kept, asked about once, shown, and settled by the writer or by a person."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from dispatch.case import Asked
from dispatch.incident import State
from tests.dispatch.stage import ANI, GINA, HULU_SIREN, STRANGER, Stage, play

DOUBTFUL = "kereta saya hilang di depan rumah"
ASKED = "Apakah ini darurat"


def test_doubtful_words_are_kept_asked_about_and_shown_and_nobody_is_rung(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, DOUBTFUL, then=15)
        case = await stage.case()
        assert (case.incident.state, case.asked) == (State.PENDING, Asked.DOUBT)
        assert "a person must read them" in case.alarm
        assert [ASKED in text for text in stage.texts(GINA)] == [True]
        assert stage.world.dialled == []

    play(tmp_path, scene)


def test_the_answer_one_makes_it_an_alarm_with_the_siren(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, DOUBTFUL, then=15)
        await stage.sms(GINA, "1", then=15)
        assert (await stage.case()).incident.state is State.CONFIRMED
        assert stage.world.calls(HULU_SIREN) == 1
        assert stage.world.calls(ANI) == 1
        assert len(await stage.cases()) == 1, "the digit is no code while the question stands"

    play(tmp_path, scene)


def test_the_answer_two_or_no_drops_it_without_a_mark_against_the_number(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        for answer in ("2", "tidak"):
            await stage.sms(GINA, DOUBTFUL, then=15)
            await stage.sms(GINA, answer, then=15)
            case = (await stage.cases())[0]
            assert (case.incident.state, case.false_alarm) == (State.CANCELLED, False)
        assert "bukan darurat" in stage.texts(GINA)[-1]
        assert stage.world.dialled == []

    play(tmp_path, scene)


def test_yes_in_a_word_rings_an_officer(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.sms(STRANGER, DOUBTFUL, then=15)
        await stage.sms(STRANGER, "ya", then=15)
        assert (await stage.case()).incident.state is State.CONFIRMED
        assert stage.world.calls(HULU_SIREN) == 0

    play(tmp_path, scene)


def test_a_call_after_doubtful_words_rings_an_officer(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, DOUBTFUL, then=15)
        await stage.rings(GINA, then=20)
        assert (await stage.case()).incident.state is State.CONFIRMED
        assert stage.world.calls(ANI) == 1
        assert stage.world.calls(HULU_SIREN) == 0

    play(tmp_path, scene)


def test_a_clear_word_after_doubtful_ones_is_the_alarm(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, DOUBTFUL, then=15)
        await stage.sms(GINA, "tolong ada rampok", then=15)
        here = (await stage.case()).incident
        assert (here.state, here.kind) == (State.CONFIRMED, "robbery")
        assert stage.world.calls(HULU_SIREN) == 1

    play(tmp_path, scene)


def test_a_person_who_drops_it_leaves_no_mark_against_the_number(tmp_path: Path) -> None:
    from dispatch.acceptance import Who, cancel

    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, DOUBTFUL, then=15)
        who = Who(name="Operator", how="page")
        await stage.store.write(lambda tx: cancel(tx, stage.city, 1, who, stage.clock.now()))
        assert not (await stage.cases())[0].false_alarm

    play(tmp_path, scene)


def test_long_after_the_question_other_words_are_no_answer_and_it_is_still_shown(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, DOUBTFUL, then=15)
        await stage.go(timedelta(hours=3).total_seconds())
        await stage.sms(GINA, "selamat pagi pak", then=15)
        case = await stage.case()
        assert (case.incident.state, bool(case.alarm)) == (State.PENDING, True)
        assert sum(ASKED in text for text in stage.texts(GINA)) == 1

    play(tmp_path, scene)
