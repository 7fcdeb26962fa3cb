"""``kentongan backup``: all that the program needs again, in one tar that only its owner reads, while the program runs.

``store/kentongan.db`` is the store, ``data/`` what lies beside it, ``settings/`` and ``pack/`` what the city decided
(the pack only where it is none of those that are shipped); ``manifest.json`` stands last and has the size and SHA-256
of each, so that a file that was cut off is known. Not in it: map tiles and what the program makes again by itself; and
the spool, whose letters would be alarms of another day.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import hashlib
import io
import json
import os
import tarfile
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any

from config.city import SHIPPED
from config.command import DONE, NOT_HERE, Command, CommandError, Context, Needs
from config.private import FILE, replacing
from gateway.audit_anchor import NAME as ANCHOR
from gateway.commanding import STORE
from gateway.nik import KEY_FILE
from gateway.store.copying import copy_store, dump_command, store_file

FORM = 1
MANIFEST = "manifest.json"
IN_STORE, IN_DATA, IN_SETTINGS, IN_PACK = "store", "data", "settings", "pack"
KEYS = (KEY_FILE, "second-factor.key", "tls")  # in data_dir: what opens things
BESIDE = ("recordings", "reports")
Told = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """``name``: in the copy, from its kind on (``data/nik.key``)."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """``schema``: the store's; empty where it is on a server and not in the copy. ``pack_version``: a digest of the
    pack's files."""

    version: str
    made_at: str
    schema: str
    pack: str
    pack_version: str
    keys: bool
    parts: Sequence[Part]
    form: int = FORM


class Hashed:
    """A file that is hashed as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data


class _Tar:
    """The copy while it is written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._tar = tarfile.TarFile(fileobj=file, mode="w", format=tarfile.PAX_FORMAT)
        self.parts: list[Part] = []

    def add(self, name: str, file: IO[bytes], size: int) -> None:
        info, read = tarfile.TarInfo(name), Hashed(file)
        info.size, info.mode = size, FILE
        self._tar.addfile(info, read)
        self.parts.append(Part(name=name, size=size, sha256=read.digest.hexdigest()))

    def add_file(self, name: str, path: Path) -> None:
        """Not what was taken away meanwhile."""
        try:
            file = path.open("rb")
        except FileNotFoundError:
            return
        with file:
            self.add(name, file, os.fstat(file.fileno()).st_size)

    def close(self, manifest: bytes) -> None:
        self.add(MANIFEST, io.BytesIO(manifest), len(manifest))
        self._tar.close()


def _inside(path: Path) -> Iterator[Path]:
    """The file, or all files in the folder."""
    if path.is_file():
        yield path
    elif path.is_dir():
        yield from sorted(one for one in path.rglob("*") if one.is_file())


def _found(context: Context, *, keys: bool) -> list[tuple[str, Path]]:
    """What there is beside the store, by its name in the copy."""
    settings, pack = context.settings, context.city.path
    data: Path = settings.data_dir
    names = [*BESIDE, *(KEYS if keys else ())]
    found = [(f"{IN_DATA}/{path.relative_to(data)}", path) for name in names for path in _inside(data / name)]
    if keys and settings.source is not None:
        found.append((f"{IN_SETTINGS}/{settings.source.name}", settings.source))
    if pack.resolve().parent != SHIPPED.resolve():
        found += [(f"{IN_PACK}/{pack.name}/{path.relative_to(pack)}", path) for path in _inside(pack)]
    return found


def pack_version(pack: Path) -> str:
    """The same for the same files."""
    digest = hashlib.sha256()
    for path in _inside(pack):
        digest.update(f"{path.relative_to(pack)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two that write one file would make it of halves. Raises CommandError."""
    line = os.open(folder, os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(line, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise CommandError(f"another copy is being written to {folder}: wait for it", NOT_HERE) from error
    finally:
        os.close(line)


def make(context: Context, to: Path, told: Told, *, keys: bool = True) -> Manifest:
    """Write the copy, whole or not at all. Blocks. Raises CommandError, StoreRefused, OSError."""
    with _alone(to.parent):
        return _make(context, to, told, keys=keys)


def _make(context: Context, to: Path, told: Told, *, keys: bool) -> Manifest:
    settings, city = context.settings, context.city
    store, copied = store_file(settings.data_dir / STORE, settings.store.url), to.with_name(f"{to.name}.store")
    try:
        with replacing(to) as file:
            tar = _Tar(file)
            # Before the store: a head that the copy does not have yet would look like a cut.
            tar.add_file(f"{IN_DATA}/{ANCHOR}", settings.data_dir / ANCHOR)
            schema = copy_store(store, copied) if store is not None else ""
            if store is not None:
                tar.add_file(f"{IN_STORE}/{STORE}", copied)
            found = _found(context, keys=keys)
            for done, (name, path) in enumerate(found, 1):
                tar.add_file(name, path)
                told(done, len(found) + 1, "copy")
            manifest = Manifest(
                version=version("kentongan"),
                made_at=context.clock.now().isoformat(),
                schema=schema,
                pack=city.path.name,
                pack_version=pack_version(city.path),
                keys=keys,
                parts=tuple(tar.parts),
            )
            tar.close(json.dumps(asdict(manifest), indent=1).encode())
            told(len(found) + 1, len(found) + 1, "copy")
    finally:
        copied.unlink(missing_ok=True)
    return manifest


async def _backup(context: Context, asked: Namespace) -> int:
    to, url = Path(asked.file), context.settings.store.url
    with context.clock.busy():
        made = await asyncio.to_thread(make, context, to, context.out.progress, keys=not asked.without_keys)
    size = sum(part.size for part in made.parts)
    row: dict[str, Any] = {**asdict(made), "file": str(to), "size": size, "parts": len(made.parts), "pg_dump": ""}
    said = f"{to}: schema {made.schema}, {len(made.parts)} files, {size / 2**20:.1f} MiB"
    if not made.schema:
        row["pg_dump"] = dump_command(url, to.with_suffix(".dump"))
        said = f"{to}: {len(made.parts)} files, without the store"
        context.out.note(f"the store is on a server, whose own program copies it: {row['pg_dump']}")
    if not made.keys:
        context.out.note(f"without keys and settings ({', '.join(KEYS)}): keep a copy of those in another place")
    context.out.row(row, said)
    return DONE


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="the copy (a tar); what stands there is replaced when it is whole")
    parser.add_argument("--without-keys", action="store_true", help="without keys, certificates and settings")


BACKUP = Command(
    name=("backup",),
    help="copy all that is kept, while the program runs: store, keys, recordings, settings, pack",
    needs=Needs.CITY,
    run=_backup,
    arguments=_arguments,
)
