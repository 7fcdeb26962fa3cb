"""The NIK of an identity card: its form, where it stands in a text, and the keyed hash that is all the store keeps.

16 digits: PPKKCC (where it was first issued: never an address), DDMMYY (women: day + 40), a serial from 0001. A family
card's number (KK) is 16 digits of the same form; it cannot be told apart, and is hashed and masked just so.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from calendar import monthrange
from dataclasses import dataclass
from pathlib import Path

from config.private import keys_in

KEY_FILE = "nik.key"  # in the data folder, beside the store and not in it
KEY_BYTES = 32  # a key as long as the hash (RFC 2104, 3)
DIGITS = 16
WOMEN = 40  # added to the day of birth
LEAP = 2000  # the century is not known: the 29th of February passes where it may have been one
MASK = "****"

# Groups of digits that together are 16: at once, in fours, or as PPKKCC DDMMYY SSSS. Not a part of a longer number.
_WRITTEN = re.compile(r"(?<![\d+])(?<!\d[ .-])\d(?:[ .-]?\d){15}(?![ .-]?\d)")
_LOOSE = re.compile(r"(?<!\d)\d{15,18}(?!\d)")  # a digit too few or too many is still somebody's number


@dataclass(frozen=True, slots=True)
class Found:
    """A text without the numbers of cards in it. ``nik``: 16 digits that have the form of one; empty: there is none.
    ``wrong``: something stood there that was meant for one and is none."""

    rest: str
    nik: str
    wrong: bool


def fault_of_nik(digits: str) -> str:
    """What is wrong with it, in a word: ``digits``, ``place``, ``date``, ``serial``; empty: nothing."""
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
        return "digits"
    if "00" in (digits[:2], digits[2:4], digits[4:6]):
        return "place"
    day, month, year = int(digits[6:8]), int(digits[8:10]), int(digits[10:12])
    day -= WOMEN if day > WOMEN else 0
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(LEAP if year % 4 == 0 else LEAP + 1, month)[1]:
        return "date"
    return "serial" if digits[12:] == "0000" else ""


def find_nik(text: str) -> Found:
    """The first that has the form of one, with whatever looks like a card's number taken out of the text. Pure."""
    found = ["".join(char for char in one[0] if char.isdigit()) for one in _WRITTEN.finditer(text)]
    rest = _LOOSE.sub(" ", _WRITTEN.sub(" ", text))
    good = next((one for one in found if not fault_of_nik(one)), "")
    loose = bool(_LOOSE.search(_WRITTEN.sub(" ", text)))
    return Found(rest=rest, nik=good, wrong=not good and (bool(found) or loose))


def masked_text(text: str) -> str:
    """The text as it is listed: no card's number in it. Telephone numbers have 15 digits at most and begin with 0, 8,
    62 or a plus; what has 16 is hidden whatever it is."""
    return _LOOSE.sub(MASK, _WRITTEN.sub(MASK, text))


def hashed(key: bytes, nik: str) -> str:
    """What is stored of it: HMAC-SHA256 in hexadecimal (RFC 2104). Raises ValueError for what has not its form, or
    without a key: a hash that anybody can guess is not written."""
    if fault_of_nik(nik) or len(key) < KEY_BYTES:
        raise ValueError("a NIK is hashed with a whole key, and only if it is one")
    return hmac.new(key, nik.encode("ascii"), hashlib.sha256).hexdigest()


def nik_key(data_dir: Path) -> bytes:
    """This installation's key, made at the first call (a file of 0600). Losing it loses what the hashes compare, and
    nothing else. Raises OSError."""
    return keys_in(data_dir / KEY_FILE, KEY_BYTES)[0]
