"""What is typed is in the audit, and the audit is read and judged by what is typed."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

import kentongan
from config.clock import SystemClock
from gateway.audit import Deed, note
from gateway.audit_anchor import NAME, Anchoring, anchors
from gateway.audit_commands import verified, written_elsewhere
from gateway.audit_verify import Kind
from gateway.commanding import carry_out
from gateway.pulse import Pulse, Status
from gateway.store.audit import AUDIT_CUT, head
from tests.fixtures.engines import fresh, open_store
from tests.fixtures.site import TINY

SITI = "+6281398765432"
LOOK = Deed(by="sari", how="page", what="look", about=[SITI])
LIST = "phone,name,kelurahan,address\n081398765432,Siti Aminah,99.01.01.1001,Jl. Kenanga 17\n"


@dataclass
class Said:
    rows: list[Mapping[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def row(self, row: Mapping[str, Any], text: str) -> None:
        self.rows.append(row)

    def note(self, text: str) -> None:
        self.notes.append(text)

    def progress(self, done: int, total: int, what: str) -> None:
        pass


@dataclass
class Shell:
    folder: Path
    code: int = 0

    async def types(self, *words: str) -> list[Mapping[str, Any]]:
        out = Said()
        environ = {"KENTONGAN_DATA_DIR": str(self.folder), "KENTONGAN_CITY": str(TINY)}
        self.code = await carry_out(kentongan.COMMANDS, words, out, environ)
        return out.rows


@pytest.mark.sqlite_only("the command line's own walk; the chain is held on both")
async def test_every_command_that_writes_or_shows_a_person_is_in_the_audit(tmp_path: Path) -> None:
    shell, listed = Shell(tmp_path), tmp_path / "list.csv"
    listed.write_text(LIST)
    await shell.types("residents", "import", str(listed))
    (row,) = await shell.types("audit", "list")
    assert (row["what"], row["how"]) == ("residents.import", "command")
    await shell.types("residents", "show", "081398765432")
    await shell.types("residents", "export", "081398765432")
    await shell.types("retention", "run", "--dry-run")
    rows = await shell.types("audit", "list", "--about", SITI)
    assert [(row["what"], row["about"]) for row in rows] == [("residents.export", [SITI]), ("residents.show", [SITI])]
    (report,) = await shell.types("breach", "report", "--since", "2020-01-01")
    assert report["persons"] == [SITI]
    assert report["classes"]["everything"]["persons"] == 1
    await shell.types("residents", "erase", SITI)
    assert await shell.types("audit", "list", "--about", SITI) == []
    whats = {row["what"] for row in await shell.types("audit", "list", "--what", "person")}
    assert whats == {"person.erase"}
    (verdict,) = await shell.types("audit", "verify")
    assert (verdict["whole"], shell.code) == (True, 0)
    (here,) = await shell.types("audit", "head")
    with closing(sqlite3.connect(tmp_path / "kentongan.db")) as store:
        store.execute("DROP TRIGGER audit_line_stays")
        store.execute("UPDATE audit_line SET by = 'nobody' WHERE seq = 2")
        store.commit()
    (verdict,) = await shell.types("audit", "verify", "--head", f"{here['seq'] + 7}:00")
    assert shell.code == 1
    assert [(one["line"], one["kind"]) for one in verdict["faults"]] == [(2, "changed"), (here["seq"] + 1, "truncated")]


async def test_the_head_is_written_down_and_finds_a_cut_tail(tmp_path: Path) -> None:
    fresh(tmp_path / "a.db")
    pulse = Pulse(SystemClock())
    async with await open_store(tmp_path / "a.db", SystemClock()) as store:
        anchoring = Anchoring(store, tmp_path, SystemClock(), pulse)
        await anchoring.look()
        assert anchors(tmp_path) == []
        for _ in range(3):
            await store.write(lambda tx: note(tx, LOOK))
        await anchoring.look()
        await anchoring.look()
        (one,) = anchors(tmp_path)
        assert one.head == await store.read(head)
        assert (await verified(store, written_elsewhere(tmp_path))).anchors == 1
        with (tmp_path / NAME).open("a") as file:
            file.write('\n{"at": "2026-11-22T00:00:00+00:00", "seq": 5, "hash": "aa"}\n{"at": "20')
        verdict = await verified(store, written_elsewhere(tmp_path))
        assert [(fault.line, fault.until, fault.kind) for fault in verdict.faults] == [(4, 5, Kind.TRUNCATED)]
        assert {part.status for part in pulse.parts() if part.kind == "audit"} == {Status.OK}


async def test_a_cut_of_which_the_chain_does_not_tell_is_found(tmp_path: Path) -> None:
    fresh(tmp_path / "a.db")
    async with await open_store(tmp_path / "a.db", SystemClock()) as store:
        await store.write(lambda tx: note(tx, LOOK))
        here = await store.read(head)
        row = {"seq": here.seq, "hash": here.hash, "at": SystemClock().now()}
        await store.write(lambda tx: tx.execute(insert(AUDIT_CUT), row) and None)
        verdict = await verified(store, {})
        assert Kind.REMOVED in {fault.kind for fault in verdict.faults}
