"""``kentongan lookup list|show|import|back|try``: tables of the look-ups, from the command line."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import datetime
from typing import Any

from config.command import DONE, USAGE, Command, CommandError, Context, Needs
from config.lookup import Lookup, Row
from config.lookup_keys import key_of
from eservices.lookup import importing, store
from eservices.lookup.rows import Found, shareable
from eservices.lookup.saying import Saying
from eservices.lookup.tables import Tables
from gateway.audited import os_user
from gateway.dialogue import Who
from gateway.store import Tx

FROM_PACK, FROM_SYSTEM = "pack", "system"  # where rows are that nobody imported


def _lookup(context: Context, asked: Namespace) -> Lookup:
    found: Lookup | None = context.city.lookups.get(asked.lookup)
    if found is None:
        known = ", ".join(sorted(context.city.lookups)) or "none"
        raise CommandError(f"{asked.lookup!r} is no look-up of the pack {context.city.path.name}: {known}", USAGE)
    return found


def _table(context: Context, asked: Namespace) -> Lookup:
    found = _lookup(context, asked)
    if found.source.url is not None:
        raise CommandError(f"{found.id} is answered by the city's own system, which 'doctor' asks: no table here")
    return found


# -- list, show


async def _list(context: Context, asked: Namespace) -> int:
    for lookup in context.city.lookups.values():
        version = await context.store.read(lambda tx, of=lookup.id: store.current(tx, of))
        row = _row_of(context, lookup, version)
        aged = row["as_of"] or ("sample rows of the pack" if lookup.sample else "rows of the pack")
        if row["source"] == FROM_SYSTEM:
            aged = "asked of the city's system"
        context.out.row(row, f"{lookup.id:<12} {row['rows']:>7}  {aged:<26}  {lookup.words[0].upper()}")
    return DONE


def _row_of(context: Context, lookup: Lookup, version: store.Version | None) -> dict[str, Any]:
    """One look-up with its table of now."""
    held = FROM_SYSTEM if lookup.source.url is not None else FROM_PACK
    return {
        "lookup": lookup.id,
        "words": list(lookup.words),
        "rows": version.rows if version is not None else len(lookup.rows),
        "source": version.source if version is not None else held,
        "by": version.by if version is not None else "",
        "as_of": _instant(context, version.as_of) if version is not None else None,
        "sample": lookup.sample and version is None,
    }


def _instant(context: Context, at: datetime | None) -> str | None:
    return at.astimezone(context.city.timezone).isoformat(timespec="minutes") if at is not None else None


async def _show(context: Context, asked: Namespace) -> int:
    """Its versions, and the first of its rows as they may be shown: names masked."""
    lookup = _lookup(context, asked)
    for version in await context.store.read(lambda tx: store.versions(tx, lookup.id)):
        at = _instant(context, version.as_of) or _instant(context, version.began_at)
        row = {"version": version.id, "state": version.state.value, "rows": version.rows, "source": version.source}
        row |= {"by": version.by, "at": at}
        context.out.row(
            row, f"{version.state.value:<8} {version.rows:>7} rows  {at}  {version.source}  by {version.by}"
        )
    for one in await context.store.read(lambda tx: _first_rows(tx, lookup, asked.limit)):
        shown = dict(shareable(lookup, one))
        context.out.row({"row": shown}, "  ".join(value or "-" for value in shown.values()))
    return DONE


def _first_rows(tx: Tx, lookup: Lookup, many: int) -> list[Row]:
    version = store.current(tx, lookup.id)
    if version is None:
        return list(lookup.rows[:many])
    return [row for _, row in store.rows_after(tx, version.id, at_most=many)]


# -- import, back


async def _import(context: Context, asked: Namespace) -> int:
    lookup = _table(context, asked)
    brought = await importing.read(lookup, context.city.areas, context.files[asked.file], context.clock)
    for fault in brought.faults:
        context.out.note(f"{asked.file}:{fault.line}: {fault}")
    if brought.faults:
        raise CommandError(f"{asked.file}: {len(brought.faults)} faults; nothing is changed, mend them all")
    if brought.ignored:
        context.out.note(f"not kept, for no column is called so: {', '.join(brought.ignored)}")
    differs = await importing.compared(context.store, lookup, brought, context.clock)
    words = f"{differs.rows} rows (now {differs.before}; {differs.new} new, {differs.gone} gone)"
    row = {"lookup": lookup.id, "rows": differs.rows, "before": differs.before, "new": differs.new}
    row |= {"gone": differs.gone, "ignored": list(brought.ignored), "written": not asked.preview}
    if not asked.preview:
        await _written(context, asked, lookup, brought)
    context.out.row(row, f"{lookup.id}: {words}{'; nothing is written' if asked.preview else ''}")
    return DONE


async def _written(context: Context, asked: Namespace, lookup: Lookup, brought: importing.Brought) -> None:
    try:
        await importing.write(
            context.store,
            lookup,
            brought,
            source=asked.file.rpartition("/")[2],
            by=getattr(context.store, "by", "") or os_user(),
            clock=context.clock,
            progress=lambda done, total: context.out.progress(done, total, "rows"),
        )
    except store.Superseded:
        raise CommandError(f"another import of {lookup.id} began meanwhile: that one counts") from None


async def _back(context: Context, asked: Namespace) -> int:
    lookup = _table(context, asked)
    try:
        version: store.Version = await context.store.write(lambda tx: store.back(tx, lookup.id))
    except store.NoFormer:
        raise CommandError(f"{lookup.id} has no former table") from None
    row = {"lookup": lookup.id, "rows": version.rows, "as_of": _instant(context, version.as_of)}
    context.out.row(row, f"{lookup.id}: the {version.rows} rows of {row['as_of']} are told again")
    return DONE


# -- try


async def _try(context: Context, asked: Namespace) -> int:
    """What a resident would be told, in each language. What was typed is not repeated: it may be a NIK."""
    lookup = _table(context, asked)
    key = key_of(lookup.key, asked.key)
    if key is None:
        raise CommandError(
            "that is no such key: " + (f"an example is {lookup.key.example}" if lookup.key.example else "")
        )
    finder, saying = Tables(context.city), Saying(context.city)
    for language in context.city.languages:
        who = Who(number="", at=context.clock.now(), language=language)
        outcome = await context.store.read(lambda tx, who=who: finder.find(tx, lookup, key, who, "try"))
        rows = len(outcome.rows) if isinstance(outcome, Found) else 0
        said = saying.letter(lookup, key, outcome, who)
        context.out.row({"language": language, "rows": rows, "says": said}, f"{language}: {said}")
    return DONE


# -- arguments


def _named(parser: ArgumentParser) -> None:
    parser.add_argument("lookup", metavar="ID", help="a look-up of the pack: pbb")


def _shown(parser: ArgumentParser) -> None:
    _named(parser)
    parser.add_argument("--limit", type=int, default=10, metavar="N", help="its first N rows (default 10)")


def _brought(parser: ArgumentParser) -> None:
    _named(parser)
    parser.add_argument(
        "file", metavar="FILE.csv", help="with a heading; '-' is stdin; one fault and nothing is changed"
    )
    parser.add_argument("--preview", action="store_true", help="say what would change, and write nothing")


def _typed(parser: ArgumentParser) -> None:
    _named(parser)
    parser.add_argument("key", metavar="KEY", nargs="?", default="", help="what a resident would type behind the word")


_R, _W, _G = Needs.READ, Needs.WRITE, "lookup"
COMMANDS: tuple[Command, ...] = (
    Command(name=(_G, "list"), help="each with the age of its table", needs=_R, run=_list),
    Command(name=(_G, "show"), help="versions and first rows", needs=_R, run=_show, arguments=_shown),
    Command(name=(_G, "import"), help="a new table", needs=_W, run=_import, arguments=_brought, files=("file",)),
    Command(name=(_G, "back"), help="to the former table", needs=_W, run=_back, arguments=_named),
    Command(name=(_G, "try"), help="what a resident is told", needs=_R, run=_try, arguments=_typed),
)
