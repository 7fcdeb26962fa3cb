"""Who may accept, by what, and what everybody else is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from config.city import City
from dispatch.acceptance import Verdict, Who, accept, cancel, close, next_station
from dispatch.incident import State
from gateway.store import Tx
from tests.dispatch.stage import ANI, DODI, EKO, GINA, POSKO, STRANGER, Stage, play
from tests.ivr.scripted import answers


def _act(verb: Callable[..., Verdict], city: City, number: int, now: datetime, tx: Tx) -> Verdict:
    return verb(tx, city, number, WHO, now)


WHO = Who(name="Operator Sari", how="page")


def test_the_code_from_the_number_offered_accepts_and_everybody_is_told_the_truth(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=50)
        assert stage.texts(DODI)
        await stage.sms(ANI, f"siap {await stage.code(ANI)} meluncur", then=20)
        here = (await stage.case()).incident
        assert (here.state, here.accepted_by, here.station) == (State.ACCEPTED, ANI, "polsek-hulu")
        assert "diterima petugas Polsek Hulu" in stage.texts(GINA)[-1]
        assert "Anda menerima laporan 1" in stage.texts(ANI)[-1]
        assert "sudah diterima Ani Contoh" in stage.texts(DODI)[-1]
        dialled = len(stage.world.dialled)
        await stage.go(300)
        assert len(stage.world.dialled) == dialled
        assert not any("belum ada petugas" in text for text in stage.texts(GINA))

    play(tmp_path, scene)


def test_a_code_from_any_other_number_accepts_nothing(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=10)
        code = await stage.code(ANI)
        for number in (STRANGER, GINA, EKO):
            await stage.sms(number, code, then=5)
            assert (await stage.case()).incident.state is State.CONFIRMED

    play(tmp_path, scene)


def test_words_without_a_code_accept_nothing_and_cost_no_try(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=10)
        for text in ("siap", "ya", "1", "oke meluncur"):
            await stage.sms(ANI, text, then=5)
        assert len(await stage.cases()) == 1
        assert (await stage.case()).incident.state is State.CONFIRMED
        assert [offer.tries_left for offer in await stage.offers(ANI)] == [3]

    play(tmp_path, scene)


def test_three_wrong_codes_close_the_offer_and_the_next_offer_has_a_new_code(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=10)
        code = await stage.code(ANI)
        for left in (2, 1, 0):
            await stage.sms(ANI, "9999", then=5)
            assert f"Sisa {left} kali" in stage.texts(ANI)[-1]
        await stage.sms(ANI, code, then=5)
        assert (await stage.case()).incident.state is State.CONFIRMED
        await stage.go(300)
        newer = await stage.code(ANI)
        assert newer != code
        await stage.sms(ANI, newer, then=5)
        assert (await stage.case()).incident.state is State.ACCEPTED

    play(tmp_path, scene)


def test_every_offer_has_a_new_code_and_an_older_one_of_that_officer_holds(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=10)
        old = await stage.code(ANI)
        await stage.go(900)
        assert len({offer.code for offer in await stage.offers(ANI)}) > 1
        await stage.sms(ANI, old, then=5)
        assert (await stage.case()).incident.state is State.ACCEPTED

    play(tmp_path, scene)


def test_a_code_too_old_with_no_newer_offer_brings_a_new_code_at_once(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=10)
        old = await stage.code(ANI)
        await stage.passes(stage.city.clocks.offer_s + 60)
        letter = await stage.letter(ANI, old)
        await stage.go(5)
        assert await stage.incident_of(letter) == 1
        assert (await stage.case()).incident.state is State.CONFIRMED
        newer = await stage.code(ANI)
        assert newer != old
        assert newer in stage.texts(ANI)[-1]
        await stage.sms(ANI, newer, then=5)
        assert (await stage.case()).incident.state is State.ACCEPTED

    play(tmp_path, scene)


def test_a_second_acceptance_is_refused_truthfully(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=50)
        await stage.sms(DODI, await stage.code(DODI), then=10)
        told = len(stage.texts(ANI))
        await stage.sms(ANI, await stage.code(ANI), then=10)
        assert (await stage.case()).incident.accepted_by == DODI
        assert "sudah diterima Dodi Contoh" in stage.texts(ANI)[told]
        verdict = await stage.store.write(lambda tx: accept(tx, stage.city, 1, WHO, stage.clock.now()))
        assert (verdict.done, verdict.why) == (False, "incident 1 was accepted by Dodi Contoh at 11:00")
        await stage.sms(DODI, await stage.code(DODI), then=10)
        assert "Anda menerima laporan 1" in stage.texts(DODI)[-1]

    play(tmp_path, scene)


def test_a_code_for_an_incident_that_ended_is_answered_with_how_it_ended(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=20)
        code = await stage.code(ANI)
        await stage.sms(GINA, "BATAL", then=10)
        told = len(stage.texts(ANI))
        await stage.sms(ANI, code, then=10)
        assert (await stage.case()).incident.state is State.CANCELLED
        assert "dibatalkan" in stage.texts(ANI)[told]

    play(tmp_path, scene)


@pytest.mark.parametrize("keys", ["1", "51"])
def test_a_key_on_the_officers_call_accepts_before_the_call_ends(tmp_path: Path, keys: str) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(ANI, answers(keys))
        await stage.sms(GINA, "RAMPOK", then=30)
        here = (await stage.case()).incident
        assert (here.state, here.accepted_by) == (State.ACCEPTED, ANI)
        assert "Anda menerima laporan 1" in stage.texts(ANI)[-1]
        assert ANI not in stage.world.hung_up

    play(tmp_path, scene)


def test_an_answered_call_is_no_acceptance_and_two_passes_to_the_next_person_at_once(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(ANI, answers("2"))
        await stage.sms(GINA, "RAMPOK", then=15)
        assert (await stage.case()).incident.state is State.CONFIRMED
        assert stage.world.calls(DODI) == 1

    play(tmp_path, scene)


def test_an_officer_who_cries_for_help_is_heard_although_an_offer_waits_for_his_code(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=10)
        assert await stage.code(ANI)
        await stage.sms(ANI, "TOLONG KEBAKARAN di Jl. Cemara 1234", then=5)
        robbery, fire = await stage.cases()
        assert (fire.incident.caller, fire.incident.kind, fire.incident.state) == (ANI, "fire", State.CONFIRMED)
        assert robbery.incident.state is State.CONFIRMED

    play(tmp_path, scene)


def test_a_mailbox_that_picks_up_and_presses_nothing_accepts_nothing(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(ANI, answers())
        await stage.sms(GINA, "RAMPOK", then=120)
        assert (await stage.case()).incident.state is State.CONFIRMED
        assert stage.world.calls(DODI) >= 1
        assert not any("diterima" in text for text in stage.texts(GINA))

    play(tmp_path, scene)


def test_acceptance_hangs_up_the_calls_that_still_ring_and_those_people_are_told(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=45)
        await stage.sms(ANI, await stage.code(ANI), then=15)
        assert DODI in stage.world.hung_up
        assert "sudah diterima" in stage.texts(DODI)[-1]

    play(tmp_path, scene)


def test_who_accepts_by_sms_is_not_rung_on_and_the_reporter_is_told_at_once(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=12)
        await stage.sms(ANI, await stage.code(ANI), then=5)
        assert ANI in stage.world.hung_up
        assert any("diterima petugas" in text for text in stage.texts(GINA))

    play(tmp_path, scene)


def test_a_named_person_accepts_cancels_and_closes_by_the_same_verbs(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        for _ in range(3):
            await stage.sms(GINA, "RAMPOK", then=20)
            number = (await stage.cases())[-1].incident.id
            now = stage.clock.now()
            verbs: dict[int, Callable[..., Verdict]] = {1: accept, 2: cancel, 3: close}
            verdict = await stage.store.write(partial(_act, verbs[number], stage.city, number, now))
            assert verdict.done
            stage.dispatch.look((number,))
            await stage.go(700)
        states = [case.incident.state for case in await stage.cases()]
        assert states == [State.ACCEPTED, State.CANCELLED, State.CLOSED]
        assert any("sudah diterima Operator Sari" in text for text in stage.texts(ANI))
        assert any("telah ditutup" in text for text in stage.texts(GINA))
        refused = await stage.store.write(lambda tx: cancel(tx, stage.city, 3, WHO, stage.clock.now()))
        assert (refused.done, refused.why) == (False, "incident 3 is closed")

    play(tmp_path, scene)


def test_next_calls_the_next_person_without_waiting_for_the_one_that_rings(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=12)
        assert stage.world.calls(DODI) == 0
        await stage.store.write(lambda tx: next_station(tx, stage.city, 1, WHO, stage.clock.now()))
        stage.dispatch.look((1,))
        await stage.go(5)
        assert stage.world.calls(DODI) == 1

    play(tmp_path, scene, lines=3)


def test_a_late_batal_after_acceptance_goes_to_the_officer_who_accepted(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=45)
        await stage.sms(DODI, await stage.code(DODI), then=60)
        await stage.sms(GINA, "BATAL", then=10)
        assert "minta batal" in stage.texts(DODI)[-1]
        assert not any("minta batal" in text for text in stage.texts(ANI))

    play(tmp_path, scene)


def test_nobody_who_accepts_in_time_means_the_resident_and_headquarters_are_told_so(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=200)
        assert any("belum ada petugas yang menjawab" in text for text in stage.texts(GINA))
        assert any("BELUM ADA YANG MENERIMA" in text for text in stage.texts(POSKO))
        assert (await stage.case()).alarm

    play(tmp_path, scene)


def test_a_repeat_after_acceptance_is_answered_with_who_is_coming(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=20)
        await stage.sms(ANI, await stage.code(ANI), then=20)
        await stage.sms(GINA, "tolong cepat pak", then=10)
        assert "diterima petugas Polsek Hulu" in stage.texts(GINA)[-1]
        assert "masih dihubungi" not in "".join(stage.texts(GINA)[1:])
        assert "tolong cepat pak" in stage.texts(ANI)[-1]

    play(tmp_path, scene)
