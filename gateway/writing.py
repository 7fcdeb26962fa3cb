"""How a letter's text goes over the air: in the GSM alphabet where that loses nothing, else in UCS-2; and how many
messages that takes. Providers reckon as the network does: 160 or 153 septets, 70 or 67 characters."""

from __future__ import annotations

import functools

from config.gsm7 import septets, transliterate
from modem.pdu import normalised, split

REMEMBERED = 256  # texts: the same one is counted for each channel, then sent


@functools.lru_cache(maxsize=REMEMBERED)
def written(text: str) -> str:
    """``text`` as it is sent: what reads the same in the GSM alphabet is written in it (quotes, dashes, accents), so
    that it takes half of the messages; a text with a character that has no likeness there (an emoji, Arabic) stays as
    it is, composed."""
    text = normalised(text)
    if septets(text) is not None:
        return text
    plain = transliterate(text)
    return plain if plain.count("?") == text.count("?") else text


@functools.lru_cache(maxsize=REMEMBERED)
def messages(text: str) -> int:
    """How many messages ``text`` takes. Raises ValueError for more than 255."""
    return len(split(written(text)))


def wide(text: str) -> bool:
    """Whether it must be sent in UCS-2."""
    return septets(written(text)) is None
