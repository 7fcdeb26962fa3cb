"""Officers' calls as they go: what is said, what a key does, and what the ladder makes of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from config.clock import VirtualClock, run_virtual
from dispatch.incident import State
from dispatch.plan import Answer, EffectKind, EffectState
from dispatch.voice import Lines, NoSuchCall, OfficerHands
from gateway.store import Tx
from ivr.session import Call
from tests.dispatch.stage import ANI, DODI, EKO, EPOCH, GINA, HULU, STRANGER, Killed, Stage, play, spoken
from tests.ivr.scripted import answers


def test_an_officer_hears_what_where_and_who_and_accepts_with_one_key(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(ANI, answers("1"))
        await stage.sms(GINA, "RAMPOK", then=40)
        case = await stage.case()
        assert (case.incident.state, case.incident.accepted_by) == (State.ACCEPTED, ANI)
        first = stage.heard(ANI)[0]
        assert first.startswith("Laporan darurat: ")
        for words in (
            "Jl. Bambu Kuning No. 1",
            "Kelurahan Batu Merah",
            "Alamat terdaftar",
            "Pelapor Gina Contoh.",
            "Sirene",
        ):
            assert words in first
        assert "Diterima. Terima kasih." in stage.heard(ANI)
        (call,) = await stage.rows(1, EffectKind.CALL)
        assert (call.pressed, call.answer, call.state) == ("1", Answer.TOLD, EffectState.DONE)
        assert any("terima" in text for text in stage.texts(ANI)), "the code by SMS goes at the same time"

    play(tmp_path, scene)


def test_an_acceptance_is_committed_before_anybody_hears_of_it(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(ANI, answers("1"))
        accepted_at = None
        await stage.sms(GINA, "RAMPOK", then=1)
        while "Diterima. Terima kasih." not in stage.heard(ANI):
            accepted_at = (await stage.case()).incident.accepted_at
            await stage.go(0.25)
        stood = (await stage.case()).incident.accepted_at
        assert stood is not None
        assert stood <= stage.clock.now()
        assert accepted_at in (None, stood)

    play(tmp_path, scene)


def test_whoever_cannot_come_is_followed_by_the_next_at_once_while_he_still_listens(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(ANI, answers("2"))
        await stage.sms(GINA, "RAMPOK", then=20)
        assert "Petugas berikutnya ditelepon sekarang" in stage.heard(ANI)[-1]
        first, second = await stage.rows(1, EffectKind.CALL)
        assert first.started_at is not None
        assert second.intended_at - first.started_at <= timedelta(seconds=9)  # 4 s until he answers, 3 until he presses
        assert (second.effect.target, first.pressed) == (DODI, "2")
        assert (await stage.case()).incident.state is State.CONFIRMED

    play(tmp_path, scene)


def test_voicemail_a_pocket_and_a_child_accept_nothing(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(ANI, answers())
        stage.world.phone(DODI, answers("7#*5"))
        await stage.sms(GINA, "RAMPOK", then=150)
        case = await stage.case()
        assert case.incident.state is State.CONFIRMED
        assert len([words for words in stage.heard(ANI) if words.startswith("Laporan darurat")]) >= 2  # said twice
        assert stage.world.calls(EKO) >= 1

    play(tmp_path, scene)


@pytest.mark.parametrize(("lines", "within_s"), [(2, 30), (1, 75)])
def test_while_one_listens_without_a_key_the_next_person_is_not_late(
    tmp_path: Path, lines: int, within_s: float
) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(ANI, answers("3333333333333333333", key_after_s=6.0))  # again, and again
        await stage.sms(GINA, "RAMPOK", then=130)
        first, second = (await stage.rows(1, EffectKind.CALL))[:2]
        assert first.started_at is not None
        assert first.attempted_at is not None
        assert second.attempted_at is not None
        begun = first.started_at if lines == 2 else first.attempted_at
        assert second.attempted_at - begun <= timedelta(seconds=within_s + 1)

    play(tmp_path, scene, lines=lines)


def test_two_officers_on_the_line_hear_of_each_other_and_the_slower_hears_who_has_it(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(ANI, answers("331", key_after_s=14.0))
        stage.world.phone(DODI, answers("1", key_after_s=5.0))
        await stage.sms(GINA, "RAMPOK", then=80)
        assert (await stage.case()).incident.accepted_by == DODI
        assert any("Yang juga sedang ditelepon: Ani Contoh." in words for words in stage.heard(DODI))
        assert stage.heard(ANI)[-1] == "Laporan ini sudah diterima Dodi Contoh. Terima kasih."
        assert "Diterima. Terima kasih." not in stage.heard(ANI)

    play(tmp_path, scene)


def test_an_alarm_called_off_while_he_listens_is_not_accepted(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(ANI, answers("1", key_after_s=12.0))
        await stage.sms(GINA, "RAMPOK", then=14)
        await stage.sms(GINA, "BATAL", then=40)
        assert (await stage.case()).incident.state is State.CANCELLED
        assert "Diterima. Terima kasih." not in stage.heard(ANI)
        assert any("dibatalkan" in text for text in stage.texts(ANI))

    play(tmp_path, scene)


def test_a_place_that_becomes_known_while_the_call_goes_on_is_said_on_repeat(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        stage.world.phone(EKO, answers("3", key_after_s=15.0))
        await stage.sms(STRANGER, "RAMPOK", then=12)
        assert "Tempatnya belum diketahui." in stage.heard(EKO)[0]
        await stage.sms(STRANGER, "Kelurahan Batu Merah", then=20)
        assert any("Kelurahan Batu Merah" in words and "Disebut pelapor." in words for words in stage.heard(EKO)[1:])

    play(tmp_path, scene)


def test_health_notes_are_said_to_the_officer_who_accepted_and_to_nobody_else(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident(notes="sakit jantung", cannot_walk=True)
        stage.world.phone(ANI, answers("2"))
        stage.world.phone(DODI, answers("1"))
        await stage.sms(GINA, "RAMPOK", then=60)
        assert not any("jantung" in words for words in stage.heard(ANI))
        assert "Perhatian: Tidak bisa jalan, sakit jantung." in stage.heard(DODI)
        before = stage.heard(DODI)[: stage.heard(DODI).index("Diterima. Terima kasih.")]
        assert not any("jantung" in words for words in before)

    play(tmp_path, scene)


def test_the_reporters_number_is_said_twice_where_no_second_line_is_free(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(ANI, answers("41"))
        await stage.sms(GINA, "RAMPOK", then=60)
        assert "Nomor pelapor 085500003001. Sekali lagi, 085500003001." in stage.heard(ANI)
        assert (await stage.case()).incident.accepted_by == ANI

    play(tmp_path, scene, lines=1)


def test_the_reporter_is_connected_where_a_line_is_free_and_his_number_said_when_that_fails(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(ANI, answers("41", key_after_s=8.0))
        await stage.sms(GINA, "RAMPOK", then=70)
        heard = stage.heard(ANI)
        assert heard.index("Anda disambungkan dengan pelapor.") < heard.index(
            "Nomor pelapor 085500003001. Sekali lagi, 085500003001."
        )

    play(tmp_path, scene)


def test_a_phone_that_must_be_quiet_is_neither_rung_nor_read_out(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(ANI, answers("41"))
        await stage.sms(GINA, "DIAM RAMPOK", then=60)
        assert "Jangan menelepon pelapor. Ia minta tidak dihubungi." in stage.heard(ANI)
        assert not any("085500003001" in words for words in stage.heard(ANI))
        assert stage.world.calls(GINA) == 0

    play(tmp_path, scene)


def test_a_withheld_number_is_said_to_be_withheld(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        stage.world.phone(ANI, answers("4"))
        await stage.rings(None, then=2)
        await stage.act("confirm")
        await stage.go(40)
        assert "Nomor pelapor tersembunyi." in stage.heard(ANI)[0]
        assert "Nomor pelapor tidak diketahui." in stage.heard(ANI)

    play(tmp_path, scene)


def test_on_a_line_without_a_voice_nothing_is_accepted_and_the_ladder_waits_as_for_a_ring(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        for modem in stage.modems:
            modem.speaks = False
        stage.world.phone(ANI, answers("1"))
        await stage.sms(GINA, "RAMPOK", then=100)
        assert (await stage.case()).incident.state is State.CONFIRMED
        first, second = (await stage.rows(1, EffectKind.CALL))[:2]
        assert (first.answer, first.state) == (Answer.UNHEARD, EffectState.DONE)
        assert first.started_at is not None
        assert second.intended_at - first.started_at == pytest.approx(timedelta(seconds=30), abs=timedelta(seconds=1))
        assert stage.heard(ANI) == []
        await stage.sms(ANI, await stage.code(ANI), then=5)
        assert (await stage.case()).incident.accepted_by == ANI

    play(tmp_path, scene)


def test_a_call_whose_line_is_lost_in_mid_call_goes_on_on_another_with_the_same_conversation(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(ANI, answers(lost_s=6.0), answers("1", key_after_s=5.0))
        await stage.sms(GINA, "RAMPOK", then=60)
        assert (await stage.case()).incident.accepted_by == ANI
        calls = await stage.rows(1, EffectKind.CALL)
        assert [row.effect.target for row in calls] == [ANI]
        assert stage.world.calls(ANI) == 2

    play(tmp_path, scene)


def at(point: str, passing: int) -> Callable[[str], None]:
    left = passing

    def passed(name: str) -> None:
        nonlocal left
        left -= name == point
        if left == 0 and name == point:
            raise Killed(f"{point}:{passing}")

    return passed


@pytest.mark.parametrize("passing", range(1, 6))
def test_killed_after_any_turn_of_the_call_an_acceptance_stands_once_it_was_said(tmp_path: Path, passing: int) -> None:
    async def main(clock: VirtualClock) -> None:
        stage = Stage(tmp_path, clock)
        await stage.start(crash=at("turn", passing))
        await stage.resident()
        stage.world.phone(ANI, answers("341"))
        await stage.letter(GINA, "RAMPOK")
        try:
            await stage.go(60)
            killed = False
        except Killed:
            killed = True
            said = list(stage.heard(ANI))
            await stage.stop(drop=True)
            await stage.start()
            case = await stage.case()
            if "Diterima. Terima kasih." in said:
                assert case.incident.state is State.ACCEPTED
            await stage.go(60)
        (case,) = await stage.cases()
        assert (case.incident.state, case.incident.accepted_by) == (State.ACCEPTED, ANI)
        assert killed or passing > 4
        text = (await stage.said()).count("accepted:")
        assert text == 1
        await stage.end()

    run_virtual(main, EPOCH)


def test_a_drill_says_so_on_the_call(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(ANI, answers("341", after_s=8.0))
        await stage.without_dispatch()
        await stage.letter(GINA, "RAMPOK")
        await stage.clock.sleep(1)
        await stage.drilled()
        await stage.stop()
        await stage.start()
        await stage.go(60)
        assert stage.heard(ANI)[0] == "Latihan."
        assert stage.heard(ANI).count("Latihan.") >= 4

    play(tmp_path, scene)


@pytest.mark.parametrize("name", ["officer", "comm_test"])
def test_in_a_drill_no_turn_of_an_officers_call_begins_without_the_word(name: str) -> None:
    flow = spoken()[name]
    assert "drill" in flow.fields
    for node in flow.nodes.values():
        for said in (node.prompts, node.again):
            assert not said or said[0] == "drill", node.name


# -- the hands themselves


def call(about: str, number: str) -> Call:
    return Call(
        id="c", flow="officer", number=number, language="id", leg="m", fields={}, about=about, at=EPOCH, turn="t"
    )


def test_only_who_was_offered_it_can_accept_and_only_on_his_own_call(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=10)
        (row,) = await stage.rows(1, EffectKind.CALL)
        hands = OfficerHands(stage.city, Lines(free=lambda: 1, voices=lambda: 1))
        for about, number in (
            (row.effect.key, DODI),
            (row.effect.key.replace("/1", "/2"), ANI),
            (f"1/{HULU}/siren/1", ANI),
            ("", ANI),
            ("callout/33", ANI),
            ("x/y", ANI),
        ):

            def forged(tx: Tx, about: str = about, number: str = number) -> None:
                hands.act(tx, call(about, number), "accept", {})

            with pytest.raises(NoSuchCall):
                await stage.store.write(forged)
        assert (await stage.case()).incident.state is State.CONFIRMED

    play(tmp_path, scene)


def test_health_notes_are_in_no_answer_before_the_acceptance(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident(notes="sakit jantung")
        await stage.sms(GINA, "RAMPOK", then=10)
        (row,) = await stage.rows(1, EffectKind.CALL)
        hands = OfficerHands(stage.city, Lines(free=lambda: 1, voices=lambda: 1))

        def work(tx: Tx) -> list[str]:
            acts = ("incident", "accept", "incident")
            return [hands.act(tx, call(row.effect.key, ANI), act, {}).fields["notes"] for act in acts]

        assert await stage.store.write(work) == ["", *["Perhatian: sakit jantung."] * 2]

    play(tmp_path, scene)


def test_an_incident_that_is_gone_is_said_to_be_over(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=10)
        (row,) = await stage.rows(1, EffectKind.CALL)
        await stage.sms(GINA, "BATAL", then=2)
        hands = OfficerHands(stage.city, Lines(free=lambda: 1, voices=lambda: 1))

        def work(tx: Tx) -> list[str]:
            return [hands.act(tx, call(row.effect.key, ANI), act, {}).result for act in ("incident", "accept")]

        assert await stage.store.write(work) == ["over", "over"]

    play(tmp_path, scene)


def test_the_same_key_again_accepts_once(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=10)
        (row,) = await stage.rows(1, EffectKind.CALL)
        hands = OfficerHands(stage.city, Lines(free=lambda: 1, voices=lambda: 1))

        def work(tx: Tx) -> list[str]:
            acts = ("accept", "accept", "incident")
            return [hands.act(tx, call(row.effect.key, ANI), act, {}).result for act in acts]

        assert await stage.store.write(work) == ["accepted", "accepted", "yours"]
        assert (await stage.said()).count("accepted:") == 1

    play(tmp_path, scene)
