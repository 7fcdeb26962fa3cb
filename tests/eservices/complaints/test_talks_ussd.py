"""The same conversation by USSD: every page within its size, the ticket in the store, and a letter that stays."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import select

from config.city import City
from config.clock import VirtualClock, run_virtual
from config.gsm7 import septets
from eservices.complaints import store
from eservices.complaints.offices import deeds
from gateway.dialogue import Effect, Say, Who
from gateway.paging import LINES, WIDTH
from gateway.store import Tx
from gateway.store.outbound import OUTBOUND
from gateway.ussd_stage import Stage, Stages
from tests.dispatch.talks import EPOCH, PHONE, Transcript, dialogues, pack, somebody
from tests.eservices.complaints.scenes import scripts
from tests.fixtures.engines import open_store

SCRIPTS = scripts("talks_ussd.txt")


@dataclass(slots=True)
class Phone:
    """One phone that dials, in one transaction after the other."""

    city: City
    stages: Stages
    who: Who
    out: list[str] = field(default_factory=list)
    stage: Stage | None = None
    turn: int = 0
    letters: int = 0

    def dials(self) -> None:
        self.stage = self.stages.begin(self.who)

    def types(self, tx: Tx, typed: str) -> None:
        if self.stage is None:
            self.dials()
        assert self.stage is not None
        self.turn += 1
        moved = self.stages.take(self.stage, typed, self.who)
        if moved.asked is not None:
            moved = self.stages.answered(tx, moved, self.who, f"turn {self.turn}")
        self.stage = moved.stage
        page = self.stages.reply(self.stage, self.who)
        assert (septets(page.text) or 1000) <= WIDTH
        assert len(page.text.splitlines()) <= LINES
        self.out += [f"> {typed}", "< " + page.text.replace("\n", " / ") + ("" if page.more else " (end)")]
        self.out += [self._said(effect) for effect in moved.effects]
        rows = tx.execute(
            select(OUTBOUND.c.text).where(OUTBOUND.c.recipient == PHONE).order_by(OUTBOUND.c.id)
        ).scalars()
        news = list(rows)[self.letters :]
        self.letters += len(news)
        self.out += [f"+ {text}" for text in news]

    @staticmethod
    def _said(effect: Effect) -> str:
        assert isinstance(effect, Say)
        return f"= says{' at once' if effect.urgent else ''}: {effect.text}"

    def office(self, tx: Tx, said: str) -> None:
        _, number, *words = said.split()
        deeds.answer(tx, self.city, store.ticket(tx, int(number)), " ".join(words), "office", EPOCH)
        self.letters += 1
        self.out.append(f"! {said}")

    def fact(self, tx: Tx, number: int) -> None:
        try:
            found = store.ticket(tx, number)
        except store.NoSuchTicket:
            self.out.append(f"= {number} is none")
            return
        marks = [found.channel, "secret" if found.secret else "", f"rated {found.rating}" if found.rating else ""]
        told = ", ".join([found.state.value, found.category, found.place or "-", *filter(None, marks)])
        self.out.append(f"= {number} {told}")


def dialled(tmp_path: Path, script: Transcript) -> list[str]:
    """The session as it really goes."""
    name, language, who = script.setting
    city = pack(name)
    known = who in ("confirmed", "quiet")
    resident = somebody(city, language, quiet=who == "quiet") if known else None
    person = Who(number=PHONE, at=EPOCH, language=language, resident=resident, doubt=who == "doubtful", screen=True)
    phone = Phone(city, Stages(dialogues(name), city), person)

    async def main(clock: VirtualClock) -> None:
        async with await open_store(tmp_path / "ussd.sqlite", clock, inline=True) as kept:
            for line in script.lines:
                await kept.write(lambda tx, line=line: step(tx, line))  # type: ignore[misc]

    def step(tx: Tx, line: str) -> None:
        mark, said = line[:2], line[2:].strip()
        if mark == "> ":
            phone.types(tx, said)
        elif mark == "! ":
            phone.office(tx, said)
        elif mark == "# ":
            phone.dials()
            phone.out.append(line)
        elif mark == "= " and not said.startswith("says"):
            phone.fact(tx, int(said.split()[0]))

    run_virtual(main, EPOCH)
    return phone.out


@pytest.mark.sqlite_only("the verbs are the same; talks_sms.txt is also played on a server")
@pytest.mark.parametrize("script", SCRIPTS, ids=[script.title for script in SCRIPTS])
def test_a_session_goes_as_it_is_written(tmp_path: Path, script: Transcript) -> None:
    assert dialled(tmp_path, script) == list(script.lines)
