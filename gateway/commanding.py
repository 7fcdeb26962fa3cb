"""Where a command runs: in this process, or, when it writes and the program is running, inside that program."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.city import CityFault, load_city
from config.cli import build_parser, read_files
from config.clock import Clock, SystemClock
from config.command import NOT_HERE, USAGE, Command, CommandError, Context, Needs, Out
from config.settings import Settings, SettingsFault, load
from gateway.http import NAME as SOCKET
from gateway.http import ask
from gateway.store import Store, StoreInUse, StoreRefused

STORE = "kentongan.db"


async def carry_out(commands: Sequence[Command], argv: Sequence[str], out: Out, environ: Mapping[str, str]) -> int:
    """Run the command that ``argv`` names; its exit code. Raises CommandError."""
    asked = build_parser(commands).parse_args(list(argv))
    command: Command = asked.command
    clock = SystemClock()
    if command.needs is Needs.NOTHING:
        files = read_files(command, asked)
        return await command.run(Context(settings=None, city=None, clock=clock, out=out, files=files), asked)
    try:
        settings = load(Path(asked.settings) if asked.settings else None, environ)
        city = load_city(settings.city)
    except (SettingsFault, CityFault) as fault:
        raise CommandError(str(fault), USAGE) from fault
    context = Context(settings=settings, city=city, clock=clock, out=out, files=read_files(command, asked))
    if command.needs is Needs.CITY:
        return await command.run(context, asked)
    try:
        return await _with_store(context, command, asked, argv)
    except StoreRefused as fault:
        raise CommandError(str(fault), NOT_HERE) from fault


async def _with_store(context: Context, command: Command, asked: Namespace, argv: Sequence[str]) -> int:
    path, url = context.settings.data_dir / STORE, context.settings.store.url
    if command.needs is Needs.RUNNING:
        if not path.with_name(SOCKET).exists():
            raise CommandError("the program is not running here: start it with 'kentongan run'", NOT_HERE)
        return await ask(context.settings.data_dir, argv, context.files, context.out)
    if command.needs is Needs.READ:
        store = await Store.open_reader(path, context.clock, url=url)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            store = await Store.open(path, context.clock, url=url)
        except StoreInUse:
            return await ask(context.settings.data_dir, argv, context.files, context.out)
    async with store:
        return await command.run(_with(context, store), asked)


def _with(context: Context, store: Store, wake: Callable[[], None] = lambda: None) -> Context:
    return Context(
        settings=context.settings,
        city=context.city,
        clock=context.clock,
        out=context.out,
        store=store,
        wake=wake,
        files=context.files,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """Runs what others ask of the running program over its socket."""

    commands: Sequence[Command]
    settings: Settings
    city: object
    clock: Clock
    store: Store
    wake: Callable[[], None]

    async def __call__(self, argv: Sequence[str], files: Mapping[str, bytes], out: Out) -> int:
        """One command that writes, or that rings; its exit code. Raises CommandError."""
        asked = build_parser(self.commands).parse_args(list(argv))
        if asked.command.needs not in (Needs.WRITE, Needs.RUNNING):
            raise CommandError("the running program is asked only for what writes or rings", USAGE)
        context = Context(settings=self.settings, city=self.city, clock=self.clock, out=out, files=files)
        code: int = await asked.command.run(_with(context, self.store, self.wake), asked)
        self.wake()
        return code
