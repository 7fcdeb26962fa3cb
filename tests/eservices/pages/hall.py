"""A Tuesday morning at the tiny town's clinic, and who works there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from config.cli import build_parser
from config.clock import SystemClock
from config.command import DONE, Context
from eservices.clinic.booking import Session
from eservices.clinic.talk import Room, queue_dialogues
from eservices.commands import COMMANDS
from gateway.dialogue import Who
from gateway.page import Floor, Role
from gateway.store import Tx
from tests.eservices.clinic.counter import TUESDAY, dentist, doctor, fill
from tests.eservices.complaints.office_commands import Paper
from tests.fixtures.site import user_with

NURSE = user_with(Role.CLINIC, login="nur", name="Nur Contoh", clinic="hulu")
ELSEWHERE = user_with(Role.CLINIC, login="eli", name="Eli Contoh", clinic="rs")
BOSS = user_with(Role.SUPERVISOR, login="bos", name="Bos Contoh")
DAY = f"/clinic/hulu/{TUESDAY.isoformat()}"
QUEUE = f"{DAY}/umum.-.0800"
BEGINS = datetime.fromisoformat("2026-11-24T08:00:00+08:00")


class SetClock(SystemClock):
    """Stands at what the test sets; waits are real."""

    def __init__(self) -> None:
        self.at = BEGINS

    def now(self) -> datetime:
        return self.at.astimezone(UTC)

    def passes(self, minutes: float) -> None:
        self.at += timedelta(minutes=minutes)


async def people(floor: Floor, many: int, *, first: frozenset[int] = frozenset()) -> None:
    """So many are booked at the doctor's."""

    def work(tx: Tx) -> None:
        fill(tx, floor.city, doctor(floor.city), range(1, many + 1), priority=first)

    await floor.store.write(work)


def general(floor: Floor) -> Session:
    return doctor(floor.city)


def teeth(floor: Floor) -> Session:
    return dentist(floor.city)


async def listed(floor: Floor) -> list[Mapping[str, Any]]:
    """What ``kentongan clinic list --json`` prints of that day."""
    line = f"clinic list --clinic hulu --service umum --day {TUESDAY.isoformat()}"
    asked, paper = build_parser(COMMANDS).parse_args(line.split()), Paper()
    context = Context(settings=None, city=floor.city, clock=floor.clock, out=paper, store=floor.store)
    assert await asked.command.run(context, asked) == DONE
    return paper.rows


async def answered(floor: Floor, phone: str, said: str) -> str:
    """What that phone is told."""

    def work(tx: Tx) -> str:
        who = Who(number=phone, language="id", at=floor.clock.now())
        for talk in queue_dialogues(floor.city, Room(floor.city, b"")):
            if said in [head.upper() for head in talk.heads]:
                step = talk.begin(who, "")
                return (talk.answer(tx, step.ask, who, "turn") if step.ask is not None else step).screen.text
        raise AssertionError(f"nobody answers {said}")

    return await floor.store.write(work)
