"""``kentongan roster …`` and ``kentongan residents …`` by hand, as a person types them."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from config.cli import build_parser
from config.command import DONE, CommandError, Context
from dispatch.commands import COMMANDS
from gateway.commands import COMMANDS as OF_GATEWAY
from tests.dispatch.stage import ANI, DODI, EKO, GINA, Stage, play
from tests.dispatch.test_commands import Paper


async def typed(stage: Stage, line: str) -> Paper:
    """Run a command line inside the running program."""
    asked = build_parser((*COMMANDS, *OF_GATEWAY)).parse_args(shlex.split(line))
    paper = Paper()
    context = Context(
        settings=None, city=stage.city, clock=stage.clock, out=paper, store=stage.store, wake=stage.dispatch.look
    )
    assert await asked.command.run(context, asked) == DONE
    return paper


def test_the_roster_is_changed_shown_and_changed_back(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        swapped = await typed(stage, f"roster swap {ANI} {EKO} --to '2026-11-18 18:00' --as Wati")
        assert swapped.rows[0]["instead"] == EKO
        off = await typed(stage, f"roster off {DODI} --to '2026-11-18 15:00' --why cuti --as Wati")
        assert off.rows[0]["station"] is None
        shown = await typed(stage, "roster show --days 1")
        watches = [row for row in shown.rows if row.get("station") == "polsek-hulu"]
        now = [row for row in watches if row["begins"].startswith("2026-11-18T03:00")]
        assert [(one["name"], one["instead_of"]) for one in now[0]["on_duty"]] == [("Eko Contoh", "Ani Contoh")]
        assert now[0]["away"] == ["Dodi Contoh"]
        assert [row["change"]["id"] for row in shown.rows if "change" in row] == [1, 2]
        await typed(stage, "roster back 1 --as Wati")
        with pytest.raises(CommandError, match="taken back before"):
            await typed(stage, "roster back 1 --as Wati")
        stations = await typed(stage, "stations list")
        assert [one["number"] for one in stations.rows[0]["on_duty"]] == [ANI]

    play(tmp_path, scene)


def test_empty_hours_stand_first(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        for number in (ANI, DODI):
            paper = await typed(stage, f"roster off {number} --to '2026-11-18 14:00' --as Wati")
        assert any("NOBODY ON DUTY" in note for note in paper.notes)
        shown = await typed(stage, "roster show")
        assert shown.lines[0].startswith("NOBODY ON DUTY")
        assert shown.rows[0]["empty"]

    play(tmp_path, scene)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (f"roster swap +62812345 {EKO} --to '2026-11-18 18:00' --as W", "no officer of the roster"),
        (f"roster swap {ANI} 0812345678 --to '2026-11-18 18:00' --as W", "nobody of the pack"),
        (f"roster swap {ANI} 112 --to '2026-11-18 18:00' --as W", "no telephone number"),
        (f"roster off {ANI} --to '2026-11-17 18:00' --as W", "must end after it begins"),
        (f"roster off {ANI} --to tomorrow --as W", "no time like"),
        (f"roster off {ANI} --to '2026-11-18 18:00' --as ' '", "needs the name"),
        ("roster show --days 0", "from 1 to 31"),
        ("roster show --day x", "no day like"),
        ("roster take-over 7 --as W", "none of that number"),
        ("roster hand-over ' ' --as W", "what the next shift must know"),
        ("residents correct 0812345678 --name Siti --as W", "not in the registry"),
        ("residents set 0812345678 --as W", "say what is to be set"),
        ("residents correct 0812345678 --as W", "say what is to be put right"),
        ("residents register 0812345678 --as W", "kelurahan"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(tmp_path: Path, line: str, why: str) -> None:
    async def scene(stage: Stage) -> None:
        with pytest.raises(CommandError, match=why):
            await typed(stage, line)

    play(tmp_path, scene)


def test_a_shift_is_handed_over(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=5)
        written = await typed(stage, "roster hand-over 'pagar roboh di Jl. Mawar' --as Sari")
        assert written.rows[0]["seen"]["incidents"][0]["code"] == "1"
        assert GINA not in str(written.rows[0]["seen"])
        taken = await typed(stage, "roster take-over 1 --as Budi --remark dibaca")
        assert (taken.rows[0]["taken_by"], taken.rows[0]["remark"]) == ("Budi", "dibaca")
        assert len((await typed(stage, "roster hand-overs")).rows) == 1

    play(tmp_path, scene)


def test_a_resident_is_registered_found_put_right_and_noted_by_hand(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        line = "residents register 0812-3456-7890 --name 'Rosa Dewi' --kelurahan 99.01.01.1001 --address 'Jl. Bambu 3'"
        made = await typed(stage, f"{line} --panic-button --as Wati")
        assert (made.rows[0]["confirmed"], made.rows[0]["panic_button"]) == (True, True)
        await typed(stage, "residents correct 081234567890 --address 'Jl. Labu 9' --as Wati")
        await typed(stage, "residents set 081234567890 --quiet yes --panic-button no --as Wati")
        await typed(stage, "residents note 081234567890 asma --as Wati")
        found = await typed(stage, "residents find 'roza labu'")
        (one,) = found.rows
        assert (one["name"], one["address"], one["quiet"], one["panic_button"], one["notes"], one["near"]) == (
            *("Rosa Dewi", "Jl. Labu 9", True, False, "asma"),
            True,
        )
        with pytest.raises(CommandError, match="already"):
            await typed(stage, f"{line} --as Wati")

    play(tmp_path, scene)
