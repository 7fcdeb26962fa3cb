"""``kentongan breach report``: what to tell whom after a breach (UU PDP 27/2022, article 46)."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from config.command import DONE, USAGE, Command, CommandError, Context, Needs
from gateway.audit_commands import instant
from gateway.breach import breach, letter


async def _report(context: Context, asked: Namespace) -> int:
    zone, now = context.city.timezone, context.clock.now()
    since, until = instant(asked.since, zone), instant(asked.until, zone) or now
    if since is None or since >= until:
        raise CommandError("--since is the beginning, before --until", USAGE)
    one = await context.store.read(lambda tx: breach(tx, since, until, asked.by or ""))
    text = letter(one, context.city.title, zone, now)
    persons = "\n".join(f"- {number}" for number in one.persons) or "- tidak ada"
    context.out.row({**one.as_json(zone), "letter": text}, f"{text}\n\n## Warga yang diberi tahu\n\n{persons}")
    return DONE


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--since", required=True, metavar="TIME", help="2026-11-22 or 2026-11-22T10:00")
    parser.add_argument("--until", metavar="TIME", help="default: now")
    parser.add_argument("--by", metavar="LOGIN", help="only what this login looked at")


BREACH: tuple[Command, ...] = (
    Command(
        name=("breach", "report"),
        help="who was looked at, by whom: whom to tell",
        needs=Needs.READ,
        run=_report,
        arguments=_arguments,
    ),
)
