"""``kentongan audit verify|head|list``: whether the chain stands, where it ends, and who looked at whom."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Any

from config.command import DONE, NOT_SO, USAGE, Command, CommandError, Context, Needs
from gateway.audit import note
from gateway.audit_anchor import anchors
from gateway.audit_verify import Check, Fault, Kind, Verdict
from gateway.audited import look_deed
from gateway.letter_commands import shown
from gateway.number import normal
from gateway.store import Store, Tx
from gateway.store.audit import Head, Line, head, last_cut, lines_after
from gateway.store.audit_cutting import CUT
from gateway.store.audit_reading import Wanted, cuts, found, persons_of

PAGE = 1000  # lines read together
MOST_CUTS = 1000  # lines that tell of cuts, newest first
LATEST = 50  # lines that ``list`` shows


async def verified(store: Store, known: Mapping[int, str]) -> Verdict:
    """Read the whole chain, page by page, and judge it. ``known``: hashes that were written down elsewhere, by the
    line. Raises StoreFault."""
    after = await store.read(last_cut)
    check = Check(after=after, anchors={seq: said for seq, said in known.items() if seq >= after.seq})
    last = after.seq
    while True:
        page: list[Line] = await store.read(lambda tx, last=last: lines_after(tx, last, PAGE))  # type: ignore[misc]
        if not page:
            return _with_cut(check.verdict(), after, await store.read(lambda tx: _tells_cut(tx, after)))
        check.feed(page)
        last = page[-1].seq


def _tells_cut(tx: Tx, after: Head) -> bool:
    """Whether the chain itself tells of its last cut."""
    told = found(tx, Wanted(what=CUT), MOST_CUTS)
    return not after.seq or any((line.object, line.detail) == (f"audit/{after.seq}", after.hash) for line in told)


def _with_cut(verdict: Verdict, after: Head, told: bool) -> Verdict:
    if told:
        return verdict
    says = "lines up to it were cut off, and the chain does not tell of it"
    return replace(verdict, faults=[Fault(line=after.seq, kind=Kind.REMOVED, says=says), *verdict.faults])


def written_elsewhere(data_dir: Any, more: str = "") -> dict[int, str]:
    """The heads of the anchor file, and one that a person copied (``SEQ:HASH``). Raises CommandError."""
    known = {one.head.seq: one.head.hash for one in anchors(data_dir)}
    if more:
        seq, _, said = more.partition(":")
        if not seq.isdigit() or not said:
            raise CommandError(f"{more!r}: write it as 'audit head' shows it, NUMBER:HASH", USAGE)
        known[int(seq)] = said
    return known


async def _verify(context: Context, asked: Namespace) -> int:
    verdict = await verified(context.store, written_elsewhere(context.settings.data_dir, asked.head))
    faults = [
        {"line": one.line, "until": one.until or one.line, "kind": one.kind.value, "says": one.says}
        for one in verdict.faults
    ]
    row = {"whole": verdict.whole, "lines": verdict.lines, "anchors": verdict.anchors, "faults": faults}
    lines = [f"line {one['line']}: {one['kind']}: {one['says']}" for one in faults]
    if verdict.whole:
        lines = [f"{verdict.lines} lines stand as they were written; {verdict.anchors} heads kept elsewhere agree"]
    context.out.row({**row, "head": head_json(verdict.head)}, "\n".join(lines))
    return DONE if verdict.whole else NOT_SO


def head_json(here: Head) -> dict[str, Any]:
    """The end of the chain, as it is printed and compared."""
    return {"seq": here.seq, "hash": here.hash}


async def _head(context: Context, asked: Namespace) -> int:
    here, ends = await context.store.read(lambda tx: (head(tx), cuts(tx)))
    zone = context.city.timezone
    cut = [{**head_json(one), "at": at.astimezone(zone).isoformat()} for one, at in ends]
    context.out.row({**head_json(here), "cuts": cut}, f"{here.seq}:{here.hash}")
    return DONE


async def _list(context: Context, asked: Namespace) -> int:
    zone = context.city.timezone
    wanted = Wanted(
        about=(normal(asked.about) or asked.about) if asked.about else "",
        by=asked.by or "",
        what=asked.what or "",
        since=instant(asked.since, zone),
        until=instant(asked.until, zone),
    )

    def look(tx: Tx) -> list[tuple[dict[str, Any], Line]]:
        return [(line_json(tx, line, zone), line) for line in found(tx, wanted, asked.limit)]

    for row, line in await context.store.read(look):
        context.out.row(row, _line(row, line, zone))
    return DONE


def line_json(tx: Tx, line: Line, zone: tzinfo) -> dict[str, Any]:
    """A line for people: ``about`` names those whose key lives, ``erased`` counts the others."""
    known = persons_of(tx, [*line.marks, line.by.removeprefix("~")])
    by = known.get(line.by.removeprefix("~"), line.by) if line.by.startswith("~") else line.by
    return {
        "seq": line.seq,
        "at": line.at.astimezone(zone).isoformat(),
        "by": by,
        "how": line.how,
        "what": line.what,
        "object": line.object,
        "about": [known[mark] for mark in line.marks if mark in known],
        "erased": sum(mark not in known for mark in line.marks),
        "detail": line.detail,
        "hash": line.hash,
    }


def _line(row: Mapping[str, Any], line: Line, zone: tzinfo) -> str:
    at = line.at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    gone = f" and {row['erased']} erased" if row["erased"] else ""
    words = f"{line.seq:>7}  {at}  {row['by']:<16} {line.how:<8} {line.what:<22} {line.object}"
    return shown(f"{words}  {' '.join(row['about'])}{gone}  {line.detail}".rstrip())


def instant(said: str | None, zone: tzinfo) -> datetime | None:
    """``2026-11-22``, ``2026-11-22T10:00`` (the city's time) or with an offset. Raises CommandError."""
    if not said:
        return None
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        raise CommandError(f"{said!r} is no time: write 2026-11-22 or 2026-11-22T10:00", USAGE) from None
    return at if at.tzinfo is not None else at.replace(tzinfo=zone)


async def _looked(context: Context, asked: Namespace) -> int:
    """What a command that only reads has shown, told by its own process afterwards."""
    persons = context.files[asked.persons].decode().split()
    deed = look_deed(context.store.by, asked.what, asked.object, persons)
    await context.store.write(lambda tx: note(tx, deed))
    return DONE


def _verify_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--head", default="", metavar="NUMBER:HASH", help="a head that was written down before")


def _list_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--about", metavar="NUMBER", help="who looked at this person, or did something about him")
    parser.add_argument("--by", metavar="LOGIN", help="what this person looked at and did")
    parser.add_argument("--what", metavar="WORD", help="how the act begins: look, incident, residents.export …")
    parser.add_argument("--since", metavar="TIME", help="from then on (2026-11-22, 2026-11-22T10:00)")
    parser.add_argument("--until", metavar="TIME", help="before then")
    parser.add_argument("--limit", type=int, default=LATEST, metavar="N", help=f"the newest N (default {LATEST})")


def _looked_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("what")
    parser.add_argument("--object", default="")
    parser.add_argument("--persons", required=True, metavar="FILE")


_R = Needs.READ
AUDIT: tuple[Command, ...] = (
    Command(name=("audit", "verify"), help="does the chain stand?", needs=_R, run=_verify, arguments=_verify_arguments),
    Command(name=("audit", "head"), help="where it ends: to be written down elsewhere", needs=_R, run=_head),
    Command(name=("audit", "list"), help="who looked and acted", needs=_R, run=_list, arguments=_list_arguments),
    Command(
        name=("audit", "looked"),
        help="(used by other commands)",
        needs=Needs.WRITE,
        run=_looked,
        arguments=_looked_arguments,
        files=("persons",),
    ),
)
