"""What people do to an incident beside accepting it: send it to somebody, put its place right, reach its reporter, find
what it was; and two people at one incident."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from dispatch.acceptance import Verdict, Who, accept, officer_at
from dispatch.acts import carry_out
from dispatch.case import Asked
from dispatch.incident import Certainty, Source, State
from dispatch.plan import EffectKind
from dispatch.seen import revision
from dispatch.store import false_alarms_since
from gateway.store import Tx
from gateway.store.audit import AUDIT_LINE
from tests.dispatch.stage import ANI, DODI, EKO, EPOCH, GINA, HADI, HULU, STRANGER, Stage, play

SARI, BUDI = Who(name="Sari", how="page", login="sari"), Who(name="Budi", how="page", login="budi")


async def does(
    stage: Stage, act: str, fields: Mapping[str, str] = {}, *, who: Who = SARI, seen: int | None = None, number: int = 1
) -> Verdict:
    """A person does it on the page."""
    now = stage.clock.now()
    verdict = await stage.store.write(
        lambda tx: carry_out(tx, stage.city, number, act, who, now, fields, seen=seen, new_code=stage.new_code)
    )
    stage.dispatch.look([number])
    return verdict


async def seen_now(stage: Stage, number: int = 1) -> int:
    return await stage.store.read(lambda tx: revision(tx, number))


async def robbed(stage: Stage, then: float = 5) -> None:
    await stage.resident()
    await stage.sms(GINA, "TOLONG RAMPOK", then=then)


def test_an_accepted_one_is_sent_to_an_officer_who_takes_it_with_his_own_code(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await robbed(stage)
        await does(stage, "accept")
        await stage.go(30)
        assert (await does(stage, "assign", {"to": DODI})).done
        await stage.go(8)
        assert stage.world.calls(DODI) == 1
        assert (await stage.case()).incident.accepted_by == "Sari"  # she keeps it until he says yes
        await stage.sms(DODI, await stage.code(DODI), then=60)
        case = await stage.case()
        assert (case.incident.accepted_by, case.assigned_to, case.incident.state) == (DODI, None, State.ACCEPTED)
        assert case.handed_at is not None
        assert [text for text in stage.texts(DODI) if "diterima" in text.lower() or "anda" in text.lower()]

    play(tmp_path, scene)


def test_the_first_officer_after_the_command_centre_goes_and_the_second_hears_who(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await robbed(stage)
        await does(stage, "accept")
        await stage.sms(ANI, await stage.code(ANI), then=30)
        case = await stage.case()
        assert (case.incident.accepted_by, case.incident.state) == (ANI, State.ACCEPTED)
        assert "handed: by sms; before: Sari" in await stage.said()
        assert sum("Anda menerima" in text or "Anda" in text for text in stage.texts(ANI)[-1:]) == 1
        second = await stage.store.write(
            lambda tx: accept(tx, stage.city, 1, officer_at(stage.city, DODI, "key"), stage.clock.now())
        )
        assert (second.done, second.key, second.fields["name"]) == (False, "accepted", "Ani Contoh")

    play(tmp_path, scene)


def taken(stage: Stage, who: Who, tx: Tx) -> Verdict:
    return accept(tx, stage.city, 1, who, stage.clock.now())


@pytest.mark.parametrize("first", ["page", "key"])
def test_page_and_key_in_the_same_second_leave_it_with_who_goes(tmp_path: Path, first: str) -> None:
    async def scene(stage: Stage) -> None:
        await robbed(stage)
        both = [SARI, officer_at(stage.city, ANI, "key")]
        turns = both if first == "page" else both[::-1]
        done = [(await stage.store.write(partial(taken, stage, who))).done for who in turns]
        await stage.go(30)
        assert done == [True, first == "page"]
        assert (await stage.case()).incident.accepted_by == ANI

    play(tmp_path, scene)


def test_once_it_was_sent_to_somebody_no_other_officer_takes_it(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await robbed(stage)
        await does(stage, "accept")
        await does(stage, "assign", {"to": DODI})
        other = officer_at(stage.city, ANI, "key")
        verdict = await stage.store.write(lambda tx: accept(tx, stage.city, 1, other, stage.clock.now()))
        assert (verdict.done, verdict.key) == (False, "accepted")

    play(tmp_path, scene)


def test_whom_it_was_sent_to_and_who_does_not_answer_is_called_twice_and_then_a_person_is_told(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await robbed(stage)
        await does(stage, "accept")
        await stage.go(60)
        await does(stage, "assign", {"to": DODI})
        await stage.go(600)
        assert stage.world.calls(DODI) == 2
        case = await stage.case()
        assert (case.incident.state, case.incident.accepted_by) == (State.ACCEPTED, "Sari")
        assert case.alarm == "whom it was sent to did not take it"

    play(tmp_path, scene)


def test_an_assignment_survives_a_crash(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await robbed(stage)
        await does(stage, "accept")
        await stage.go(30)
        await does(stage, "assign", {"to": DODI})
        await stage.stop(drop=True)
        await stage.start()
        await stage.go(60)
        assert stage.world.calls(DODI) >= 1

    play(tmp_path, scene)


def test_while_nobody_has_it_the_named_one_is_called_now_and_the_ladder_goes_on(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await robbed(stage, then=8)
        assert stage.world.calls(EKO) == 0
        assert (await does(stage, "assign", {"to": EKO})).done
        await stage.go(10)
        assert stage.world.calls(EKO) == 1
        await stage.go(300)
        assert (await stage.case()).incident.state is State.CONFIRMED
        assert (await stage.case()).wake_at is not None
        assert stage.world.calls(ANI) >= 1

    play(tmp_path, scene)


def test_a_stranger_s_number_is_assigned_nothing(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await robbed(stage)
        verdict = await does(stage, "assign", {"to": STRANGER})
        assert (verdict.done, verdict.key) == (False, "nobody_such")
        await stage.go(120)
        assert stage.world.calls(STRANGER) == 0

    play(tmp_path, scene)


def test_a_corrected_place_is_sure_and_officers_who_were_asked_are_told(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.sms(STRANGER, "tolong ada rampok", then=20)
        before = (await stage.case()).incident
        assert not before.place.known
        told = {to: len(stage.texts(to)) for to in (ANI, DODI, EKO)}
        area = stage.city.areas[HULU]
        assert (await does(stage, "place", {"lat": str(area.lat), "lon": str(area.lon)})).done
        await stage.go(30)
        place = (await stage.case()).incident.place
        assert (place.kelurahan, place.source, place.certainty) == (HULU, Source.OPERATOR, Certainty.SURE)
        assert (await stage.case()).asked is Asked.NOTHING
        asked = {offer.number for one in (ANI, DODI, EKO) for offer in await stage.offers(one)}
        assert asked
        assert any(len(stage.texts(one)) > told.get(one, 0) for one in asked)
        assert any(row.effect.kind is EffectKind.CALL and row.effect.target == ANI for row in await stage.rows())

    play(tmp_path, scene)


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"text": "xyzzy"}, "place_none"),
        ({"lat": "91", "lon": "0"}, "no_point"),
        ({"lat": "nan", "lon": "0"}, "no_point"),
        ({"lat": "1"}, "no_point"),
    ],
)
def test_a_place_that_is_none_changes_nothing(tmp_path: Path, fields: Mapping[str, str], key: str) -> None:
    async def scene(stage: Stage) -> None:
        await robbed(stage)
        before = (await stage.case()).incident.place
        verdict = await does(stage, "place", fields)
        assert (verdict.done, verdict.key) == (False, key)
        assert (await stage.case()).incident.place == before

    play(tmp_path, scene)


def test_the_callers_next_letter_does_not_undo_what_a_person_put_right(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.sms(STRANGER, "tolong ada rampok", then=20)
        await does(stage, "place", {"text": stage.city.areas[HULU].name})
        fixed = (await stage.case()).incident.place
        assert fixed.kelurahan == HULU
        other = next(area.name for area in stage.city.areas.values() if area.code != HULU)
        await stage.sms(STRANGER, f"di kel {other}", then=20)
        assert (await stage.case()).incident.place == fixed

    play(tmp_path, scene)


def test_the_reporter_is_called_back_while_officers_are_rung_and_after_one_accepted(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await robbed(stage)
        assert (await does(stage, "call")).done
        await stage.go(20)
        assert stage.world.calls(GINA) == 1
        await stage.go(120)
        await does(stage, "accept")
        await stage.go(60)
        assert (await does(stage, "call")).done
        await stage.go(20)
        assert stage.world.calls(GINA) == 2

    play(tmp_path, scene)


def test_a_quiet_phone_is_neither_rung_nor_written_to_and_the_refusal_says_why(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident(quiet=True)
        await stage.sms(GINA, "TOLONG RAMPOK", then=5)
        assert (await does(stage, "call")).key == "quiet"
        assert (await does(stage, "text", {"words": "di mana?"})).key == "quiet"
        await stage.go(120)
        assert stage.world.calls(GINA) == 0
        assert stage.texts(GINA) == []

    play(tmp_path, scene)


def test_a_text_goes_to_the_reporter_once_and_to_the_officer_who_has_it(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await robbed(stage)
        for _ in range(2):
            await does(stage, "text", {"words": "tetap di  dalam\nrumah"})
        assert (await does(stage, "text", {"to": "officer", "words": "x"})).key == "no_officer"
        await stage.sms(ANI, await stage.code(ANI), then=30)
        assert (await does(stage, "text", {"to": "officer", "words": "hati-hati"})).done
        await stage.go(30)
        assert stage.texts(GINA).count("#1: tetap di dalam rumah") == 1
        assert "#1: hati-hati" in stage.texts(ANI)
        assert (await does(stage, "text", {"words": " \n"})).key == "no_words"
        assert (await does(stage, "text", {"words": "x" * 301})).key == "too_long"

    play(tmp_path, scene)


def test_false_is_kept_with_the_number_and_a_drill_is_not(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await robbed(stage)
        await stage.resident(phone=HADI)
        await stage.sms(HADI, "TOLONG RAMPOK", then=5)
        await does(stage, "mark", {"as": "false"}, number=1)
        await does(stage, "mark", {"as": "drill"}, number=2)
        await stage.go(60)
        rung = len(stage.world.dialled)
        await stage.go(300)
        assert len(stage.world.dialled) == rung
        assert (await stage.case(2)).incident.drill is False
        assert (await stage.case(2)).finding == "drill"
        assert await stage.store.read(lambda tx: false_alarms_since(tx, GINA, EPOCH))
        assert not await stage.store.read(lambda tx: false_alarms_since(tx, HADI, EPOCH))
        await does(stage, "mark", {"as": "real"}, number=1)  # said in error: the record is put right, nothing is opened
        assert (await stage.case(1)).incident.state is State.CANCELLED
        assert not await stage.store.read(lambda tx: false_alarms_since(tx, GINA, EPOCH))

    play(tmp_path, scene)


def test_it_is_closed_with_a_finding_and_noted_after_its_end(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await robbed(stage)
        await does(stage, "accept")
        assert (await does(stage, "close", {"finding": "nonsense"})).key == "no_finding"
        assert (await does(stage, "close", {"finding": "handled", "words": "pelaku lari"})).done
        case = await stage.case()
        assert (case.incident.state, case.finding, case.finding_text) == (State.CLOSED, "handled", "pelaku lari")
        assert not case.false_alarm
        assert (await does(stage, "note", {"words": "keluarga dihubungi"})).done
        assert "keluarga dihubungi" in await stage.said()
        for act in ("accept", "assign", "place", "call", "close", "cancel", "next", "confirm"):
            assert not (await does(stage, act, {"to": ANI, "lat": "0", "lon": "0"})).done

    play(tmp_path, scene)


def test_an_act_that_would_undo_a_newer_one_is_refused_and_done_once_that_was_seen(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await robbed(stage)
        saw = await seen_now(stage)
        await does(stage, "place", {"text": stage.city.areas[HULU].name}, who=BUDI, seen=saw)
        clash = await does(stage, "cancel", seen=saw)
        assert (clash.done, clash.key) == (False, "undoes")
        assert [(line.kind, line.who) for line in clash.undone] == [("corrected", "Budi")]
        assert (await stage.case()).incident.state is State.CONFIRMED
        assert (await does(stage, "cancel", seen=await seen_now(stage))).done

    play(tmp_path, scene)


def test_nobody_is_kept_from_acting_by_his_own_act_nor_by_one_that_it_does_not_undo(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await robbed(stage)
        saw = await seen_now(stage)
        await does(stage, "place", {"text": stage.city.areas[HULU].name}, seen=saw)
        assert (await does(stage, "place", {"text": stage.city.areas[HULU].name}, seen=saw)).done
        assert (await does(stage, "next", who=BUDI, seen=saw)).done
        assert (await does(stage, "note", {"words": "x"}, who=BUDI, seen=saw)).done

    play(tmp_path, scene)


def test_words_of_the_caller_that_came_since_keep_anybody_from_ending_it_unseen(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await robbed(stage)
        saw = await seen_now(stage)
        await stage.sms(GINA, "mereka masuk rumah, cepat", then=3)
        assert (await does(stage, "cancel", seen=saw)).key == "undoes"

    play(tmp_path, scene)


def test_every_act_stands_in_the_audit_with_who_did_it_and_no_number(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await robbed(stage)
        await does(stage, "note", {"words": "x"})
        await stage.sms(ANI, await stage.code(ANI), then=5)
        await does(stage, "close", {"finding": "handled"}, who=BUDI)
        rows = await stage.store.read(lambda tx: list(tx.execute(select(AUDIT_LINE).order_by(AUDIT_LINE.c.seq))))
        done = [(row.by, row.how, row.what, row.object) for row in rows]
        assert done == [
            ("sari", "page", "incident.note", "incident/1"),
            ("officer", "sms", "incident.accept", "incident/1"),
            ("budi", "page", "incident.close", "incident/1"),
        ]
        assert not any(number in str(tuple(row)) for row in rows for number in (GINA, ANI))

    play(tmp_path, scene)
