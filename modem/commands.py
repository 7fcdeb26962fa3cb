"""``kentongan modem probe``, ``kentongan pdu decode``."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from config.command import DONE, NOT_HERE, Command, CommandError, Context, Needs
from modem.errors import LineError
from modem.pdu import describe
from modem.port import PortLost, PortTaken, open_port
from modem.probe import probe
from modem.profile import PROFILES


def _probe_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("port", metavar="PORT", help="/dev/serial/by-id/…, a glob, or socket://host:port")
    parser.add_argument("--profile", choices=("auto", *PROFILES), default="auto", help="instead of what it says it is")


async def _probe(context: Context, arguments: Namespace) -> int:
    try:
        port = await open_port(arguments.port)
    except PortTaken as fault:
        raise CommandError(f"{fault}; stop that program first (is kentongan running?)", NOT_HERE) from None
    except PortLost as fault:
        raise CommandError(str(fault), NOT_HERE) from None
    try:
        found = await probe(port, context.clock, arguments.profile)
    except LineError:
        why = "nobody answers AT there: another port of the modem, or a modem that needs its power switched"
        raise CommandError(f"{port.name}: {why}", NOT_HERE) from None
    except PortLost as fault:
        raise CommandError(f"{fault}; was it unplugged?", NOT_HERE) from None
    finally:
        port.close()
    context.out.row(found.row(), found.text())
    return DONE


def _decode_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", nargs="?", default="-", help="lines of hexadecimal; stdin without it")


async def _decode(context: Context, arguments: Namespace) -> int:
    content = context.files[arguments.file].decode("utf-8", "replace")
    for line in content.splitlines():
        if line.strip():
            row = describe(line.strip())
            context.out.row(row, _shown(row))
    return DONE


def _shown(row: dict[str, object]) -> str:
    if row["error"]:
        return f"error: {row['error']}"
    parts = f" [{row['part']}/{row['parts']}]" if row["parts"] else ""
    who = row["sender"] or row.get("to") or ""
    return f"{row['type']} {who} {row['sent_at'] or ''}{parts} {row['text'] or row.get('status') or ''}".strip()


COMMANDS: tuple[Command, ...] = (
    Command(
        name=("modem", "probe"),
        help="say what modem is at a port, and how it would be used",
        needs=Needs.NOTHING,
        run=_probe,
        arguments=_probe_arguments,
    ),
    Command(
        name=("pdu", "decode"),
        help="read SMS PDUs, one of hexadecimal a line",
        needs=Needs.NOTHING,
        run=_decode,
        arguments=_decode_arguments,
        files=("file",),
    ),
)
