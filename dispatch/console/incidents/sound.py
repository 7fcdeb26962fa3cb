"""What was recorded on calls, for the ear of whoever may hear it."""

from __future__ import annotations

from dispatch.console.pages import Sound
from gateway.page import Floor
from ivr.recordings import Recordings
from ivr.store import recording_of


def sound_of(floor: Floor) -> Sound:
    """By its id: the WAV, and whose number it is."""
    kept = Recordings(floor.settings.data_dir / "recordings", floor.store, floor.clock)

    async def sound(id: str) -> tuple[bytes, str] | None:
        known = await floor.store.read(lambda tx: recording_of(tx, id))
        audio = await kept.sound(id) if known is not None else None
        return (audio, known.number) if audio is not None and known is not None else None

    return sound
