"""Rows of the board: who has it and whether he answered, what was taken back, and one word for each state."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from dispatch.console.house import Json
from dispatch.console.needs import Facts, needs
from dispatch.console.running import RunningHouse
from dispatch.console.states import STATE_LABELS
from dispatch.console.words import LANGUAGES
from gateway.page import DESK, User
from tests.dispatch.floor import floor_of
from tests.dispatch.stage import ANI, GINA, Stage, play
from tests.ivr.scripted import answers

CONSOLE = Path(__file__).parents[3] / "dispatch" / "console"
SARI = User(login="sari", name="Sari", roles=DESK)


async def rows(stage: Stage) -> dict[str, Json]:
    house = RunningHouse(floor_of(stage), bell=stage.page)
    return {one["code"]: one for one in (await house.board()).rows}


async def does(stage: Stage, number: int, act: str, **fields: str) -> None:
    await RunningHouse(floor_of(stage), bell=stage.page).act(number, act, SARI, fields, None)


async def named(stage: Stage) -> list[tuple[str, int, str]]:
    facts = Facts(board=list((await rows(stage)).values()), parts=(), now=stage.clock.now(), nobody_s=120)
    return [(need.key, need.incident, need.act) for need in needs(facts)]


def test_an_officer_who_does_not_answer_is_no_quiet_green_row(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "TOLONG RAMPOK", then=5)
        await does(stage, 1, "accept")
        await stage.go(5)
        await does(stage, 1, "assign", to=ANI)
        assert (await rows(stage))["1"]["unreached"] is None
        await stage.go(90)
        row = (await rows(stage))["1"]
        assert (row["assigned_name"], row["unreached"]["outcome"]) == ("Ani Contoh", "rang")
        assert row["unreached"]["cannot"] is False
        assert ("unreached", 1, "assign") in await named(stage)
        stage.world.phone(ANI, answers("1"))
        await does(stage, 1, "assign", to=ANI)
        await stage.go(60)
        assert (await rows(stage))["1"]["unreached"] is None
        assert (await named(stage)) == []

    play(tmp_path, scene)


def test_a_late_batal_waits_for_a_person_until_one_judged_it(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "TOLONG RAMPOK", then=5)
        await stage.sms(ANI, await stage.code(ANI), then=10)
        assert await named(stage) == []
        await stage.go(stage.city.clocks.cancel_s)
        await stage.sms(GINA, "BATAL", then=10)
        assert (await rows(stage))["1"]["state"] == "accepted"
        assert await named(stage) == [("taken_back", 1, "call")]
        await does(stage, 1, "call")
        await stage.go(60)
        assert await named(stage) == [("taken_back", 1, "close")]
        await does(stage, 1, "note", words="pelapor: petugas tetap datang")
        assert await named(stage) == []
        await stage.sms(GINA, "BATAL", then=10)
        assert [key for key, *_ in await named(stage)] == ["taken_back"]

    play(tmp_path, scene)


def test_a_batal_that_may_mean_two_houses_names_the_other(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "TOLONG RAMPOK", then=20)
        await stage.sms(GINA, "KEBAKARAN", then=10)
        assert set(await rows(stage)) == {"1", "2"}
        await stage.sms(GINA, "BATAL", then=10)
        board = await rows(stage)
        stopped, goes_on = sorted(board.values(), key=lambda one: str(one["state"]) != "cancelled")
        assert (stopped["state"], goes_on["state"]) == ("cancelled", "confirmed")
        assert goes_on["taken_back"]["others"] == [stopped["code"]]
        assert ("which", goes_on["id"], "call") in await named(stage)

    play(tmp_path, scene)


def test_a_late_batal_of_two_houses_names_both(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "TOLONG RAMPOK", then=20)
        await stage.sms(GINA, "KEBAKARAN", then=stage.city.clocks.cancel_s + 5)
        await stage.sms(GINA, "BATAL", then=10)
        board = await rows(stage)
        assert {one["state"] for one in board.values()} == {"confirmed"}
        assert board["1"]["taken_back"] is None
        assert board["2"]["taken_back"]["others"] == ["1"]
        assert ("taken_back_of", 2, "call") in await named(stage)

    play(tmp_path, scene)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_state_is_called_the_same_on_the_map(language: str) -> None:
    said = {state: labels[language] for state, labels in STATE_LABELS.items()}
    faces = {"nobody": "confirmed", "look": "pending", "confirmed": "confirmed", "pending": "pending"}
    faces |= {"accepted": "accepted"}
    page = tomllib.loads((CONSOLE / "map" / "words" / f"map.{language}.toml").read_text(encoding="utf-8"))["face"]
    script = json.loads((CONSOLE / "static" / "map" / "words" / f"{language}.json").read_text(encoding="utf-8"))
    for face, state in faces.items():
        assert (page[face], script[face]) == (said[state], said[state])


def test_the_board_and_the_whole_name_the_state_alike(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "TOLONG RAMPOK", then=5)
        whole = await RunningHouse(floor_of(stage), bell=stage.page).incident(1)
        assert whole["state_label"] == (await rows(stage))["1"]["state_label"]
        assert whole["state_label"]["id"] == "Belum diterima"

    play(tmp_path, scene)
