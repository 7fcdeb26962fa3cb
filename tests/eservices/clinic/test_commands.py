"""``kentongan clinic …`` from a terminal: rows of JSON, lists for paper, refusals that say what to do."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from config.clock import VirtualClock
from config.command import DONE, NOT_SO, USAGE, CommandError, Context
from eservices.clinic.commands import CLINICS
from gateway.store import Store
from gateway.store.listing import letters
from tests.eservices.clinic.counter import dentist, doctor, fill, tiny, wish
from tests.gateway.room import opened, play


@dataclass(slots=True)
class Paper:
    """What a command says."""

    rows: list[Mapping[str, Any]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def row(self, row: Mapping[str, Any], text: str) -> None:
        self.rows.append(row)
        self.texts.append(text)

    def note(self, text: str) -> None:
        self.notes.append(text)

    def progress(self, done: int, total: int, what: str) -> None:
        raise AssertionError


@dataclass(slots=True)
class Terminal:
    store: Store
    clock: VirtualClock
    files: dict[str, bytes] = field(default_factory=dict)
    said: Paper = field(default_factory=Paper)

    async def types(self, words: str, expected: int = DONE) -> list[Mapping[str, Any]]:
        """The rows of ``kentongan clinic`` and these words."""
        first, *rest = words.split(" ")
        command = next(one for one in CLINICS if one.name == ("clinic", first))
        parser = ArgumentParser(exit_on_error=False)
        command.arguments(parser)
        self.said = Paper()
        asked = parser.parse_args([one.replace("_", " ") for one in rest])
        context = Context(
            settings=None, city=tiny(), clock=self.clock, out=self.said, store=self.store, files=self.files
        )
        assert await command.run(context, asked) == expected
        return self.said.rows


async def terminal(store: Store, clock: VirtualClock) -> Terminal:
    city = tiny()
    await clock.sleep((doctor(city).begins - clock.now()).total_seconds())
    await store.write(lambda tx: fill(tx, city, doctor(city), range(1, 5), priority=frozenset({4})))
    return Terminal(store, clock)


def test_a_morning_from_the_terminal(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db") as store:
            typed = await terminal(store, clock)
            found = await typed.types("list --day today")
            assert [(one["number"], one["state"], one["ahead"]) for one in found] == [
                (1, "waiting", 0),
                (2, "waiting", 1),
                (3, "waiting", 3),
                (4, "waiting", 2),
            ]
            assert found[1]["estimate"] == "2026-11-24T08:10:00+08:00"
            assert [one["number"] for one in await typed.types("call Hulu umum")] == [1]
            assert (await typed.types("noshow hulu umum 1"))[0]["state"] == "waiting"
            assert [one["number"] for one in await typed.types("call hulu umum")] == [2]
            assert (await typed.types("done hulu umum 2"))[0]["state"] == "served"
            walk_in = await typed.types("walkin hulu umum Nek_Ijah --priority")
            assert (walk_in[0]["number"], walk_in[0]["walk_in"], walk_in[0]["name"]) == (5, True, "Nek Ijah")
            sessions = await typed.types("list --sessions --day today --clinic hulu --service umum")
            assert (sessions[0]["free"], sessions[0]["waiting"], sessions[0]["now"]) == (4, 4, 2)

    play(main)


def test_closing_moves_and_tells(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db") as store:
            typed = await terminal(store, clock)
            moved = await typed.types("close hulu umum --day today --reason listrik_padam")
            assert {(one["day"], one["state"]) for one in moved} == {("2026-11-25", "waiting")}
            told = await store.read(lambda tx: letters(tx, at_most=10))
            assert {one.other for one in told} == {wish(n).number for n in range(1, 5)}
            with pytest.raises(CommandError, match="closed already"):
                await typed.types("close hulu umum --day today --reason lagi")
            with pytest.raises(CommandError, match="it is closed: listrik padam"):
                await typed.types("walkin hulu umum Siti")

    play(main)


def test_a_block_goes_out_on_paper_and_comes_back(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db") as store:
            typed = await terminal(store, clock)
            block = await typed.types("block hulu umum --size 3")
            assert [one["number"] for one in block] == [5, 6, 7]
            assert typed.said.texts == ["5,,,", "6,,,", "7,,,"]
            typed.files["sheet.csv"] = b"5,Siti,,selesai\n6,Budi,,\n7,,,kosong\n"
            merged = await typed.types("merge sheet.csv --clinic hulu --service umum")
            assert [one["outcome"] for one in merged] == ["filled", "filled", "released"]
            typed.files["sheet.csv"] = b"5,Joko,,selesai\n"
            conflict = await typed.types("merge sheet.csv --clinic hulu --service umum", NOT_SO)
            assert conflict[0]["words"] == "5 is Siti's; Joko is 8 now"
            typed.files["sheet.csv"] = b"x,Joko,,selesai\n1,y,,\n"
            with pytest.raises(CommandError, match="nothing was merged"):
                await typed.types("merge sheet.csv --clinic hulu --service umum")

    play(main)


def test_the_list_on_paper_fits_a4_and_says_nothing_of_anybodys_health(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db") as store:
            typed = await terminal(store, clock)
            await store.write(lambda tx: fill(tx, tiny(), dentist(tiny()), range(1001, 1003)))
            await typed.types("block hulu umum --size 1")
            await typed.types("walkin hulu umum <b>Siti</b>")
            await typed.types("print hulu")
            assert len(typed.said.texts) == 2
            page = typed.said.texts[0]
            assert max(map(len, page.splitlines())) <= 80
            lines = [text for text in page.splitlines() if text[:5].strip().isdecimal()]
            assert [int(text[:5]) for text in lines] == [1, 2, 3, 4, 5, 6]
            assert "Puskesmas Hulu - Umum Sel 24/11 08.00" in page
            assert "____" in lines[4]
            assert wish(1).number not in page
            await typed.types("print hulu --html")
            assert '<td class="no">6</td>' in typed.said.texts[0]
            assert "<b>" not in typed.said.texts[0]

    play(main)


REFUSED = (
    ("call nowhere", "there is no clinic 'nowhere'", USAGE),
    ("call hulu bedah", "has no service 'bedah'", USAGE),
    ("call hulu --day besok", "no day like", USAGE),
    ("call hulu", "hulu has several", USAGE),
    ("call rs umum --day tomorrow", "not of today: nobody was called", NOT_SO),
    ("call rs --day 2026-11-22", "sees nobody", NOT_SO),
    ("call hulu gigi", "nobody waits", NOT_SO),
    ("noshow hulu umum 3", "3 was not called", NOT_SO),
    ("done hulu umum 99", "there is no 99", NOT_SO),
    ("walkin hulu umum Siti --phone halo", "is no telephone number", USAGE),
    ("block hulu umum --size 900", "between 1 and 500", USAGE),
)


def test_what_cannot_be_done_is_said_in_one_line(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock, tmp_path / "k.db") as store:
            typed = await terminal(store, clock)
            for words, says, code in REFUSED:
                with pytest.raises(CommandError, match=says) as refused:
                    await typed.types(words)
                assert (refused.value.code, "\n" in str(refused.value)) == (code, False), words

    play(main)
