"""How many prompts the machine renders in a second: two at once, nothing kept from before."""

from __future__ import annotations

import asyncio
import time

from ivr.spoken_aloud import spoken
from ivr.synth import AT_ONCE, INSTALL, PROGRAM, Espeak, Mute

PROMPTS = 60
WORDS = "Laporan darurat. Kebakaran. Tempatnya Jl. Sudirman No. {at}, Kel. Kartini. Untuk menerima, tekan 1."


async def prompts_per_second(rounds: int) -> list[float]:
    """One figure a round: normalised, spoken by a process each, made fit for the telephone. Raises RuntimeError where
    nothing can speak."""
    synth, figures = Espeak(), []
    try:
        await synth.render("satu", lang="id", wpm=130)
        for round_ in range(rounds):
            begun = time.perf_counter()
            await asyncio.gather(*(_one(synth, round_ * PROMPTS + at) for at in range(PROMPTS)))
            figures.append(PROMPTS / (time.perf_counter() - begun))
    except Mute as fault:
        raise RuntimeError(f"{PROGRAM}: {fault} ({INSTALL})") from None
    return figures


async def _one(synth: Espeak, at: int) -> None:
    sound = await synth.render(spoken(WORDS.format(at=at), "id"), lang="id", wpm=130)
    if len(sound) < 16_000:
        raise RuntimeError(f"{AT_ONCE} at once: a prompt of a few words lasts less than a second")
