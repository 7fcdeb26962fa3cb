"""The loop does what the ladder says, for every incident, whatever happens to another."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from config.city import City
from config.clock import VirtualClock, run_virtual
from dispatch import ladder
from dispatch.incident import State
from dispatch.loop import BEAT_LIMIT_S, LOOK_AGAIN_S, LOOP
from dispatch.plan import Effect, EffectKind, EffectRow, EffectState, Plan, View
from gateway.pulse import Status
from gateway.store import StoreBusy
from tests.dispatch.stage import ANI, DODI, EKO, EPOCH, GINA, HULU_SIREN, Stage, play
from tests.fixtures.engines import open_store
from tests.ivr.scripted import answers

PEOPLE = [f"+62812345678{n:02}" for n in range(6)]


def test_the_siren_starts_within_five_seconds_and_the_first_officer_rings_with_one_modem_within_twenty(
    tmp_path: Path,
) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=30)
        (siren,) = await stage.rows(1, EffectKind.SIREN)
        (call,) = await stage.rows(1, EffectKind.CALL)
        assert siren.attempted_at is not None
        assert call.started_at is not None
        assert siren.attempted_at - EPOCH <= timedelta(seconds=5)
        assert call.started_at - EPOCH <= timedelta(seconds=20)
        assert [call.modem for call in stage.world.dialled] == ["modem0", "modem0"]

    play(tmp_path, scene, lines=1)


def test_no_answer_brings_the_next_person_within_thirty_seconds_of_the_first_ring_and_five_within_three_minutes(
    tmp_path: Path,
) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=180)
        calls = await stage.rows(1, EffectKind.CALL)
        begun = [row.attempted_at for row in calls if row.attempted_at is not None]
        first = calls[0].started_at
        assert first is not None
        assert begun[1] - first <= timedelta(seconds=30)
        assert [row.effect.target for row in calls][:3] == [ANI, DODI, EKO]
        assert len({row.effect.target for row in calls}) == 4  # everybody this town has

    play(tmp_path, scene)


def test_silence_goes_round_again_for_ever_and_never_without_a_timer(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK")
        for _ in range(40):
            await stage.go(45)
            case = await stage.case()
            assert case.wake_at is not None
            assert case.wake_at > stage.clock.now() - timedelta(seconds=5)
        assert stage.world.calls(ANI) >= 5
        assert (await stage.case()).alarm

    play(tmp_path, scene)


def test_the_longest_waiting_unaccepted_incident_gets_the_line_first(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        for number, kelurahan in zip(PEOPLE[:3], ("99.01.02.1001", "99.01.01.1001", "99.01.01.1002"), strict=True):
            await stage.resident(number, kelurahan=kelurahan)
        stage.modems[0].well = False
        for number in PEOPLE[:3]:
            await stage.sms(number, "RAMPOK", then=0.2)
        stage.modems[0].well = True
        stage.world.dialled.clear()
        await stage.go(120)
        claimed = [row for n in (1, 2, 3) for row in await stage.rows(n, EffectKind.CALL) if row.attempted_at]
        first = {n: min(row.attempted_at for row in claimed if row.effect.incident == n) for n in (1, 2, 3)}  # type: ignore[type-var]
        assert first[1] < first[2] < first[3]  # type: ignore[operator]

    play(tmp_path, scene, lines=1)


def test_a_call_that_was_withdrawn_while_it_waited_for_the_line_is_never_dialled(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident(PEOPLE[0])
        await stage.resident(PEOPLE[1], kelurahan="99.01.02.1001")
        stage.world.phone(ANI, answers("1", after_s=20))
        await stage.sms(PEOPLE[0], "RAMPOK", then=8)
        await stage.sms(PEOPLE[1], "RAMPOK", then=1)
        assert [row.state for row in await stage.rows(2, EffectKind.CALL)] == [EffectState.INTENDED]
        await stage.sms(PEOPLE[1], "BATAL", then=90)
        assert [case.incident.state for case in await stage.cases()] == [State.ACCEPTED, State.CANCELLED]
        assert [row.state for row in await stage.rows(2, EffectKind.CALL)] == [EffectState.CANCELLED]
        assert stage.world.calls(ANI) == 1  # for the first incident alone

    play(tmp_path, scene, lines=1)


def test_one_incidents_fault_never_stops_another_and_is_an_alarm_that_a_person_sees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = ladder.next
    ill = True

    def faulty(view: View, city: City, now: datetime) -> Plan:
        if view.incident.id == 1 and ill:
            raise RuntimeError("a rung is broken")
        return sound(view, city, now)

    async def scene(stage: Stage) -> None:
        nonlocal ill
        await stage.resident(PEOPLE[0])
        await stage.resident(PEOPLE[1])
        await stage.sms(PEOPLE[0], "RAMPOK", then=1)
        assert "dicatat" in (await stage.queued(PEOPLE[0]))[0]
        stage.world.phone(ANI, answers("1"))
        await stage.sms(PEOPLE[1], "SOS", then=40)
        assert (await stage.case(2)).incident.state is State.ACCEPTED
        first = await stage.case(1)
        assert first.incident.state is State.CONFIRMED
        assert "a rung is broken" in first.alarm
        assert any(part.kind == "incident" and part.status is Status.FAILED for part in stage.pulse.parts())
        assert stage.pulse.beating(LOOP)
        ill = False
        await stage.go(60)
        assert (await stage.case(1)).incident.state is State.ACCEPTED
        assert not any(part.kind == "incident" for part in stage.pulse.parts())

    monkeypatch.setattr(ladder, "next", faulty)
    play(tmp_path, scene)


def test_a_modem_that_breaks_in_every_call_stops_nothing_and_the_code_still_accepts(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        for modem in stage.modems:
            modem.broken = True
        await stage.sms(GINA, "RAMPOK", then=120)
        assert {row.state for row in await stage.rows(1, EffectKind.CALL) if row.settled_at} == {EffectState.FAILED}
        await stage.sms(ANI, await stage.code(ANI), then=10)
        assert (await stage.case()).incident.state is State.ACCEPTED

    play(tmp_path, scene)


def test_with_every_modem_away_the_alarm_stands_and_the_ladder_goes_on_when_one_returns(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        for modem in stage.modems:
            modem.well = False
        await stage.sms(GINA, "RAMPOK", then=400)
        case = await stage.case()
        assert case.alarm
        assert case.wake_at is not None
        for modem in stage.modems:
            modem.well = True
        stage.world.phone(ANI, answers("1"))
        stage.world.phone(DODI, answers("1"))
        await stage.go(150)
        assert (await stage.case()).incident.state is State.ACCEPTED

    play(tmp_path, scene)


def test_the_loop_beats_while_it_gets_through_the_table_and_not_when_it_does_not(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        stage = Stage(tmp_path, clock)
        await stage.start()
        await stage.go(20)
        assert stage.pulse.beating(LOOP)
        sound = stage.store.write

        async def stuck(work: object) -> object:
            raise StoreBusy("no room")

        stage.store.write = stuck  # type: ignore[method-assign,assignment]
        await stage.go(BEAT_LIMIT_S + 5)
        assert not stage.pulse.beating(LOOP)
        stage.store.write = sound  # type: ignore[method-assign]
        await stage.go(LOOK_AGAIN_S + 1)
        assert stage.pulse.beating(LOOP)
        await stage.end()

    run_virtual(main, EPOCH)


def test_after_an_orderly_stop_the_open_incident_is_picked_up_again(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=20)
        await stage.stop()
        (call,) = await _rows_on_disk(stage)
        assert call.state is EffectState.DOING
        await stage.clock.sleep(30)
        await stage.start()
        await stage.go(10)
        rows = await stage.rows(1, EffectKind.CALL)
        assert rows[0].state is EffectState.UNKNOWN
        assert len(rows) > 1
        await stage.sms(ANI, await stage.code(ANI), then=10)
        assert (await stage.case()).incident.state is State.ACCEPTED

    play(tmp_path, scene)


def test_at_a_restart_confirmed_incidents_are_taken_up_before_pending_ones(tmp_path: Path) -> None:
    from dispatch import store

    async def scene(stage: Stage) -> None:
        for number in PEOPLE[:2]:
            await stage.resident(number)
        await stage.rings(PEOPLE[0], then=2)
        await stage.sms(PEOPLE[1], "RAMPOK", then=2)
        order = await stage.store.read(store.unfinished)
        assert order == [(2, State.CONFIRMED), (1, State.PENDING)]

    play(tmp_path, scene)


def test_a_siren_is_tested_on_a_persons_word_and_only_then(tmp_path: Path) -> None:
    from dispatch import store

    async def scene(stage: Stage) -> None:
        await stage.go(10)
        assert stage.world.calls(HULU_SIREN) == 0
        await stage.store.write(lambda tx: store.ask_test(tx, HULU_SIREN, stage.clock.now(), "Sari"))
        stage.dispatch.look()
        await stage.go(20)
        assert stage.world.calls(HULU_SIREN) == 1
        states = await stage.store.read(store.siren_states)
        assert states[HULU_SIREN].proven_at is not None
        await stage.go(100)
        assert stage.world.calls(HULU_SIREN) == 1
        assert await stage.cases() == []

    play(tmp_path, scene)


def test_a_number_that_came_into_the_ledger_by_another_way_is_never_dialled(tmp_path: Path) -> None:
    from dispatch import store

    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=1)
        premium = Effect(incident=1, kind=EffectKind.CALL, target="+881234567890", wave=1, round=1, tier=9, ring_s=25)
        await stage.store.write(lambda tx: store.intend(tx, premium, stage.clock.now()))
        stage.dispatch.look((1,))
        await stage.go(60)
        assert stage.world.calls("+881234567890") == 0
        (row,) = [row for row in await stage.rows() if row.effect.target == "+881234567890"]
        assert row.state is EffectState.FAILED

    play(tmp_path, scene)


def test_effect_keys_are_unique_and_a_step_asked_twice_writes_nothing_the_second_time(tmp_path: Path) -> None:
    from dispatch.step import take_step

    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=1)
        before = len(await stage.rows())
        now = stage.clock.now()
        steps = [await stage.store.write(lambda tx: take_step(tx, stage.city, 1, now)) for _ in range(3)]
        assert not any(step.wrote for step in steps[1:])
        rows = await stage.rows()
        assert len(rows) == before
        assert len({row.effect.key for row in rows}) == len(rows)

    play(tmp_path, scene)


async def _rows_on_disk(stage: Stage) -> list[EffectRow]:
    from dispatch import store

    kept = await open_store(stage.path, stage.clock, inline=True)
    rows = await kept.read(lambda tx: store.followed_ledger(tx, 1))
    await kept.close()
    return [row for row in rows if row.effect.kind is EffectKind.CALL]
