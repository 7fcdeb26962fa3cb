"""``kentongan proposals …``: rounds, what was proposed in them, and what is looked at first."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from config.command import DONE, USAGE, Command, CommandError, Context, Needs
from eservices.complaints.offices.acting import name as name_of
from eservices.complaints.offices.acting import who
from eservices.complaints.recorded import recordings_in
from eservices.proposals import deeds, store
from eservices.proposals.deeds import NotDone
from eservices.proposals.result.store import standing
from eservices.proposals.store import Proposal, Round, State
from gateway.asking import tidy
from gateway.audit import Deed, note
from gateway.letter_commands import shown
from gateway.store import Tx

Row = dict[str, Any]


async def _list(context: Context, asked: Namespace) -> int:
    """Of the open round, or the last one."""

    def work(tx: Tx) -> list[Row]:
        round = _round(tx, asked.round)
        state = State(asked.state) if asked.state else None
        return [_row(tx, context, one) for one in store.listed(tx, round.id, kelurahan=asked.kelurahan, state=state)]

    rows = await context.store.read(work)
    for row in rows:
        context.out.row(row, shown(_line(row)))
    context.out.note(f"{len(rows)} proposals")
    return DONE


async def _rounds(context: Context, asked: Namespace) -> int:
    for row in await context.store.read(lambda tx: [_round_row(one) for one in store.rounds(tx)]):
        context.out.row(row, _round_line(row))
    return DONE


async def _result(context: Context, asked: Namespace) -> int:
    """Every proposal with its place in its kelurahan."""

    def work(tx: Tx) -> list[Row]:
        found = store.listed(tx, _round(tx, asked.round).id, state=State.SHOWN)
        return [_row(tx, context, one) | {"rank": standing(tx, one)[0]} for one in found]

    for row in await context.store.read(work):
        context.out.row(row, shown(f"{row['rank']:>3}. {_line(row)}"))
    return DONE


async def _open(context: Context, asked: Namespace) -> int:
    try:
        until = date.fromisoformat(asked.until)
    except ValueError:
        raise CommandError(f"--until {asked.until!r} is no day: 2027-02-28", USAGE) from None
    return await _of_round(
        context, asked, "open", lambda tx, now: deeds.open_a_round(tx, context.city, tidy(asked.title), until, now)
    )


async def _close(context: Context, asked: Namespace) -> int:
    return await _of_round(context, asked, "close", lambda tx, now: deeds.close_the_round(tx, now))


async def _hide(context: Context, asked: Namespace) -> int:
    return await _of_one(
        context, asked, "hide", lambda tx, now: deeds.hide(tx, context.city, asked.id, tidy(asked.why), now)
    )


async def _release(context: Context, asked: Namespace) -> int:
    return await _of_one(
        context, asked, "release", lambda tx, now: deeds.release(tx, context.city, asked.id, tidy(asked.text), now)
    )


async def _of_round(context: Context, asked: Namespace, what: str, does: Callable[[Tx, datetime], Round]) -> int:
    by, now = who(asked), context.clock.now()

    def work(tx: Tx) -> Row:
        round = does(tx, now)
        note(tx, Deed(by=by, how="command", what=f"proposals.{what}", object=f"round/{round.id}"))
        return _round_row(round)

    row = await _done(context, work)
    context.out.row(row, _round_line(row))
    return DONE


async def _of_one(context: Context, asked: Namespace, what: str, does: Callable[[Tx, datetime], Proposal]) -> int:
    by, now = who(asked), context.clock.now()

    def work(tx: Tx) -> Row:
        one = does(tx, now)
        about = [one.proposer] if one.proposer else []
        note(tx, Deed(by=by, how="command", what=f"proposal.{what}", object=f"proposal/{one.number}", about=about))
        return _row(tx, context, one)

    row = await _done(context, work)
    context.out.row(row, shown(_line(row)))
    return DONE


async def _done(context: Context, work: Callable[[Tx], Row]) -> Row:
    try:
        row: Row = await context.store.write(work)
    except NotDone as why:
        raise CommandError(str(why)) from None
    context.wake()
    return row


def _round(tx: Tx, id: int) -> Round:
    found = store.round_of(tx, id) if id else store.last_round(tx)
    if found is None:
        raise CommandError("there is no such round: 'kentongan proposals rounds' lists them")
    return found


def _row(tx: Tx, context: Context, one: Proposal) -> Row:
    return {
        "number": one.number,
        "round": one.round,
        "kelurahan": one.kelurahan,
        "text": one.text,
        "state": one.state.value,
        "why": one.why or None,
        "proposer": one.proposer or None,
        "at": one.at.isoformat(),
        "voices": one.voices,
        "confirmed": one.confirmed,
        "recordings": [kept.id for kept in recordings_in(tx, context.city, [one.text])],
    }


def _line(row: Row) -> str:
    held = f" [{row['state']}{': ' + row['why'] if row['why'] else ''}]" if row["state"] != State.SHOWN.value else ""
    return f"{row['number']:>5}  {row['kelurahan']}  {row['voices']:>5} voices  {row['text']}{held}"


def _round_row(round: Round) -> Row:
    return {
        "id": round.id,
        "title": round.title,
        "state": "open" if round.open else "closed",
        "opened_at": round.opened_at.isoformat(),
        "closes_at": round.closes_at.isoformat(),
        "closed_at": round.closed_at.isoformat() if round.closed_at else None,
        "told_at": round.told_at.isoformat() if round.told_at else None,
    }


def _round_line(row: Row) -> str:
    return f"{row['id']:>3}  {row['title']}  {row['state']}  until {row['closes_at']}"


# -- arguments


def _of_a_round(parser: ArgumentParser) -> None:
    parser.add_argument("--round", type=int, default=0, metavar="ID", help="not the last one, but this")


def _list_arguments(parser: ArgumentParser) -> None:
    _of_a_round(parser)
    parser.add_argument("--kelurahan", default="", metavar="CODE", help="only of this kelurahan")
    parser.add_argument("--state", default="", choices=["", *(one.value for one in State)], help="only in this state")


def _open_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("title", metavar="TITLE", help="what residents read: 'Musrenbang 2027'")
    parser.add_argument("--until", required=True, metavar="DAY", help="its last day, 2027-02-28")
    name_of(parser)


def _number(parser: ArgumentParser) -> None:
    parser.add_argument("id", type=int, metavar="N", help="the proposal's number")


def _hide_arguments(parser: ArgumentParser) -> None:
    _number(parser)
    parser.add_argument("why", metavar="WHY", help="what its proposer is told")
    name_of(parser)


def _release_arguments(parser: ArgumentParser) -> None:
    _number(parser)
    parser.add_argument("--text", default="", metavar="TEXT", help="how it is shown from now on")
    name_of(parser)


_G, _R, _W = "proposals", Needs.READ, Needs.WRITE
COMMANDS: tuple[Command, ...] = (
    Command(name=(_G, "list"), help="what residents propose", needs=_R, run=_list, arguments=_list_arguments),
    Command(name=(_G, "rounds"), help="every round", needs=_R, run=_rounds),
    Command(name=(_G, "result"), help="a round by voices", needs=_R, run=_result, arguments=_of_a_round),
    Command(name=(_G, "open"), help="begin a round", needs=_W, run=_open, arguments=_open_arguments),
    Command(name=(_G, "close"), help="end it before its day", needs=_W, run=_close, arguments=name_of),
    Command(name=(_G, "hide"), help="show it to nobody", needs=_W, run=_hide, arguments=_hide_arguments),
    Command(name=(_G, "release"), help="show what was held", needs=_W, run=_release, arguments=_release_arguments),
)
