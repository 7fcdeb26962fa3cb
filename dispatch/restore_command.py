"""``kentongan restore``: a copy of ``kentongan backup`` comes back, and what was under way in it stays quiet.

``--in-place`` does the second part alone, for a store that its own program brought back: pg_restore, or a hand that put
a file there. Both end in the same state (``quieting.py``).
"""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from config.command import DONE, NOT_HERE, NOT_SO, USAGE, Command, CommandError, Context, Needs
from config.private import own
from dispatch.quieting import Quiet, quiet
from gateway import restoring
from gateway.audit_anchor import NAME as ANCHOR
from gateway.audit_commands import verified, written_elsewhere
from gateway.audited import os_user
from gateway.backup import KEYS, Manifest, pack_version
from gateway.commanding import STORE
from gateway.packs import tried
from gateway.quieting import Above
from gateway.store import Store, StoreFault, StoreInUse
from gateway.store.copying import store_file
from gateway.store.lock import Lock
from gateway.store.process import alone
from gateway.store.restored import last_moment

STILL = "a copy is brought back while the program stands still"
ASIDE = {
    "letters": "letters waited in it",
    "clock": "letters had come due since",
    "broadcasts": "broadcasts and warnings were under way: stopped; whom they reached since is not known",
    "calls": "calls were to be made",
    "questions": "look-ups waited for an answer",
    "offers": "places were offered: who waits is asked anew",
}
"""What was laid aside, by ``Quiet.aside``; each after its number."""


async def _from_file(context: Context, asked: Namespace, above: Above) -> int:
    data: Path = context.settings.data_dir
    with context.clock.busy():
        manifest = await asyncio.to_thread(restoring.looked_through, Path(asked.file))
    if store_file(data / STORE, context.settings.store.url) != data / STORE or not manifest.schema:
        raise CommandError(
            "only an SQLite store in data_dir comes back by this command: a server's by pg_restore; then from the copy "
            f"what is beside it (tar -xf {asked.file} data), and 'kentongan restore --in-place DAY'",
            NOT_HERE,
        )
    own(data)
    try:
        lock = Lock(data / "store.lock", "restore")
    except StoreInUse as fault:
        raise CommandError(f"{fault}: {STILL}", NOT_HERE) from fault
    try:
        return await _under_lock(context, asked, manifest, above)
    finally:
        lock.release()


async def _under_lock(context: Context, asked: Namespace, manifest: Manifest, above: Above) -> int:
    data: Path = context.settings.data_dir
    cut_short = restoring.begun(data)
    if cut_short is not None and cut_short.made_at != manifest.made_at:
        raise CommandError(f"bringing back the copy of {cut_short.made_at} was cut short: name that one", NOT_SO)
    if cut_short is None and (data / STORE).exists() and not asked.replace:
        raise CommandError(f"{data / STORE} is there already: --replace puts it aside, and nothing is lost", NOT_SO)
    row: dict[str, Any] = {"file": asked.file, "schema": manifest.schema, "made_at": manifest.made_at}
    if cut_short is None:
        with restoring.stage_of(data) as stage:
            with context.clock.busy():
                await asyncio.to_thread(restoring.fill, stage, Path(asked.file), manifest)
            row |= await _settle(context, stage, manifest, above)
            stamp = context.clock.now().strftime("%Y%m%d-%H%M%S")
            cut_short = restoring.begin(data, stamp, manifest.made_at)
    else:
        context.out.note("what was begun before is brought to its end")
    restoring.finish(data, cut_short)
    aside = str(data / cut_short.aside) if cut_short.old else ""
    _say(context, manifest, row, aside)
    said = f"{data}: back is what was kept on {manifest.made_at}; what was there is in {aside or 'no folder'}"
    context.out.row({**row, "aside": aside}, said)
    return DONE if row.get("audit", True) else NOT_SO


async def _settle(context: Context, stage: Path, manifest: Manifest, above: Above) -> Mapping[str, Any]:
    """What the store must be before the program sees it: of this version and city, quiet, its audit looked through."""
    at = context.clock.now()
    try:
        async with await Store.open(stage / STORE, context.clock) as store:
            await tried(store, context.city)
            verdict = await verified(store, written_elsewhere(stage))
            since = datetime.fromisoformat(manifest.made_at)
            done = await _quiet(context, store, above, since, at)
    except StoreFault as fault:
        raise CommandError(f"the store in the copy cannot be used: {fault}; nothing was changed", NOT_HERE) from fault
    for path in (*stage.glob(f"{STORE}.before-*"), stage / "store.lock"):
        path.unlink(missing_ok=True)
    return {**_quieted(context, done), "audit": verdict.whole}


