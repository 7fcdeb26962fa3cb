"""``kentongan lookup …`` from a terminal: what there is, a new table with its progress, back, and what a resident is
told; no key and no name stands where it could be read by others."""

from __future__ import annotations

import logging
from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from config.city import City, load_city
from config.clock import VirtualClock
from config.command import DONE, NOT_SO, USAGE, CommandError, Context
from eservices.lookup.commands import COMMANDS
from gateway.store import Store
from tests.gateway.room import opened, play

HEAD = "nop,name,area,year,amount,due,paid\n"
ROW = "127503000400501230,Siti Aminah,Paya Roba,2027,99000,2027-11-30,\n"
NOP = "127503000400501230"


@dataclass(slots=True)
class Terminal:
    """What a command says, on a store."""

    store: Store
    clock: VirtualClock
    city: City = field(default_factory=lambda: load_city("binjai"))
    files: dict[str, bytes] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    steps: list[tuple[int, int]] = field(default_factory=list)
    rows: list[Mapping[str, Any]] = field(default_factory=list)

    def row(self, row: Mapping[str, Any], text: str) -> None:
        self.rows.append(row)
        self.texts.append(text)

    def note(self, text: str) -> None:
        self.notes.append(text)

    def progress(self, done: int, total: int, what: str) -> None:
        self.steps.append((done, total))

    async def types(self, *words: str) -> list[Mapping[str, Any]]:
        self.rows, self.texts, self.notes = [], [], []
        command = next(one for one in COMMANDS if one.name == ("lookup", words[0]))
        parser = ArgumentParser(exit_on_error=False)
        command.arguments(parser)
        asked = parser.parse_args(list(words[1:]))
        context = Context(settings=None, city=self.city, clock=self.clock, out=self, store=self.store, files=self.files)
        assert await command.run(context, asked) == DONE
        return self.rows


def scene(folder: Path, main: Any) -> None:
    async def played(clock: VirtualClock) -> None:
        async with opened(clock, folder / "k.db") as store:
            await main(Terminal(store=store, clock=clock))

    play(played)


def test_list_says_the_age_of_each_table(tmp_path: Path) -> None:
    async def main(here: Terminal) -> None:
        rows = {row["lookup"]: row for row in await here.types("list")}
        assert (rows["pbb"]["as_of"], rows["pbb"]["sample"], rows["pbb"]["source"]) == (None, True, "pack")
        here.files["a/pbb.csv"] = (HEAD + ROW).encode()
        await here.types("import", "pbb", "a/pbb.csv")
        rows = {row["lookup"]: row for row in await here.types("list")}
        assert (rows["pbb"]["rows"], rows["pbb"]["sample"], rows["pbb"]["source"]) == (1, False, "pbb.csv")
        assert rows["pbb"]["as_of"] == "2026-11-21T19:00+07:00"

    scene(tmp_path, main)


def test_import_shows_its_progress_and_what_changed(tmp_path: Path) -> None:
    async def main(here: Terminal) -> None:
        rows = "".join(ROW.replace("0501230", f"{place:07d}") for place in range(1100))
        here.files["pbb.csv"] = (HEAD + rows).encode()
        (row,) = await here.types("import", "pbb", "pbb.csv", "--preview")
        assert (row["rows"], row["new"], row["written"]) == (1100, 1100, False)
        assert here.steps == []
        (row,) = await here.types("import", "pbb", "pbb.csv")
        assert row["written"]
        assert here.steps == [(500, 1100), (1000, 1100), (1100, 1100)]

    scene(tmp_path, main)


def test_a_bad_file_is_refused_whole_with_every_line(tmp_path: Path) -> None:
    async def main(here: Terminal) -> None:
        here.files["pbb.csv"] = (HEAD + ROW + "12,A,Paya Roba,2027,1,besok,\n" + ROW.replace("99000", "x")).encode()
        with pytest.raises(CommandError) as refused:
            await here.types("import", "pbb", "pbb.csv")
        assert refused.value.code == NOT_SO
        assert [note.split(":")[1] for note in here.notes] == ["3", "3", "4"]
        assert await here.types("show", "pbb", "--limit", "0") == []

    scene(tmp_path, main)


def test_back_and_what_cannot_go_back(tmp_path: Path) -> None:
    async def main(here: Terminal) -> None:
        with pytest.raises(CommandError, match="no former table"):
            await here.types("back", "pbb")
        with pytest.raises(CommandError) as wrong:
            await here.types("back", "air")
        assert wrong.value.code == USAGE
        for amount in ("1", "2"):
            here.files["pbb.csv"] = (HEAD + ROW.replace("99000", amount)).encode()
            await here.types("import", "pbb", "pbb.csv")
        await here.types("back", "pbb")
        (said, _) = await here.types("try", "pbb", NOP)
        assert "Rp 1," in said["says"]

    scene(tmp_path, main)


def test_show_and_try_mask_names_and_no_key_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def main(here: Terminal) -> None:
        here.files["pbb.csv"] = (HEAD + ROW).encode()
        await here.types("import", "pbb", "pbb.csv")
        shown = await here.types("show", "pbb")
        assert shown[-1]["row"]["name"] == "S*** A***"
        said = await here.types("try", "pbb", "12.75.030.004.005-0123.0")
        assert [one["language"] for one in said] == ["id", "en"]
        assert all("S*** A***" in one["says"] for one in said)
        with pytest.raises(CommandError) as refused:
            await here.types("try", "pbb", "1275030004005012")
        assert "1275030004005012" not in str(refused.value)

    with caplog.at_level(logging.DEBUG):
        scene(tmp_path, main)
    assert NOP not in caplog.text
    assert "Aminah" not in caplog.text
