"""``kentongan keys F.wav``: the keys that are heard in a recording, which is made as loud as a telephone's first."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from config.command import DONE, NOT_SO, Command, CommandError, Context, Needs


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="F.wav", help="a WAV file of any rate; - is the standard input")


async def _keys(context: Context, asked: Namespace) -> int:
    from ivr.sound import SoundFault, for_phone, read_wav  # loads a resampler, which no other command waits for
    from ivr.tones import Detector

    try:
        sound = for_phone(read_wav(context.files[asked.file]))
    except SoundFault as fault:
        raise CommandError(f"{asked.file}: {fault}", NOT_SO) from None
    for tone in Detector().feed(sound):
        at_s = round(tone.at_s, 3)
        context.out.row({"key": tone.key, "at_s": at_s}, f"{at_s:8.3f} s  {tone.key}")
    return DONE


KEYS = Command(
    name=("keys",),
    help="which telephone keys are heard in a WAV file, and when",
    needs=Needs.NOTHING,
    run=_keys,
    arguments=_arguments,
    files=("file",),
)
