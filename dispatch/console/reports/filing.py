"""The report of each month, made by itself when the month is over and kept in a folder: ``data_dir/reports``. It holds
no table that names anybody: whoever may read figures may read it."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from config.private import OWNER, replaced
from dispatch.console.reports.report import Report, Reporter, printed
from dispatch.console.reports.span import month_of
from gateway.figures import READERS
from gateway.page import Floor, Role, User
from gateway.pulse import Status
from gateway.store import StoreFault

log = logging.getLogger(__name__)

FOLDER = "reports"
SETTLE_S = 300.0  # after the start: letters first
TICK_S = 600.0  # between two looks at the calendar
BEAT_S = 3600.0  # a report of a month takes seconds; without a beat for that long the loop is stuck
READER = User(login="", name="", roles=READERS - {Role.SUPERVISOR})
_NAME = re.compile(r"laporan-bulanan-(\d{4}-\d\d)\.pdf")


def kept_in(data_dir: Path) -> Sequence[str]:
    """The months of which a report is kept (``2026-10``), the newest first."""
    folder = data_dir / FOLDER
    found = (_NAME.fullmatch(path.name) for path in folder.glob("*.pdf")) if folder.is_dir() else ()
    return sorted((name[1] for name in found if name), reverse=True)


def file_of(data_dir: Path, month: str) -> Path:
    """Where the report of that month is kept."""
    return data_dir / FOLDER / f"laporan-bulanan-{month}.pdf"


def first_of(month: str) -> date:
    """The first day of that month. Raises ValueError."""
    return date.fromisoformat(f"{month}-01")


class Filing:
    """Looks at the calendar now and then, for ever."""

    def __init__(self, floor: Floor, reporter: Reporter) -> None:
        self._floor, self._reporter = floor, reporter

    async def run(self) -> None:
        """Where this process leads. A disk or a store that refuses is reported, and tried again."""
        clock, pulse = self._floor.clock, self._floor.pulse
        pulse.beat("reports", limit_s=BEAT_S)
        await clock.sleep(SETTLE_S)
        while True:
            pulse.beat("reports", limit_s=BEAT_S)
            if self._floor.store.leading:
                await self.look()
            await clock.sleep(TICK_S)

    async def look(self) -> None:
        """Make the report of the last month that is over, unless it is kept already."""
        floor = self._floor
        try:
            made = await self._make()
        except (OSError, StoreFault) as fault:
            log.error("the monthly report is not kept: %s", fault)
            floor.pulse.report("report", "monthly", Status.DEGRADED, f"is not kept: {fault}")
            return
        if made:
            floor.pulse.report("report", "monthly", Status.OK, made)

    async def _make(self) -> str:
        floor, now = self._floor, self._floor.clock.now()
        span = month_of("", now, floor.city.timezone)
        month = f"{span.first:%Y-%m}"
        path = file_of(floor.settings.data_dir, month)
        if path.exists():
            return ""
        language = floor.city.languages[0]
        report = await self._reporter.report(floor.store, span, READER, language, now, title="monthly_title")
        await asyncio.to_thread(_write, report, path)
        return month


def _write(report: Report, path: Path) -> None:
    path.parent.mkdir(mode=OWNER, parents=True, exist_ok=True)
    replaced(path, printed(report))
