"""``kentongan officers …``: who can be called, and whether each of them hears the city."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from config.command import DONE, NOT_HERE, NOT_SO, Command, CommandError, Context, Needs
from dispatch import store
from dispatch.asking_tests import NotAsked, Person, ask, officers, test_json, whom
from dispatch.comm_test import CommTest, TestState
from dispatch.console.shown import shown
from dispatch.duty import as_changed
from gateway.audit import Deed, note
from gateway.store import Tx

if TYPE_CHECKING:
    from config.city import City

LATEST = 50  # tests that ``tests`` shows
LOOK_AGAIN_S = 1.0  # seconds between two looks at the table
EACH_S = 120.0  # seconds: a call of a test with all its ringing and talking is over within them


async def _list(context: Context, asked: Namespace) -> int:
    city, now = context.city, context.clock.now()

    for row in await context.store.read(lambda tx: officers(tx, city, now)):
        last = row["last_test"]
        said = f"{last['outcome']} {_clock(city, last['asked_at'])}" if last else "never tested"
        passed = f", last heard {_clock(city, row['passed_at'])}" if row["passed_at"] else ""
        late = "  NOT HEARD OF LATE" if row["overdue"] else ""
        sample = "  [sample]" if row["sample"] else ""
        context.out.row(
            row,
            shown(f"{row['number']:<16} {row['name']:<28} {row['station'] or '-':<20} {said}{passed}{late}{sample}"),
        )
    return DONE


async def _tests(context: Context, asked: Namespace) -> int:
    def look(tx: Tx) -> list[CommTest]:
        return store.comm_tests(tx, asked.limit)

    for one in await context.store.read(look):
        context.out.row(test_json(one), _line(context.city, one))
    return DONE


def _line(city: City, one: CommTest) -> str:
    pressed = "" if one.pressed_s is None else f"pressed 1 after {one.pressed_s:.1f} s"
    when = _clock(city, one.asked_at.isoformat())
    by = one.asked_by or "schedule"
    return shown(
        f"{one.id:>5}  {when}  {one.number:<16} {one.name:<28} {one.result:<11} {pressed:<24} {one.leg} (asked by {by})"
    )


async def _test(context: Context, asked: Namespace) -> int:
    """Ask for the calls; the running program makes them, one after the other."""
    now, by = context.clock.now(), asked.name.strip() or "command"

    def work(tx: Tx) -> tuple[list[Person], list[str]]:
        wanted = whom(as_changed(tx, context.city, now), now, asked.number or "", asked.station or "")
        note(tx, Deed(by=by, how="command", what="officers.test", about=[one["number"] for one in wanted]))
        return wanted, ask(tx, wanted, by, now)

    try:
        wanted, new = await context.store.write(work)
    except NotAsked as why:
        raise CommandError(str(why)) from None
    context.wake()
    for one in wanted:
        waits = "will be called" if one["number"] in new else "is waiting to be called already"
        context.out.row({**one, "asked": one["number"] in new}, shown(f"{one['number']} {one['name']} {waits}"))
    if not asked.wait:
        context.out.note("'kentongan officers tests' shows what comes of it")
        return DONE
    return await _awaited(context, [one["number"] for one in wanted])


async def _awaited(context: Context, numbers: Sequence[str]) -> int:
    """Until each has his result."""
    until = context.clock.now() + timedelta(seconds=EACH_S * (1 + len(numbers)))

    def look(tx: Tx) -> list[CommTest]:
        latest: dict[str, CommTest] = {}
        for one in reversed(store.comm_tests(tx, LATEST + 2 * len(numbers))):
            latest[one.number] = one
        return [latest[number] for number in numbers if number in latest]

    while context.clock.now() < until:
        found = await context.store.read(look)
        if all(one.state is TestState.DONE for one in found):
            for one in found:
                context.out.row(test_json(one), _line(context.city, one))
            return DONE if all(one.heard_at is not None for one in found) else NOT_SO
        await context.clock.sleep(LOOK_AGAIN_S)
    raise CommandError("not everybody was called yet: 'kentongan officers tests' shows it later", NOT_HERE)


def _clock(city: City, at: str) -> str:
    return datetime.fromisoformat(at).astimezone(city.timezone).strftime("%Y-%m-%d %H:%M")


def _limit(parser: ArgumentParser) -> None:
    parser.add_argument("--limit", type=int, default=LATEST, metavar="N", help="how many, newest first")


def _who(parser: ArgumentParser) -> None:
    parser.add_argument("--number", metavar="N", help="this one alone")
    parser.add_argument("--station", metavar="S", help="those of this station alone")
    parser.add_argument("--as", dest="name", default="", metavar="NAME", help="who asks")
    parser.add_argument("--wait", action="store_true", help="until each has his result; 1: somebody did not hear")


_O = "officers"

COMMANDS: tuple[Command, ...] = (
    Command(name=(_O, "list"), help="who can be called, and each one's last test", needs=Needs.READ, run=_list),
    Command(name=(_O, "tests"), help="results of communication tests", needs=Needs.READ, run=_tests, arguments=_limit),
    Command(name=(_O, "test"), help="call them: press 1", needs=Needs.RUNNING, run=_test, arguments=_who),
)
