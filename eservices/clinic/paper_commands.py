"""``kentongan clinic print|block|merge``: queues on paper."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from config.command import DONE, NOT_SO, USAGE, Command, CommandError, Context, Needs
from eservices.clinic import blocks, sheets
from eservices.clinic.meant import clinic_of, day_argument, day_of, session_arguments, session_of


async def _print(context: Context, asked: Namespace) -> int:
    clinic, day, now = clinic_of(context.city, asked.clinic), day_of(context, asked.day), context.clock.now()
    city, language = context.city, context.city.languages[0]
    found = await context.store.read(lambda tx: sheets.pages(tx, city, clinic.id, day, now, language))
    if asked.html:
        context.out.row({"html": sheets.as_html(found)}, sheets.as_html(found))
        return DONE
    for page in found:
        lines = [{"number": one.number, "name": one.name, "first": one.first} for one in page.lines]
        context.out.row({"title": page.title, "doctor": page.doctor, "lines": lines}, sheets.as_text(page))
    if not found:
        context.out.note(f"nobody is booked at {clinic.id} on {day}")
    return DONE


async def _block(context: Context, asked: Namespace) -> int:
    session, now = session_of(context, asked), context.clock.now()
    size = asked.size or clinic_of(context.city, asked.clinic).block
    if not 1 <= size <= 500:
        raise CommandError("--size must be between 1 and 500", USAGE)
    made = await context.store.write(lambda tx: blocks.reserve(tx, session, size, now))
    if not made:
        raise CommandError("no place is left")
    context.out.note(
        f"{session.clinic} {session.service} {session.day}: {len(made)} numbers; bring them back with merge"
    )
    for one in made:
        row: dict[str, object] = {"number": one.queue, "name": "", "phone": "", "state": ""}
        context.out.row(
            {**row, "clinic": one.clinic, "service": one.service, "day": one.day.isoformat()}, f"{one.queue},,,"
        )
    return DONE


async def _merge(context: Context, asked: Namespace) -> int:
    session, now = session_of(context, asked), context.clock.now()
    try:
        lines = sheets.read_sheet(context.files[asked.file])
    except sheets.SheetFault as fault:
        raise CommandError(f"{asked.file}: {fault}; nothing was merged") from None
    merged = await context.store.write(lambda tx: blocks.merge(tx, session, lines, now))
    context.wake()
    for one in merged:
        row = {"number": one.number, "outcome": one.outcome, "now": one.now, "words": one.words or None}
        context.out.row(row, f"{one.number:>4}  {one.outcome:<9} {one.words}".rstrip())
    conflicts = sum(one.outcome == "conflict" for one in merged)
    context.out.note(f"{len(merged)} lines, {conflicts} conflicts")
    return NOT_SO if conflicts else DONE


def _print_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("clinic", metavar="CLINIC")
    day_argument(parser)
    parser.add_argument("--html", action="store_true", help="for a browser's printer, with large numbers")


def _block_arguments(parser: ArgumentParser) -> None:
    session_arguments(parser, needed=True)
    parser.add_argument("--size", type=int, default=0, metavar="N", help="numbers (default: the clinic's block)")


def _merge_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="CSV: number,name,phone,state")
    parser.add_argument("--clinic", required=True)
    parser.add_argument("--service", default="")
    parser.add_argument("--room", default="")
    day_argument(parser)


PAPER: tuple[Command, ...] = (
    Command(
        name=("clinic", "print"),
        help="the list of a day, for paper",
        needs=Needs.READ,
        run=_print,
        arguments=_print_arguments,
    ),
    Command(
        name=("clinic", "block"),
        help="hand out numbers to a clinic that is cut off",
        needs=Needs.WRITE,
        run=_block,
        arguments=_block_arguments,
    ),
    Command(
        name=("clinic", "merge"),
        help="bring such numbers back (CSV: number,name,phone,state)",
        needs=Needs.WRITE,
        run=_merge,
        arguments=_merge_arguments,
        files=("file",),
    ),
)
