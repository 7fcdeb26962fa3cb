"""``kentongan retention show|run``: what is kept how long and why, what is due, and doing it now."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any

from config.command import DONE, Command, Context, Needs
from gateway.audited import os_user
from gateway.retaining import Retention, counted
from gateway.retention import Due
from gateway.store.retaining import Ran, last_runs
from gateway.store.retention_terms import TERMS


async def _show(context: Context, asked: Namespace) -> int:
    zone = context.city.timezone
    last = await context.store.read(last_runs)
    for one in await counted(context.store, TERMS, context.settings.retention, context.clock.now()):
        row = term_json(one, last.get(one.term.kind), zone)
        context.out.row(row, _line(row, one))
    return DONE


def term_json(one: Due, last: Ran | None, zone: Any) -> dict[str, Any]:
    """A class as it stands."""
    return {
        "kind": one.term.kind,
        "days": one.days,
        "becomes": one.term.becomes,
        "what": dict(one.term.what),
        "why": dict(one.term.why),
        "before": one.before.astimezone(zone).isoformat(),
        "due": one.rows,
        "last_at": last.ended_at.astimezone(zone).isoformat() if last and last.ended_at else None,
        "last_rows": last.rows if last else None,
    }


def _line(row: dict[str, Any], one: Due) -> str:
    last = f"last {row['last_at'][:16]}, {row['last_rows']} rows" if row["last_at"] else "never run"
    first = f"{row['kind']:<14} {row['days']:>5} days  then {row['becomes']:<8} {row['due']:>6} due  {last}"
    return f"{first}\n{'':<15}{one.term.what['en']}. {one.term.why['en']}"


async def _run(context: Context, asked: Namespace) -> int:
    if asked.dry_run:
        for one in await counted(context.store, TERMS, context.settings.retention, context.clock.now()):
            row = {"kind": one.term.kind, "rows": one.rows, "dry_run": True}
            context.out.row(row, f"{one.term.kind:<14} {one.rows} rows would be {one.term.becomes}")
        return DONE
    city, by = context.city, getattr(context.store, "by", os_user())
    keeping = Retention(context.store, TERMS, context.settings.retention, context.clock, zone=city.timezone)
    for kind, rows in (await keeping.all(by, "command")).items():
        context.out.row({"kind": kind, "rows": rows, "dry_run": False}, f"{kind:<14} {rows} rows")
    return DONE


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="only say what it would do")


RETENTION: tuple[Command, ...] = (
    Command(name=("retention", "show"), help="what is kept how long, and why", needs=Needs.READ, run=_show),
    Command(name=("retention", "run"), help="do it now", needs=Needs.WRITE, run=_run, arguments=_arguments),
)
