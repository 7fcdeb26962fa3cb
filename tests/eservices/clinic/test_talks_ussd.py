"""The same by USSD: every page within its size, the place in the store, and a letter that stays."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from config.clock import VirtualClock, run_virtual
from config.gsm7 import septets
from eservices.clinic.store import rows
from gateway.dialogue import Who
from gateway.paging import LINES, WIDTH
from gateway.store import Tx
from gateway.store.outbound import OUTBOUND
from gateway.ussd_stage import Stage, Stages
from tests.dispatch.talks import EPOCH, PHONE, Transcript, dialogues, pack, somebody, transcripts
from tests.fixtures.engines import open_store

SCRIPTS = transcripts(Path(__file__).with_name("talks_ussd.txt"))


class Phone:
    """One phone that dials, in one transaction after the other."""

    def __init__(self, script: Transcript) -> None:
        name, language, who = script.setting
        city = pack(name)
        resident = somebody(city, language) if who == "confirmed" else None
        self.who = Who(
            number=PHONE, at=EPOCH, language=language, resident=resident, doubt=who == "doubtful", screen=True
        )
        self.stages = Stages(dialogues(name), city)
        self.stage: Stage = self.stages.begin(self.who)
        self.turn = self.letters = self.facts = 0
        self.out: list[str] = []

    def takes(self, tx: Tx, line: str) -> None:
        mark, said = line[:1], line[2:].strip()
        if mark == ">":
            self._types(tx, said)
        elif mark == "#":
            self.stage = self.stages.begin(self.who)
            self.out.append(line)
        elif mark == "=":
            self._fact(tx)
        self.facts = self.facts + 1 if mark == "=" else 0

    def _types(self, tx: Tx, typed: str) -> None:
        self.turn += 1
        moved = self.stages.take(self.stage, typed, self.who)
        if moved.asked is not None:
            moved = self.stages.answered(tx, moved, self.who, f"turn {self.turn}")
        self.stage = moved.stage
        page = self.stages.reply(self.stage, self.who)
        assert (septets(page.text) or 1000) <= WIDTH
        assert len(page.text.splitlines()) <= LINES
        assert moved.effects == ()
        self.out += [f"> {typed}", "< " + page.text.replace("\n", " / ") + ("" if page.more else " (end)")]
        news = tx.execute(select(OUTBOUND.c.text).order_by(OUTBOUND.c.id)).scalars().all()[self.letters :]
        self.letters += len(news)
        self.out += [f"+ {text}" for text in news]

    def _fact(self, tx: Tx) -> None:
        found = rows.listed(tx, first=date(2026, 1, 1), last=date(2027, 12, 31))
        alive = [one for one in found if one.state != "cancelled"]
        told = [f"{one.clinic} {one.service} {one.day:%d/%m} {one.queue} {one.name} {one.state.value}" for one in alive]
        self.out.append(f"= {told[self.facts] if self.facts < len(told) else 'nothing'}")


def dialled(tmp_path: Path, script: Transcript) -> list[str]:
    """The session as it really goes."""
    phone = Phone(script)

    async def main(clock: VirtualClock) -> None:
        async with await open_store(tmp_path / "ussd.sqlite", clock, inline=True) as kept:
            for line in script.lines:
                await kept.write(lambda tx, line=line: phone.takes(tx, line))  # type: ignore[misc]

    run_virtual(main, EPOCH)
    return phone.out


@pytest.mark.sqlite_only("the verbs are the same; talks.txt is also played on a server")
@pytest.mark.parametrize("script", SCRIPTS, ids=[script.title for script in SCRIPTS])
def test_a_session_goes_as_it_is_written(tmp_path: Path, script: Transcript) -> None:
    assert dialled(tmp_path, script) == list(script.lines)
