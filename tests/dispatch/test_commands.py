"""What a person types: the same verbs as everywhere, refused in one line that says why."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from config.cli import build_parser
from config.command import DONE, NOT_HERE, NOT_SO, USAGE, CommandError, Context, Needs
from dispatch.commands import COMMANDS
from dispatch.incident import State
from tests.dispatch.stage import ANI, GINA, HULU_SIREN, Stage, play
from tests.ivr.scripted import IS_OFF

OBJECT = {"id", "code", "state", "kind", "caller", "registered", "place", "station", "accepted_by", "opened_at"}
PLACE = {"kelurahan", "street", "lat", "lon", "source", "age_s", "certainty"}
EFFECT = {"effect", "target", "wave", "key", "intended_at", "attempted_at", "outcome"}


class Paper:
    """An ``Out`` that keeps what it is given."""

    def __init__(self) -> None:
        self.rows: list[Mapping[str, Any]] = []
        self.lines: list[str] = []
        self.notes: list[str] = []

    def row(self, row: Mapping[str, Any], text: str) -> None:
        self.rows.append(row)
        self.lines.append(text)

    def note(self, text: str) -> None:
        self.notes.append(text)

    def progress(self, done: int, total: int, what: str) -> None:
        """Nobody looks."""


async def typed(stage: Stage, line: str) -> tuple[int, Paper]:
    """Run a command line inside the running program."""
    asked = build_parser(COMMANDS).parse_args(line.split())
    paper = Paper()
    context = Context(
        settings=None, city=stage.city, clock=stage.clock, out=paper, store=stage.store, wake=stage.dispatch.look
    )
    return await asked.command.run(context, asked), paper


def test_list_and_show_give_the_objects_that_hold(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=20)
        code, paper = await typed(stage, "incidents list")
        (one,) = paper.rows
        assert code == DONE
        assert set(one) >= OBJECT | {"messages", "effects"}
        assert set(one["place"]) >= PLACE
        assert all(set(effect) >= EFFECT for effect in one["effects"])
        assert one["opened_at"].endswith("+00:00")
        assert "robbery" in paper.lines[0]
        code, paper = await typed(stage, "incidents show 1")
        assert code == DONE
        assert paper.rows[0]["timeline"]
        assert "opened" in paper.lines[0]

    play(tmp_path, scene)


@pytest.mark.parametrize(
    ("verb", "state"),
    [("accept", State.ACCEPTED), ("cancel", State.CANCELLED), ("close", State.CLOSED), ("next", State.CONFIRMED)],
)
def test_a_named_person_acts_and_the_timeline_says_who(tmp_path: Path, verb: str, state: State) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=20)
        code, paper = await typed(stage, f"incidents {verb} 1 --as Sari")
        assert code == DONE
        assert paper.rows[0]["state"] == state
        _, paper = await typed(stage, "incidents show 1")
        assert any(line["who"] == "Sari" for line in paper.rows[0]["timeline"])

    play(tmp_path, scene)


def test_a_false_alarm_is_marked_when_it_is_closed_so(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=20)
        await typed(stage, "incidents close 1 --as Sari --false")
        assert (await stage.case()).false_alarm

    play(tmp_path, scene)


def test_what_cannot_be_done_is_one_line_and_an_exit_code(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=20)
        await stage.sms(ANI, await stage.code(ANI), then=5)
        faults: dict[str, CommandError] = {}
        for line in ("accept 1 --as Sari", "accept 99 --as Sari", "show 99", "next 1 --as Sari"):
            with pytest.raises(CommandError) as raised:
                await typed(stage, f"incidents {line}")
            faults[line] = raised.value
        assert all(fault.code == NOT_SO and "\n" not in str(fault) for fault in faults.values())
        assert "accepted by Ani Contoh at 11:00" in str(faults["accept 1 --as Sari"])
        assert "no incident 99" in str(faults["accept 99 --as Sari"])
        with pytest.raises(CommandError) as raised:
            await typed(stage, "incidents accept 1 --as=")
        assert raised.value.code == USAGE

    play(tmp_path, scene)


def test_stations_are_listed_with_their_sirens_and_who_is_on_duty(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        _, paper = await typed(stage, "stations list")
        hulu = paper.rows[0]
        assert hulu["siren"] == {
            "number": HULU_SIREN,
            "status": "unproven",
            "proven_at": None,
            "failed_at": None,
            "failures": 0,
            "outcome": "",
        }
        assert hulu["on_duty"][0]["number"] == ANI
        assert "[sample]" in paper.lines[0]

    play(tmp_path, scene)


def test_a_sirens_test_says_whether_it_works(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        testing = asyncio.create_task(typed(stage, "stations test polsek-hulu --as Sari"))
        await stage.go(30)
        code, paper = await testing
        assert (code, paper.rows[0]["works"]) == (DONE, True)
        stage.world.phone(HULU_SIREN, IS_OFF)
        testing = asyncio.create_task(typed(stage, "stations test polsek-hulu --as Sari"))
        await stage.go(30)
        code, paper = await testing
        assert (code, paper.rows[0]["works"]) == (NOT_SO, False)
        _, paper = await typed(stage, "stations list")
        assert paper.rows[0]["siren"]["status"] == "dead"

    play(tmp_path, scene)


def test_a_test_that_no_program_rings_says_so(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.without_dispatch()
        with pytest.raises(CommandError) as raised:
            await typed(stage, "stations test polsek-hulu --as Sari")
        assert raised.value.code == NOT_HERE
        with pytest.raises(CommandError, match="there is no station"):
            await typed(stage, "stations test nowhere --as Sari")

    play(tmp_path, scene)


def test_what_writes_is_done_by_the_running_program_and_what_reads_is_not() -> None:
    needs = {" ".join(command.name): command.needs for command in COMMANDS}
    assert {name for name, need in needs.items() if need is Needs.READ} == {
        "incidents list",
        "incidents show",
        "stations list",
        "officers list",
        "officers tests",
        "drill list",
        "drill show",
        "roster show",
        "roster hand-overs",
        "users list",
        "tokens list",
    }
    calls = {"stations test", "officers test", "drill start"}
    assert {name for name, need in needs.items() if need is Needs.RUNNING} == calls, "it holds the modems"
    assert set(needs.values()) == {Needs.READ, Needs.WRITE, Needs.RUNNING, Needs.CITY}
