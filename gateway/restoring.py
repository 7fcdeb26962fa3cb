"""Bringing a copy of ``backup.py`` back: looked through, made ready beside what is there, then moved into its place.

Names are moved one by one, so ``restore.unfinished`` stands beside the store meanwhile: with it no program opens the
store, and the same command with the same copy ends what was begun. What was there goes to ``before-restore-…``.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path, PurePosixPath
from typing import IO, Any

from config.command import NOT_HERE, NOT_SO, CommandError
from config.private import OWNER, opened, replaced, settled
from gateway.audit_anchor import NAME as ANCHOR
from gateway.backup import FORM, IN_DATA, IN_PACK, IN_SETTINGS, IN_STORE, MANIFEST, Hashed, Manifest, Part
from gateway.commanding import STORE
from gateway.spool import NAME as SPOOL
from gateway.store.migrate import revisions
from gateway.store.unfinished import MARK

STAGE = "from-copy"
ASIDE = "before-restore-"
DECIDED = "restored"  # settings and pack of the copy: for a person, who puts them where they belong
KINDS = {IN_STORE: "", IN_DATA: "", IN_SETTINGS: DECIDED, IN_PACK: f"{DECIDED}/{IN_PACK}"}
PIECE = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """What the mark says. ``old``: names in ``data_dir`` that go to ``aside``; ``new``: those from the stage;
    ``made_at``: of the copy."""

    aside: str
    old: tuple[str, ...]
    new: tuple[str, ...]
    made_at: str


def looked_through(file: Path) -> Manifest:
    """The copy is whole, and this program knows what is in it. Blocks. Raises CommandError, OSError."""
    sums: dict[str, Part] = {}
    said = b""
    try:
        for name, source in _members(file):
            digest, size = hashlib.sha256(), 0
            while piece := source.read(PIECE):
                digest.update(piece)
                size += len(piece)
                said += piece if name == MANIFEST else b""
            sums[name] = Part(name=name, size=size, sha256=digest.hexdigest())
        manifest = _manifest(json.loads(said))
    except (tarfile.TarError, ValueError, TypeError, KeyError, EOFError) as error:
        raise CommandError(f"{file} is no whole copy ({error or 'cut off'}): take another", NOT_SO) from error
    sums.pop(MANIFEST)
    wrong = {part.name for part in manifest.parts if sums.get(part.name) != part} | (
        sums.keys() ^ {part.name for part in manifest.parts}
    )
    if wrong:
        raise CommandError(f"{file} is damaged at {min(wrong)}: take another copy; nothing was changed", NOT_SO)
    if manifest.form != FORM or (manifest.schema and manifest.schema not in revisions()):
        newest = revisions()[-1]
        made = f"version {manifest.version} made it, schema {manifest.schema}, this program knows {newest}"
        raise CommandError(f"{file} is of a newer program ({made}): install that version first", NOT_HERE)
    return manifest


def _manifest(said: dict[str, Any]) -> Manifest:
    known = {one.name for one in fields(Manifest)}
    parts = tuple(Part(name=str(one["name"]), size=int(one["size"]), sha256=one["sha256"]) for one in said["parts"])
    return Manifest(**{**{name: value for name, value in said.items() if name in known}, "parts": parts})


def _members(file: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Its files one after the other. Raises ValueError for a name that leads elsewhere, and for what is no file."""
    with tarfile.open(file, "r:") as archive:
        for one in archive:
            steps = PurePosixPath(one.name).parts
            ours = one.name == MANIFEST or (len(steps) > 1 and steps[0] in KINDS and ".." not in steps)
            plain = one.type == tarfile.REGTYPE and not one.issparse()
            if not (ours and plain and (source := archive.extractfile(one))):
                raise ValueError(f"{one.name} does not belong into a copy")
            yield one.name, source


@contextlib.contextmanager
def stage_of(data: Path) -> Iterator[Path]:
    """A folder beside what is there, for the copy; gone again where the block raises. Raises OSError."""
    stage = data / STAGE
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(mode=OWNER)
    try:
        yield stage
    except BaseException:
        shutil.rmtree(stage, ignore_errors=True)
        raise


def fill(stage: Path, file: Path, manifest: Manifest) -> None:
    """Put all of the copy there, on the disk when this returns. Blocks. Raises CommandError, OSError."""
    sums = {part.name: part.sha256 for part in manifest.parts}
    for name, source in _members(file):
        if name == MANIFEST:
            continue
        kind, _, rest = name.partition("/")
        to, read = stage / KINDS[kind] / rest, Hashed(source)
        for folder in reversed(to.relative_to(stage).parents):
            (stage / folder).mkdir(mode=OWNER, exist_ok=True)
        with opened(to) as target:
            shutil.copyfileobj(read, target, PIECE)
            target.flush()
            os.fsync(target.fileno())
        if read.digest.hexdigest() != sums[name]:
            raise CommandError(f"{file} reads otherwise than a moment ago at {name}: is its disk failing?", NOT_HERE)


def begun(data: Path) -> Begun | None:
    """What an earlier restore left unfinished."""
    try:
        said = json.loads((data / MARK).read_bytes())
        return Begun(aside=said["aside"], old=tuple(said["old"]), new=tuple(said["new"]), made_at=said["made_at"])
    except FileNotFoundError:
        return None


def begin(data: Path, stamp: str, made_at: str) -> Begun:
    """From here on what was made ready is what counts: no program opens the store until ``finish`` is through."""
    new = tuple(sorted(path.name for path in (data / STAGE).iterdir()))
    log = (f"{STORE}-wal", f"{STORE}-shm", SPOOL, ANCHOR) if STORE in new else ()
    old = tuple(name for name in dict.fromkeys((*new, *log)) if (data / name).exists())
    one = Begun(aside=f"{ASIDE}{stamp}", old=old, new=new, made_at=made_at)
    (data / one.aside).mkdir(mode=OWNER, exist_ok=True)
    for folder, _, _ in os.walk(data / STAGE):
        settled(Path(folder))
    replaced(data / MARK, json.dumps(asdict(one)).encode())
    return one


def finish(data: Path, one: Begun) -> None:
    """Put the old aside and the new into its place; may be called again after it was cut short. Raises CommandError,
    OSError."""
    aside, stage = data / one.aside, data / STAGE
    for name in one.old:
        if not (aside / name).exists() and (data / name).exists():
            move(data / name, aside / name)
    settled(aside)
    if lost := [name for name in one.new if not (stage / name).exists() and not (data / name).exists()]:
        raise CommandError(f"{stage} was taken away ({', '.join(lost)}); what was there before is in {aside}", NOT_HERE)
    for name in one.new:
        if (stage / name).exists():
            move(stage / name, data / name)
    settled(data)
    (data / MARK).unlink()
    settled(data)
    shutil.rmtree(stage, ignore_errors=True)
    if not one.old:
        aside.rmdir()


def put_aside(data: Path, stamp: str, names: Sequence[str]) -> None:
    """What a store that came back has no part in any more, kept for who looks into it. Raises OSError."""
    aside = data / f"{ASIDE}{stamp}"
    for name in names:
        if (data / name).exists():
            aside.mkdir(mode=OWNER, exist_ok=True)
            move(data / name, aside / name)


def move(path: Path, to: Path) -> None:
    """Within one disk: at once or not at all."""
    path.rename(to)
