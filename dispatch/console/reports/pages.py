"""The city's figures: read on a page, taken away as tables, printed as a whole.

GET /reports?span=today|week|month|any&from=&to=     the page; with &table=KEY&as=csv|pdf that table alone
GET /reports/whole?span=…                            all of it as PDF
GET /reports/monthly?month=2026-10                   a month as PDF
GET /reports/kept/2026-10                            the one that was made by itself and kept
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from dispatch.console.reports.figures import SHEAVES
from dispatch.console.reports.filing import file_of, first_of, kept_in
from dispatch.console.reports.report import Reporter, days_in_words, printed
from dispatch.console.reports.span import NAMES, BadSpan, Span, month_of, span_of
from gateway.figures import READERS, Sheaf
from gateway.page import Answer, Declined, Floor, Handed, NotThere, Page, Sheet, Shown, Visit, Wing

HERE = Path(__file__).parent


def reports_wing(floor: Floor, more: Sequence[Sheaf] = ()) -> Wing:
    """``more``: the figures of other rooms, shown after this one's."""
    pages = _Reports(floor, Reporter(floor.city, (*SHEAVES, *more)))
    return Wing(
        room="reports",
        pages=(
            Page(path="/reports", handle=pages.show, roles=READERS, title="reports.title", nav=90),
            Page(path="/reports/whole", handle=pages.whole, roles=READERS, title="reports.title"),
            Page(path="/reports/monthly", handle=pages.monthly, roles=READERS, title="reports.monthly_title"),
            Page(path="/reports/kept/{month:[0-9-]{7,10}}", handle=pages.kept, roles=READERS),
        ),
        templates=HERE / "templates",
        words=HERE / "words",
    )


class _Reports:
    def __init__(self, floor: Floor, reporter: Reporter) -> None:
        self._floor, self._reporter = floor, reporter

    async def show(self, visit: Visit) -> Answer:
        span = self._span(visit)
        if "table" in visit.query:
            return await self._table(visit, span)
        store, now = self._floor.store, visit.now
        report = await self._reporter.report(store, span, visit.user, visit.language, now)
        last = month_of("", now, self._floor.city.timezone).first
        return Shown(
            template="reports/reports.html",
            data={
                "report": report,
                "spans": NAMES,
                "last_month": f"{last:%Y-%m}",
                "asked": _asked(span),
                "kept": [(one, report.say.month(first_of(one))) for one in await self._months()],
            },
        )

    async def whole(self, visit: Visit) -> Handed:
        return await self._paper(visit, self._span(visit), "whole", "laporan")

    async def monthly(self, visit: Visit) -> Handed:
        try:
            span = month_of(visit.query.get("month", ""), visit.now, self._floor.city.timezone)
        except BadSpan:
            raise Declined("reports.bad_span") from None
        return await self._paper(visit, span, "monthly_title", "laporan-bulanan")

    async def kept(self, visit: Visit) -> Handed:
        month = visit.at["month"]
        if month not in await self._months():
            raise NotThere
        path = file_of(self._floor.settings.data_dir, month)
        body = await asyncio.to_thread(path.read_bytes)
        return Handed(body=body, content_type="application/pdf", filename=path.name)

    async def _months(self) -> Sequence[str]:
        return await asyncio.to_thread(kept_in, self._floor.settings.data_dir)

    async def _table(self, visit: Visit, span: Span) -> Sheet:
        say, key = self._reporter.sayer(visit.language), visit.query["table"]
        found = await self._reporter.sections(self._floor.store, span, visit.user)
        table = next((say.table(one) for one in found if one.key == key), None)
        if table is None:
            raise NotThere(key)
        plain = visit.query.get("as") != "pdf"
        return Sheet(
            name=f"{key}-{span.file}",
            title=f"{table.title}, {days_in_words(span, say)}",
            columns=table.plain_columns if plain else table.columns,
            rows=table.plain if plain else table.rows,
            notes=table.notes if table.rows else (table.empty,),
        )

    async def _paper(self, visit: Visit, span: Span, title: str, name: str) -> Handed:
        store, now = self._floor.store, visit.now
        report = await self._reporter.report(store, span, visit.user, visit.language, now, title=title)
        body = await asyncio.to_thread(printed, report)  # takes seconds, in which emergencies go on
        return Handed(body=body, content_type="application/pdf", filename=f"{name}-{span.file}.pdf")

    def _span(self, visit: Visit) -> Span:
        try:
            return span_of(visit.query, visit.now, self._floor.city.timezone)
        except BadSpan:
            raise Declined("reports.bad_span") from None


def _asked(span: Span) -> Mapping[str, str]:
    asked = {"span": span.name}
    return asked | {"from": f"{span.first}", "to": f"{span.last}"} if span.name == "any" else asked
