"""``kentongan say``: hear, or read, how a text is spoken on the telephone."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from config.command import DONE, NOT_HERE, USAGE, Command, CommandError, Context, Needs
from ivr.sound import seconds, write_wav
from ivr.speech import SILENCE
from ivr.spoken_aloud import LONGEST, spoken
from ivr.synth import Espeak, Mute


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("text", metavar="TEXT", help="what is to be said; one that begins with - comes after --")
    parser.add_argument("--lang", default="", help="its language (else the city's first)")
    parser.add_argument("--words", action="store_true", help="print the words in which it is said")
    parser.add_argument("--out", metavar="F.wav", help="write the sound there: 8 kHz, 16 bit, mono")
    parser.add_argument("--slow", action="store_true", help="as slowly as menus are spoken")


async def _say(context: Context, arguments: Namespace) -> int:
    """The words go out even where no machine can speak them."""
    if not arguments.words and not arguments.out:
        raise CommandError("say where it goes: --out F.wav, or --words to read it", USAGE)
    lang = arguments.lang or context.city.languages[0]
    if lang not in ("id", "en", *context.city.languages):
        raise CommandError(f"--lang {lang}: no such language here ({', '.join(context.city.languages)})", USAGE)
    text = arguments.text.encode("utf-8", "replace").decode()
    words = spoken(text, lang)
    if len(text) > LONGEST or len(words) > LONGEST - 100:
        context.out.note(f"cut: nobody listens to more than {LONGEST} characters")
    row: dict[str, Any] = {"lang": lang, "words": words}
    if not arguments.out:
        context.out.row(row, words)
        return DONE
    try:
        row["seconds"] = round(await _written(context, arguments, lang, words), 2)
    except CommandError:
        if arguments.words:
            context.out.row(row, words)
        raise
    context.out.row({**row, "out": arguments.out}, words if arguments.words else arguments.out)
    return DONE


async def _written(context: Context, arguments: Namespace, lang: str, words: str) -> float:
    """Write the sound; its seconds. Raises CommandError."""
    voice = context.city.voice
    pace = voice.menu_wpm if arguments.slow else voice.incident_wpm
    try:
        sound = await Espeak(voice.variant_of).render(words, lang=lang, wpm=pace) if words else SILENCE
    except Mute as fault:
        raise CommandError(str(fault), NOT_HERE) from None
    try:
        Path(arguments.out).write_bytes(write_wav(sound))
    except OSError as fault:
        raise CommandError(f"{arguments.out} cannot be written: {fault.strerror}", NOT_HERE) from None
    return seconds(sound)


COMMANDS: tuple[Command, ...] = (
    Command(
        name=("say",),
        help="speak a text as calls do, into a WAV file, or show the words in which it is said",
        needs=Needs.CITY,
        run=_say,
        arguments=_arguments,
    ),
)
