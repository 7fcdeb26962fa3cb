"""``kentongan flow check``."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pytest

from config.city import load_city
from config.clock import SystemClock
from config.command import DONE, NOT_SO, USAGE, CommandError, Context, Needs
from ivr.commands import COMMANDS
from ivr.flow_read import SHIPPED
from tests.config.test_city_commands import Lines


async def run(path: object) -> tuple[int, Lines]:
    (command,) = [command for command in COMMANDS if command.name == ("flow", "check")]
    assert command.needs is Needs.CITY
    parser, out = ArgumentParser(), Lines()
    command.arguments(parser)
    context: Any = Context(settings=None, city=load_city("binjai"), clock=SystemClock(), out=out)
    return await command.run(context, parser.parse_args([str(path)])), out


async def test_a_sound_flow_is_said_to_be_sound() -> None:
    code, out = await run(SHIPPED / "menu.toml")
    assert (code, out.rows) == (DONE, [])
    assert "no fault" in out.notes[0]


async def test_a_folder_of_flows_is_checked_whole() -> None:
    code, out = await run(SHIPPED)
    assert code == DONE
    assert len(out.notes) == len(list(SHIPPED.glob("*.toml")))


async def test_every_fault_is_a_row_with_file_and_line(tmp_path: Path) -> None:
    text = (SHIPPED / "menu.toml").read_text(encoding="utf-8")
    path = tmp_path / "menu.toml"
    path.write_text(text.replace('"menu_hello"', '"menu_helo"').replace('next = "doctor"', 'next = "dokter"'))
    code, out = await run(path)
    assert code == NOT_SO
    assert {row["file"] for row in out.rows} == {str(path)}
    assert all(row["line"] > 1 for row in out.rows)
    said = " ".join(row["message"] for row in out.rows)
    assert "there is no prompt 'menu_helo' in id, en" in said
    assert "there is no node 'dokter'" in said
    assert "mend them all" in out.notes[-1]


async def test_an_empty_folder_does_not_hold_and_a_file_that_is_not_there_is_no_question(
    tmp_path: Path,
) -> None:
    assert (await run(tmp_path))[0] == NOT_SO
    with pytest.raises(CommandError) as slip:
        await run(tmp_path / "none.toml")
    assert slip.value.code == USAGE
