"""Where a command runs: in this process, or, when it writes and the program is running, inside that program."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from config.city import CityFault, load_city
from config.cli import build_parser, read_files
from config.clock import Clock, SystemClock
from config.command import NOT_HERE, USAGE, Command, CommandError, Context, Needs, Out
from config.private import own
from config.settings import Settings, SettingsFault, load
from config.settings_systems import asked_there
from gateway.audit import Deed, note
from gateway.audited import Asker, AuditedStore, Watching, look_deed, no_persons
from gateway.http import NAME as SOCKET
from gateway.http import ask
from gateway.store import Store, StoreFault, StoreInUse, StoreRefused

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
        city = asked_there(load_city(settings.city), settings.sources)
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
        return await _reading(context, command, asked, argv)
    own(path.parent)
    try:
        store = await Store.open(path, context.clock, url=url)
    except StoreInUse:
        return await ask(context.settings.data_dir, argv, context.files, context.out)
    async with store:
        deed = Asker(command=command, asked=asked, argv=argv).deed()
        return await command.run(_with(context, AuditedStore(store, deed)), asked)


async def _reading(context: Context, command: Command, asked: Namespace, argv: Sequence[str]) -> int:
    """A command that only reads; whom it showed is written down after it, whatever became of it."""
    path, url = context.settings.data_dir / STORE, context.settings.store.url
    out = Watching(context.out, besides=no_persons(context.city, context.settings))
    try:
        async with await Store.open_reader(path, context.clock, url=url) as store:
            return await command.run(_with(replace(context, out=out), store), asked)
    finally:
        if out.persons:
            deed = Asker(command=command, asked=asked, argv=argv).deed()
            await _tell_looked(context, deed, list(out.persons))


async def _tell_looked(context: Context, deed: Deed, persons: Sequence[str]) -> None:
    """Here where nobody else writes, else by the running program. A store that cannot be written now is said so."""
    path, url = context.settings.data_dir / STORE, context.settings.store.url
    look = look_deed(deed.by, deed.what, deed.object, persons)
    try:
        try:
            async with await Store.open(path, context.clock, url=url) as store:
                await store.write(lambda tx: note(tx, look))
        except StoreInUse:
            told = ["audit", "looked", look.what, "--object", look.object, "--persons", "-"]
            await ask(context.settings.data_dir, told, {"-": "\n".join(persons).encode()}, context.out)
    except (StoreFault, CommandError, OSError) as fault:
        context.out.note(f"this look at {len(persons)} persons is not in the audit: {fault}")


def _with(context: Context, store: Store | AuditedStore, wake: Callable[[], None] = lambda: None) -> Context:
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

    async def __call__(self, argv: Sequence[str], files: Mapping[str, bytes], out: Out, user: str = "") -> int:
        """One command that writes, or that rings; its exit code. ``user``: of the machine, who asks. Raises
        CommandError."""
        asked = build_parser(self.commands).parse_args(list(argv))
        if asked.command.needs not in (Needs.WRITE, Needs.RUNNING):
            raise CommandError("the running program is asked only for what writes or rings", USAGE)
        context = Context(settings=self.settings, city=self.city, clock=self.clock, out=out, files=files)
        deed = Asker(command=asked.command, asked=asked, argv=argv, user=user).deed()
        code: int = await asked.command.run(_with(context, AuditedStore(self.store, deed), self.wake), asked)
        self.wake()
        return code
