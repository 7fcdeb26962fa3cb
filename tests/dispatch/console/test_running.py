"""The console on the running program: what it reads is what happened, what it does goes through the same verbs."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace

import pytest

from dispatch.console.feed import Feed
from dispatch.console.house import Board, ConsoleHouse, Json, NoSuchIncident, Refusal
from dispatch.console.running import RunningHouse
from dispatch.incident import State
from gateway.health import judge
from gateway.page import DESK, User
from gateway.pulse import Status
from gateway.store import StoreBroken
from tests.dispatch.floor import floor_of
from tests.dispatch.stage import ANI, GINA, HULU, HULU_SIREN, STRANGER, Stage, play


def house_of(stage: Stage) -> RunningHouse:
    return RunningHouse(floor_of(stage), bell=stage.page)


async def does(house: RunningHouse, number: int, act: str, name: str) -> None:
    user = User(login=name.lower(), name=name, roles=DESK)
    await house.act(number, act, user, {}, None)


def of(incident: Json, kind: str) -> list[Json]:
    return [effect for effect in incident["effects"] if effect["effect"] == kind]


def test_an_incident_is_shown_with_its_words_its_place_and_every_ring(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "TOLONG RAMPOK", then=90)
        one = await house_of(stage).incident(1)
        assert (one["state"], one["kind"], one["kind_label"]) == ("confirmed", "robbery", {"id": "PERAMPOKAN"})
        assert one["messages"][0]["text"] == "TOLONG RAMPOK"
        assert "rampok" in " ".join(one["reading"]["saw"]).lower()
        assert (one["caller"], one["caller_name"], one["registered"]) == (GINA, "Gina Contoh", True)
        assert (one["place"]["kelurahan"], one["place"]["source"]) == (HULU, "registered")
        assert one["place"]["kelurahan_name"] == stage.city.areas[HULU].name
        (siren,) = of(one, "siren")[:1]
        assert (siren["target"], siren["outcome"], siren["sample"]) == (HULU_SIREN, "rejected", True)
        assert siren["relayed_at"] is not None
        call = of(one, "call")[0]
        assert (call["target"], call["target_name"], call["outcome"]) == (ANI, "Ani Contoh", "rang")
        assert call["alerted_s"] >= stage.city.clocks.ring_s

    play(tmp_path, scene)


def test_the_words_by_which_it_was_read_are_given_as_they_were_typed(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.sms(STRANGER, "tolong ada rampok di kel hulu", then=5)
        house = house_of(stage)
        text = (await house.incident(1))["messages"][0]["text"]
        saw = (await house.incident(1))["reading"]["saw"]
        assert saw
        assert [word for word in saw if word.lower() in text] == saw
        (line,) = [line for line in (await house.incident(1))["timeline"] if line["kind"] == "read"]
        assert (line["label"], line["saw"]) == ({"id": "PERAMPOKAN"}, saw)

    play(tmp_path, scene)


def test_accepting_on_the_page_stops_the_ladder_and_tells_the_resident(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "TOLONG RAMPOK", then=10)
        house = house_of(stage)
        await does(house, 1, "accept", "Sari")
        await stage.go(30)
        one = await house.incident(1)
        assert (one["state"], one["accepted_by"]) == ("accepted", "Sari")
        assert len(stage.texts(GINA)) == 2
        rung = len(stage.world.dialled)
        await stage.go(600)
        assert len(stage.world.dialled) == rung
        lines = (await house.incident(1))["timeline"]
        assert [line["who"] for line in lines if line["kind"] == "accepted"] == ["Sari"]

    play(tmp_path, scene)


def test_the_second_who_accepts_is_told_who_was_first(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "TOLONG RAMPOK")
        house = house_of(stage)
        await does(house, 1, "accept", "Sari")
        with pytest.raises(Refusal, match="Sari"):
            await does(house, 1, "accept", "Budi")
        assert (await house.incident(1))["accepted_by"] == "Sari"

    play(tmp_path, scene)


def test_next_station_calls_somebody_else_at_once(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "TOLONG RAMPOK", then=8)
        before = len(stage.world.dialled)
        await does(house_of(stage), 1, "next", "Sari")
        await stage.go(8)
        assert len(stage.world.dialled) > before

    play(tmp_path, scene)


def test_cancel_and_close_are_ends_and_an_end_is_an_end(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        house = house_of(stage)
        await stage.sms(GINA, "TOLONG RAMPOK")
        await does(house, 1, "cancel", "Sari")
        assert (await stage.case(1)).incident.state is State.CANCELLED
        await stage.sms(GINA, "TOLONG RAMPOK")
        await does(house, 2, "accept", "Sari")
        await does(house, 2, "close", "Sari")
        assert (await stage.case(2)).incident.state is State.CLOSED
        for act in ("accept", "next", "cancel", "close"):
            with pytest.raises(Refusal):
                await does(house, 2, act, "Sari")

    play(tmp_path, scene)


def test_a_persons_word_lets_the_siren_ring_for_an_unregistered_caller(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.sms(STRANGER, "tolong ada rampok di kel hulu", then=20)
        house = house_of(stage)
        assert (await house.incident(1))["siren_allowed"] is False
        assert stage.world.calls(HULU_SIREN) == 0
        await does(house, 1, "confirm", "Sari")
        await stage.go(60)
        assert (await house.incident(1))["siren_allowed"] is True
        assert stage.world.calls(HULU_SIREN) == 1

    play(tmp_path, scene)


def test_an_unknown_incident_is_no_incident(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        house = house_of(stage)
        for look in (house.incident(9), does(house, 9, "accept", "Sari"), does(house, 9, "close", "Sari")):
            with pytest.raises(NoSuchIncident):
                await look

    play(tmp_path, scene)


def test_a_siren_of_which_nothing_is_known_is_not_called_well(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        house = house_of(stage)
        before = {part.name: part for part in await house.health() if part.kind == "siren"}
        assert {part.status for part in before.values()} == {Status.DEGRADED}
        await stage.sms(GINA, "TOLONG RAMPOK", then=60)
        after = {part.name: part for part in await house.health() if part.kind == "siren"}
        name = stage.city.stations["polsek-hulu"].name
        assert after[name].status is Status.OK
        assert after[name].since > before[name].since

    play(tmp_path, scene)


@pytest.mark.parametrize("ill", ["raises", "hangs"])
def test_health_is_failed_at_once_when_the_store_cannot_be_read(
    ill: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def read(_work: object) -> object:
        if ill == "hangs":
            await asyncio.Event().wait()
        raise StoreBroken("the file is damaged")

    async def scene(stage: Stage) -> None:
        house = house_of(stage)
        stage.pulse.report("modem", "one", Status.OK)
        await stage.go(1)
        assert judge(await house.health()).status is not Status.FAILED
        with monkeypatch.context() as patch:
            patch.setattr(house, "_store", SimpleNamespace(read=read))
            for _ in range(2):
                began = stage.clock.monotonic()
                assert judge(await house.health()).status is Status.FAILED
                assert stage.clock.monotonic() - began < 5
        assert judge(await house.health()).status is not Status.FAILED

    play(tmp_path, scene)


def test_hostile_words_and_withheld_callers_do_not_break_the_board(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        house = house_of(stage)
        await stage.sms(STRANGER, "tolong rampok <script>alert(1)</script> \u202e\x00\x1a, : {}")
        await stage.sms("BANK-XYZ", "SOS")
        await stage.rings(None)
        await stage.rings(GINA)
        for one in (await house.board()).rows:
            whole = await house.incident(one["id"])
            assert whole["timeline"]
            assert whole["code"] == one["code"]

    play(tmp_path, scene)


def test_the_feed_reads_nothing_while_nobody_looks(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        class Counting(RunningHouse):
            looks = 0

            async def board(self) -> Board:
                self.looks += 1
                return await super().board()

        house = Counting(floor_of(stage), bell=stage.page)
        kept: ConsoleHouse = house
        feed = Feed(kept)
        running = asyncio.create_task(feed.run())
        await stage.go(60)
        assert house.looks == 0
        events = feed.watch("", near=True)
        assert b"event: fresh" in await anext(events)
        await events.aclose()
        seen = house.looks
        await stage.go(60)
        assert house.looks <= seen + 1
        feed.close()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    play(tmp_path, scene)