async def _in_place(context: Context, asked: Namespace, above: Above) -> int:
    """The store that the settings name, wherever it is."""
    settings, city = context.settings, context.city
    try:
        own(settings.data_dir)
        async with await Store.open(settings.data_dir / STORE, context.clock, url=settings.store.url) as store:
            if not await store.write(alone):
                raise CommandError(f"{store.name}: another program works on it: {STILL}", NOT_HERE)
            since = await store.read(last_moment)
            day = f"{since.astimezone(city.timezone):%Y-%m-%d}" if since is not None else "no day"
            if since is None or day != asked.in_place:
                raise CommandError(f"{store.name}: the newest in it is of {day}: is it the copy that you mean?", NOT_SO)
            await tried(store, city)
            at = context.clock.now()
            done = await _quiet(context, store, above, since, at)
            restoring.put_aside(settings.data_dir, f"{at:%Y%m%d-%H%M%S}", (ANCHOR,))
            said = f"{store.name}: quiet; the newest in it is of {since.astimezone(city.timezone).isoformat()}"
    except StoreInUse as fault:
        raise CommandError(f"{fault}: {STILL}", NOT_HERE) from fault
    context.out.row({"made_at": since.isoformat(), **_quieted(context, done)}, said)
    return DONE


async def _quiet(context: Context, store: Store, above: Above, since: datetime, at: datetime) -> Quiet:
    told = context.out.progress
    return await quiet(store, context.city, above, since=since, at=at, who=os_user(), told=told)


def _quieted(context: Context, done: Quiet) -> dict[str, Any]:
    """Tell what was laid aside; the same for a program that reads it."""
    say = context.out.note
    for case in done.closed:
        one = case.incident
        say(f"closed: emergency {one.id} of {one.opened_at.isoformat()}, {one.kind}, {one.caller}")
    if done.closed:
        say(f"{len(done.closed)} emergencies were open in the copy; they are closed: no siren rings, nobody is called")
    if done.aside["unread"]:
        say(f"{done.aside['unread']} letters were not read then: kentongan letters list --state unread")
    aside = [f"{done.aside[name]} {words}" for name, words in ASIDE.items() if done.aside.get(name)]
    if aside:
        say(f"laid aside, whatever was sent since: {'; '.join(aside)}")
        say("none of them is sent: kentongan letters list --state cancelled")
    if done.numbers:
        first = ", ".join(f"{name} {number}" for name, number in done.numbers.items())
        say(f"numbers handed out since the copy are not handed out again; the next are: {first}; queues leap too")
    say("what people did since the copy is gone: STOP, HAPUS DATA, bookings, answers, users and passwords")
    closed = [case.incident.id for case in done.closed]
    return {"closed": closed, "unread": done.aside["unread"], "aside": done.aside, "numbers": done.numbers}


def _say(context: Context, manifest: Manifest, row: Mapping[str, Any], aside: str) -> None:
    """What a person must know, or do now."""
    say, data = context.out.note, context.settings.data_dir
    if not row.get("audit", True):
        say("the audit in the copy does not stand: kentongan audit verify")
    missing = [name for name in KEYS[:2] if not (data / name).exists()]
    if missing and not manifest.keys:
        say(f"not there: {', '.join(missing)}: put your copy of them into {data} before the first start")
    if (data / restoring.DECIDED).is_dir():
        say(f"settings and pack of the copy are in {data / restoring.DECIDED}: compare, and put them where they belong")
    if manifest.pack != context.city.path.name or manifest.pack_version != pack_version(context.city.path):
        say(f"the pack here is not that of the copy ({manifest.pack})")
    if aside:
        say(f"when all is well: rm -r {aside}")


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", nargs="?", default="", help="a copy of 'kentongan backup'")
    parser.add_argument("--replace", action="store_true", help="put the store that is there aside")
    parser.add_argument(
        "--in-place",
        metavar="DAY",
        default="",
        help="make a store quiet that was brought back by hand (pg_restore); the day of the copy: 2026-11-20",
    )


def restore(above: Above) -> Command:
    """The command. ``above``: what the rooms above had under way."""

    async def run(context: Context, asked: Namespace) -> int:
        if bool(asked.file) is bool(asked.in_place):
            raise CommandError("name a copy, or --in-place and the day of the copy", USAGE)
        way: Callable[..., Any] = _in_place if asked.in_place else _from_file
        return int(await way(context, asked, above))

    return Command(
        name=("restore",),
        help="bring a copy of 'kentongan backup' back, while the program stands still",
        needs=Needs.CITY,
        run=run,
        arguments=_arguments,
    )
