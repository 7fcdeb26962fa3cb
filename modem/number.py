"""The last look at a number before it is written to the wire."""

from __future__ import annotations

import re

from modem.errors import ModemRefused

_DIALLABLE = re.compile(r"\+?[0-9]{3,15}", re.ASCII)
_CODE = re.compile(r"[*#0-9]{2,24}", re.ASCII)
_KEYS = re.compile(r"[0-9*#A-D]+", re.ASCII)


def diallable(number: str) -> str:
    """``number`` itself when it may stand in an AT command, else ModemRefused: ``;``, CR or letters would be another
    command (laws.md, 7)."""
    if not _DIALLABLE.fullmatch(number):
        raise ModemRefused(f"not a number to dial or text: {number!r}")
    return number


def ussd_code(code: str) -> str:
    """A USSD code from the settings, or ModemRefused."""
    if not _CODE.fullmatch(code):
        raise ModemRefused(f"not a USSD code: {code!r}")
    return code


def key_tones(digits: str) -> str:
    """Keys to be sent as tones, or ModemRefused."""
    if not _KEYS.fullmatch(digits):
        raise ModemRefused(f"not keys of a phone: {digits!r}")
    return digits
