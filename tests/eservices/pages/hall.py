"""A Tuesday morning at the tiny town's clinic, and who works there."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from config.clock import SystemClock
from eservices.clinic.booking import Session
from gateway.page import Floor, Role
from gateway.store import Tx
from tests.eservices.clinic.counter import TUESDAY, dentist, doctor, fill
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


def seen_in(page: str) -> str:
    """The count of calls that the page's button carries."""
    found = re.search(r'name="seen" value="(\d+)"', page)
    assert found, page
    return found[1]
