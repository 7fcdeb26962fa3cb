"""``kentongan restore``: a copy of ``kentongan backup`` comes back, and what was under way in it stays quiet.

Whoever cried for help on the day of the copy was helped, or not, long ago: no siren and no officer may be called for it
now. Every emergency that is open in the copy is closed before the program can see it, and named to whoever restores.
Letters that no desk had read wait for a person; letters that had not left end by their own time, those to many at once.
"""

from __future__ import annotations

import asyncio
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from config.command import DONE, NOT_HERE, NOT_SO, Command, CommandError, Context, Needs
from config.private import own
from dispatch import store as verbs
from dispatch.case import Case
from gateway import restoring
from gateway.audit import Deed, note
from gateway.audit_commands import verified, written_elsewhere
from gateway.audited import os_user
from gateway.backup import KEYS, Manifest, pack_version
from gateway.commanding import STORE
from gateway.store import Store, StoreFault, StoreInUse, Tx
from gateway.store.copying import store_file
from gateway.store.lock import Lock
from gateway.store.restored import lay_aside

WHY = "open in a copy that was brought back: nobody was called again"


async def _restore(context: Context, asked: Namespace) -> int:
    data: Path = context.settings.data_dir
    with context.clock.busy():
        manifest = await asyncio.to_thread(restoring.looked_through, Path(asked.file))
    if store_file(data / STORE, context.settings.store.url) != data / STORE or not manifest.schema:
        raise CommandError(
            "only an SQLite store in data_dir comes back by this command: a server's by pg_restore, and from the copy "
            f"what is beside it (tar -xf {asked.file} data)",
            NOT_HERE,
        )
    own(data)
    try:
        lock = Lock(data / "store.lock", "restore")
    except StoreInUse as fault:
        raise CommandError(f"{fault}: a copy is brought back while the program stands still", NOT_HERE) from fault
    try:
        return await _under_lock(context, asked, data, manifest)
    finally:
        lock.release()


async def _under_lock(context: Context, asked: Namespace, data: Path, manifest: Manifest) -> int:
    cut_short = restoring.begun(data)
    if cut_short is not None and cut_short.made_at != manifest.made_at:
        raise CommandError(f"bringing back the copy of {cut_short.made_at} was cut short: name that one", NOT_SO)
    if cut_short is None and (data / STORE).exists() and not asked.replace:
        raise CommandError(f"{data / STORE} is there already: --replace puts it aside, and nothing is lost", NOT_SO)
    row: dict[str, Any] = {"file": asked.file, "schema": manifest.schema, "made_at": manifest.made_at}
    if cut_short is None:
        with context.clock.busy():
            stage = await asyncio.to_thread(restoring.staged, Path(asked.file), data)
        row |= await _settle(context, stage, manifest)
        cut_short = restoring.begin(data, context.clock.now().strftime("%Y%m%d-%H%M%S"), manifest.made_at)
    else:
        context.out.note("what was begun before is brought to its end")
    restoring.finish(data, cut_short)
    aside = str(data / cut_short.aside) if cut_short.old else ""
    _say(context, data, manifest, row, aside)
    said = f"{data}: back is what was kept on {manifest.made_at}; what was there is in {aside or 'no folder'}"
    context.out.row({**row, "aside": aside}, said)
    return DONE if row.get("audit", True) else NOT_SO


async def _settle(context: Context, stage: Path, manifest: Manifest) -> Mapping[str, Any]:
    """What the store must be before the program sees it: of this version, quiet, and its audit looked through."""
    at, who = context.clock.now(), os_user()

    def work(tx: Tx) -> tuple[list[Case], int]:
        note(tx, Deed(by=who, how="command", what="restore", detail=f"copy of {manifest.made_at}"))
        return verbs.stand_down(tx, at, WHY, who), lay_aside(tx)

    try:
        async with await Store.open(stage / STORE, context.clock) as store:
            verdict = await verified(store, written_elsewhere(stage))
            closed, unread = await store.write(work)
    except StoreFault as fault:
        raise CommandError(f"the store in the copy cannot be used: {fault}", NOT_HERE) from fault
    for path in (*stage.glob(f"{STORE}.before-*"), stage / "store.lock"):
        path.unlink(missing_ok=True)
    for case in closed:
        one = case.incident
        context.out.note(f"closed: emergency {one.id} of {one.opened_at.isoformat()}, {one.kind}, {one.caller}")
    return {"closed": [case.incident.id for case in closed], "unread": unread, "audit": verdict.whole}


def _say(context: Context, data: Path, manifest: Manifest, row: Mapping[str, Any], aside: str) -> None:
    """What a person must know, or do now."""
    say = context.out.note
    if row.get("closed"):
        say(
            f"{len(row['closed'])} emergencies were open in the copy; they are closed: no siren rings, nobody is called"
        )
    if row.get("unread"):
        say(f"{row['unread']} letters were not read then: kentongan letters list --state unread")
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
    parser.add_argument("file", metavar="FILE", help="a copy of 'kentongan backup'")
    parser.add_argument("--replace", action="store_true", help="put the store that is there aside")


RESTORE = Command(
    name=("restore",),
    help="bring a copy of 'kentongan backup' back, while the program stands still",
    needs=Needs.CITY,
    run=_restore,
    arguments=_arguments,
)
