"""``kentongan flow check``, and the room's commands of speech and of tones."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from config.command import DONE, NOT_SO, USAGE, Command, CommandError, Context, Needs
from ivr.flow_read import judged
from ivr.speech_commands import COMMANDS as SPEECH
from ivr.tones_commands import KEYS


def _check_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("path", metavar="PATH", help="a flow's TOML file, or a folder of them")


async def _check(context: Context, arguments: Namespace) -> int:
    path = Path(arguments.path)
    if not path.exists():
        raise CommandError(f"{path}: there is no such file or folder", USAGE)
    files = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    if not files:
        context.out.note(f"{path}: holds no flow (*.toml)")
        return NOT_SO
    found = 0
    for file in files:
        flow, faults = judged(file, context.city)
        for one in faults:
            context.out.row({"file": one.file, "line": one.line, "message": one.message}, str(one))
        if flow is not None and not faults:
            context.out.note(f"{file}: {len(flow.nodes)} nodes: no fault")
        found += len(faults)
    if found:
        context.out.note(f"{path}: {found} {'fault' if found == 1 else 'faults'}; mend them all")
    return NOT_SO if found else DONE


COMMANDS: tuple[Command, ...] = (
    Command(
        name=("flow", "check"),
        help="name every fault of a spoken conversation, by file and line, also against the city's prompts",
        needs=Needs.CITY,
        run=_check,
        arguments=_check_arguments,
    ),
    *SPEECH,
    KEYS,
)
