"""What people say and leave: a WAV each in the folder of recordings, and a row that says whose it is.

The row decides: sound without one (its person was forgotten, its time has passed, a crash came between) is deleted.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import wave
from datetime import timedelta
from pathlib import Path

from config.clock import Clock
from config.private import opened
from gateway.store import Store
from ivr.store import Recording, add_recording, known_recordings, recording_of, sweep_recordings

log = logging.getLogger(__name__)

MOST_S = 180.0  # seconds of one recording: thrice the longest that a flow asks for
KEPT_DAYS = 400  # a complaint is open for a year at most, and is looked up for a while after
AT_ONCE = 500  # rows swept in one transaction
LETTERS, LONG = "bcdfghjklmnpqrstvwxz", 14  # of an id, 60 bits: it may stand in a text among words, and is none of them


class Recordings:
    """The folder and its rows. The folder is made with the first recording."""

    def __init__(self, folder: Path, store: Store, clock: Clock) -> None:
        self._folder, self._store, self._clock = folder, store, clock
        self._coming: set[str] = set()  # written, and their rows not yet

    async def keep(self, call: str, seq: int, number: str, audio: bytes, rate: int) -> str:
        """Keep ``audio`` (s16le, mono, ``rate`` samples a second), cut to ``MOST_S``; its id, the same for the same
        turn; "" where it holds nothing. Durable when it returns. Raises StoreFault, OSError."""
        audio = audio[: 2 * int(MOST_S * rate)]
        if len(audio) < 2:
            return ""
        id, at = _new_id(), self._clock.now()
        one = Recording(id=id, call=call, seq=seq, number=number, at=at, seconds=round(len(audio) / 2 / rate, 2))
        self._coming.add(id)
        try:
            await asyncio.to_thread(_write, self.path(id), audio[: len(audio) // 2 * 2], rate)
            return await self._store.write(lambda tx: add_recording(tx, one))
        finally:
            self._coming.discard(id)

    async def sound(self, id: str) -> bytes | None:
        """The WAV of that id; None where it is not kept (any more)."""
        known = await self._store.read(lambda tx: recording_of(tx, id))
        if known is None:
            return None
        return await asyncio.to_thread(_read, self.path(known.id))

    async def sweep(self) -> None:
        """Forget what is too old, then delete sound without a row. Raises StoreFault."""
        before = self._clock.now() - timedelta(days=KEPT_DAYS)
        await self._store.write(lambda tx: sweep_recordings(tx, before, AT_ONCE))
        there = await asyncio.to_thread(_ids, self._folder)
        coming = frozenset(self._coming)
        for at in range(0, len(there), AT_ONCE):
            some = there[at : at + AT_ONCE]
            known = await self._store.read(lambda tx, some=some: known_recordings(tx, some))  # type: ignore[misc]
            gone = [self.path(id) for id in some if id not in known and id not in coming and id not in self._coming]
            if gone:
                await asyncio.to_thread(_delete, gone)

    def path(self, id: str) -> Path:
        """Where its sound is."""
        return self._folder / f"{id}.wav"


def _write(path: Path, audio: bytes, rate: int) -> None:
    """Whole, or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    with opened(part) as file:
        with wave.open(file, "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(rate)
            out.writeframes(audio)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _new_id() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(LONG))


def _ids(folder: Path) -> list[str]:
    """Of all sound in the folder; a write that a crash cut off is named too."""
    return sorted({file.stem for file in folder.glob("*.wav")} | {file.stem for file in folder.glob("*.part")})


def _delete(paths: list[Path]) -> None:
    for path in paths:
        for file in (path, path.with_suffix(".part")):
            file.unlink(missing_ok=True)
