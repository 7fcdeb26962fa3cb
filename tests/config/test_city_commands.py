"""``kentongan city check`` and ``city new``, as commands."""

from __future__ import annotations

import shutil
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from config.check import check
from config.city import SHIPPED
from config.city_codes import read_texts
from config.city_files import PackFiles
from config.city_levels import NAMELESS
from config.clock import SystemClock
from config.command import DONE, NOT_HERE, NOT_SO, CommandError, Context
from config.commands import COMMANDS
from config.settings import load
from config.settings_sources import DEFAULTS

TINY = Path(__file__).parent.parent / "fixtures" / "tinytown"


class Lines:
    """Keeps what a command says."""

    def __init__(self) -> None:
        self.rows: list[Mapping[str, Any]] = []
        self.texts: list[str] = []
        self.notes: list[str] = []

    def row(self, row: Mapping[str, Any], text: str) -> None:
        self.rows.append(row)
        self.texts.append(text)

    def note(self, text: str) -> None:
        self.notes.append(text)

    def progress(self, done: int, total: int, what: str) -> None:
        raise AssertionError("nothing here takes long")


async def run(*words: str) -> tuple[int, Lines]:
    (command,) = [command for command in COMMANDS if command.name == ("city", words[0])]
    parser, out = ArgumentParser(), Lines()
    command.arguments(parser)
    context: Any = Context(settings=load(DEFAULTS, {}), city=None, clock=SystemClock(), out=out)
    return await command.run(context, parser.parse_args(words[1:])), out


async def test_a_good_pack_is_said_to_be_good() -> None:
    code, out = await run("check", str(TINY))
    assert (code, out.rows) == (DONE, [])
    assert "3 kelurahan" in out.notes[0]
    assert "no fault" in out.notes[0]


async def test_a_shipped_pack_is_checked_by_its_name() -> None:
    for pack in SHIPPED.iterdir():
        assert (await run("check", pack.name))[0] == DONE


async def test_faults_are_rows_and_the_exit_code_says_so(tmp_path: Path) -> None:
    pack = tmp_path / "town"
    shutil.copytree(TINY, pack)
    (pack / "roster.csv").unlink()
    (pack / "codes.toml").write_text("")
    code, out = await run("check", str(pack))
    assert code == NOT_SO
    assert {"file": str(pack / "roster.csv"), "line": 0, "message": "there is no such file"} in out.rows
    assert f"{pack / 'roster.csv'}: there is no such file" in out.texts
    assert f"{len(out.rows)} faults" in out.notes[0]


async def test_a_pack_that_is_not_there_is_one_line() -> None:
    with pytest.raises(CommandError, match="neither a folder nor a shipped city pack") as error:
        await run("check", "atlantis")
    assert error.value.code == NOT_SO
    assert "\n" not in str(error.value)


async def test_a_new_pack_lacks_only_what_no_program_can_know(tmp_path: Path) -> None:
    pack = tmp_path / "palu"
    code, out = await run("new", str(pack))
    assert code == DONE
    assert len(out.rows) == len(out.texts) == 9
    assert 'name = "Palu"' in (pack / "city.toml").read_text()
    assert [(Path(fault.file).name, fault.message.split(":")[0]) for fault in check(pack)] == [
        ("areas.geojson", "must be a GeoJSON FeatureCollection with features"),
        ("city.toml", "no [[command_centre]]"),
        ("city.toml", "no [[modem]] may call"),
        ("city.toml", "title"),
        ("city.toml", "timezone"),
        ("stations.toml", "holds no station"),
    ]


async def test_a_new_pack_filled_with_a_citys_own_data_is_good(tmp_path: Path) -> None:
    pack = tmp_path / "mungil"
    await run("new", str(pack))
    for file in ("areas.geojson", "streets.csv", "stations.toml", "roster.csv"):
        shutil.copy(TINY / file, pack / file)
    text = (
        (pack / "city.toml")
        .read_text()
        .replace('title = ""', 'title = "Kota"')
        .replace('timezone = ""', 'timezone = "Asia/Makassar"')
    )
    text = text.replace("+628120000", "+6285500000").replace('"+6285500000"', '"+6285500"')
    for line in ("[[modem]]", "number = ", "sample = ", "[[command_centre]]", 'name = "Pusat'):
        text = text.replace(f"# {line}", line)
    (pack / "city.toml").write_text(text)
    assert {fault.message.split(" (")[0] for fault in check(pack)} == {
        f"no station serves the kind {kind}" for kind in ("medical", "accident", "flood", "violence")
    }


async def test_nothing_is_written_over_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "palu").mkdir()
    (tmp_path / "palu" / "mine.txt").write_text("mine")
    with pytest.raises(CommandError, match="is there already") as error:
        await run("new", str(tmp_path / "palu"))
    assert error.value.code == NOT_HERE
    assert [path.name for path in (tmp_path / "palu").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("name", ["..", "a{b}", "pa\nlu", "*"])
async def test_a_name_that_is_no_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(CommandError, match="not a name for a folder"):
        await run("new", str(tmp_path / name))


def test_the_skeletons_texts_are_whole() -> None:
    files = PackFiles(SHIPPED.parent / "skeleton")
    read_texts(files, ("id", "en"), NAMELESS)
    assert files.faults == []
