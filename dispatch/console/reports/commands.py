"""``kentongan report monthly [--month 2026-10] --out FILE``: the report of a month as PDF."""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from config.command import DONE, USAGE, Command, CommandError, Context, Needs, written
from dispatch.console.reports.figures import SHEAVES
from dispatch.console.reports.report import Reporter, printed
from dispatch.console.reports.span import BadSpan, month_of
from dispatch.console.words import LANGUAGES
from gateway.figures import READERS, Sheaf
from gateway.page import Role, User


def report_command(more: Sequence[Sheaf] = ()) -> Command:
    """``more``: the figures of other rooms."""

    async def run(context: Context, asked: Namespace) -> int:
        city, now = context.city, context.clock.now()
        try:
            span = month_of(asked.month, now, city.timezone)
        except BadSpan:
            raise CommandError(f"--month {asked.month}: a month is written 2026-10", USAGE) from None
        roles = READERS if asked.persons else READERS - {Role.SUPERVISOR}
        reader = User(login="", name="", roles=roles)
        reporter = Reporter(city, (*SHEAVES, *more))
        report = await reporter.report(context.store, span, reader, asked.lang, now, title="monthly_title")
        body = await asyncio.to_thread(printed, report)
        written(Path(asked.out), body)
        row = {"file": str(asked.out), "month": f"{span.first:%Y-%m}", "bytes": len(body), "tables": len(report.parts)}
        context.out.row(row, f"{asked.out}: {report.title}, {report.days}")
        return DONE

    return Command(
        name=("report", "monthly"),
        help="the report of a month as PDF",
        needs=Needs.READ,
        run=run,
        arguments=_arguments,
    )


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--month", default="", metavar="2026-10", help="by itself the last one that is over")
    parser.add_argument("--out", required=True, metavar="FILE", help="the PDF's file; one that is there is replaced")
    parser.add_argument("--lang", default=LANGUAGES[0], choices=LANGUAGES)
    parser.add_argument("--persons", action="store_true", help="also the tables that name officers")
