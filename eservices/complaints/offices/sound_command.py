"""``kentongan tickets recording``: what a caller said, as a WAV file."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from config.command import DONE, Command, CommandError, Context, Needs, written
from ivr.recordings import Recordings


async def _recording(context: Context, asked: Namespace) -> int:
    """Its name is known to whoever was shown the ticket; of one who hides it is shown only with ``--reveal``."""
    kept = Recordings(context.settings.data_dir / "recordings", context.store, context.clock)
    sound = await kept.sound(asked.id)
    if sound is None:
        raise CommandError(f"there is no recording {asked.id} (any more): 'kentongan tickets show' lists them")
    path = Path(asked.out)
    written(path, sound)
    context.out.row({"recording": asked.id, "file": str(path), "bytes": len(sound)}, f"{path}: {len(sound)} bytes")
    return DONE


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="as 'tickets show' lists it")
    parser.add_argument("--out", metavar="FILE", required=True, help="where the WAV goes")


RECORDING = Command(
    name=("tickets", "recording"),
    help="what was spoken of one, as WAV",
    needs=Needs.READ,
    run=_recording,
    arguments=_arguments,
)
