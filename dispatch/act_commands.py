"""``kentongan incidents accept|assign|place …``: the acts of ``acts.py`` as commands, each by a named person."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, tzinfo
from typing import Any

from config.city_findings import FALSE
from config.command import DONE, NOT_SO, USAGE, Command, CommandError, Context, Needs
from dispatch import store
from dispatch.acceptance import Verdict, Who
from dispatch.acts import carry_out
from dispatch.console.picture import incident_json
from dispatch.console.shown import shown
from dispatch.finding import MARKS
from dispatch.reaching import OFFICER, REPORTER
from gateway.store import Tx

Json = Mapping[str, Any]


def acting(act: str, fields: Callable[[Namespace], Mapping[str, str]] = lambda asked: {}) -> Any:
    """The command that does ``act`` with what was typed."""

    async def run(context: Context, asked: Namespace) -> int:
        if not asked.name.strip():
            raise CommandError("--as needs the name of the person who does it", USAGE)
        who, now = Who(name=asked.name.strip(), how="command"), context.clock.now()

        def work(tx: Tx) -> tuple[Verdict, Json]:
            verdict = carry_out(tx, context.city, asked.id, act, who, now, fields(asked), seen=asked.seen)
            return verdict, incident_json(tx, context.city, store.load_case(tx, asked.id))

        verdict, one = await known(asked.id, context.store.write(work))
        context.wake()
        if not verdict.done:
            raise CommandError(verdict.why, NOT_SO)
        context.out.row(one, line(one, context.city.timezone))
        return DONE

    return run


async def known(number: int, answer: Awaitable[Any]) -> Any:
    """What is answered about that incident. Raises CommandError where there is none."""
    try:
        return await answer
    except store.NoSuchIncident:
        raise CommandError(f"there is no incident {number}: 'kentongan incidents list' shows what there is") from None


def line(one: Json, zone: tzinfo) -> str:
    """An incident in one line."""
    place = one["place"]
    where = ", ".join(filter(None, (place["street"], place["kelurahan_name"]))) or "place unknown"
    who = f"accepted by {one['accepted_by']}" if one["accepted_by"] else one["alarm"] or "nobody accepted yet"
    if one.get("assigned_name"):
        who += f", sent to {one['assigned_name']}"
    state = f"{'DRILL ' if one['drill'] else ''}{one['state']:<9}"
    said = f"{one['code']:>5}  {clock(one['opened_at'], zone)}  {state}  {one['kind']:<10}  {where}  "
    said += f"{one['caller'] or 'withheld'}  {who if one['state'] in ('confirmed', 'accepted') else ''}"
    return shown(said.rstrip())


def clock(at: str, zone: tzinfo) -> str:
    """An instant on the city's wall."""
    return datetime.fromisoformat(at).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def _close(asked: Namespace) -> Mapping[str, str]:
    return {"finding": FALSE if asked.false else asked.finding, "words": asked.words}


def _named(parser: ArgumentParser) -> None:
    parser.add_argument("id", type=int, metavar="ID", help="the incident's number")
    parser.add_argument("--as", dest="name", required=True, metavar="NAME", help="who does it")
    seen = "the revision that you saw ('incidents show --json'): refused where it would undo a newer act of another"
    parser.add_argument("--seen", type=int, metavar="N", help=seen)


def _closing(parser: ArgumentParser) -> None:
    _named(parser)
    parser.add_argument("--false", action="store_true", help="a false alarm: the same as --finding false")
    parser.add_argument("--finding", default="", metavar="WORD", help="what it was: handled, nothing, false …")
    parser.add_argument("--words", default="", metavar="TEXT", help="more of it")


def _assigning(parser: ArgumentParser) -> None:
    _named(parser)
    parser.add_argument("to", metavar="NUMBER|STATION", help="an officer's number, or a station's id")


def _placing(parser: ArgumentParser) -> None:
    _named(parser)
    parser.add_argument("text", nargs="?", default="", metavar="TEXT", help="the place in words")
    parser.add_argument("--lat", default="", metavar="DEGREES", help="or its point")
    parser.add_argument("--lon", default="", metavar="DEGREES")


def _texting(parser: ArgumentParser) -> None:
    _named(parser)
    parser.add_argument("to", choices=(REPORTER, OFFICER), help="to whom")
    parser.add_argument("words", metavar="TEXT", help="the message")


def _marking(parser: ArgumentParser) -> None:
    _named(parser)
    parser.add_argument("mark", choices=MARKS, metavar="|".join(MARKS), help="what it is")
    parser.add_argument("--words", default="", metavar="TEXT", help="why")


def _noting(parser: ArgumentParser) -> None:
    _named(parser)
    parser.add_argument("words", metavar="TEXT", help="the note")


def _command(act: str, says: str, run: Any, arguments: Callable[[ArgumentParser], None] = _named) -> Command:
    return Command(name=("incidents", act), help=says, needs=Needs.WRITE, run=run, arguments=arguments)


COMMANDS: tuple[Command, ...] = (
    _command("accept", "take it over", acting("accept")),
    _command("cancel", "it was none: stop", acting("cancel")),
    _command("next", "call the next now", acting("next")),
    _command("confirm", "vouch for it: siren", acting("confirm")),
    _command("close", "it is over", acting("close", _close), _closing),
    _command("assign", "send it to an officer or a station", acting("assign", lambda a: {"to": a.to}), _assigning),
    _command(
        "place",
        "put its place right",
        acting("place", lambda a: {"text": a.text, "lat": a.lat, "lon": a.lon}),
        _placing,
    ),
    _command("call", "ring its reporter", acting("call")),
    _command("text", "write to one", acting("text", lambda a: {"to": a.to, "words": a.words}), _texting),
    _command("mark", "real, false or drill", acting("mark", lambda a: {"as": a.mark, "words": a.words}), _marking),
    _command("note", "a note in its timeline", acting("note", lambda a: {"words": a.words}), _noting),
)
