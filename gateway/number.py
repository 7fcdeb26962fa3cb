"""Telephone numbers: E.164 within, whatever people and networks write without."""

from __future__ import annotations

import re

COUNTRY = "62"  # Indonesia (ITU-T E.164, annex); the trunk prefix is 0
EMERGENCY = frozenset({"110", "112", "113", "115", "118", "119"})  # never dialled or texted by a machine

# National significant numbers: mobile 8[1-35-9] + 7 to 10 digits, landline with area code (libphonenumber 9.0.43, ID).
_MOBILE = re.compile(r"8[1-35-9]\d{7,10}")
_LANDLINE = re.compile(r"[2-79]\d{6,10}")
_FOREIGN = re.compile(r"[1-9]\d{7,14}")
_WRITTEN = re.compile(r"[+()\d\s./\u2010-\u2015\u00a0-]+")
_E164 = re.compile(r"\+[1-9]\d{7,14}")


def normal(raw: str) -> str | None:
    """The number as E.164 (``0812…``, ``62812…``, ``+62 812-…``, ``0062812…``, ``812…`` are the same); None where
    it is no subscriber's number: alphanumeric, a short code, an emergency number, too long, empty."""
    if not raw.isascii() and not _WRITTEN.fullmatch(raw):
        return None
    if not _WRITTEN.fullmatch(raw):
        return None
    digits = "".join(ch for ch in raw if ch in "0123456789")
    if raw.lstrip().startswith("+"):
        return _international(digits)
    if digits.startswith("00"):
        return _international(digits[2:])
    if digits.startswith("0"):
        return _national(digits[1:])
    if digits.startswith(COUNTRY) and (found := _national(digits[2:])):
        return found
    return f"+{COUNTRY}{digits}" if _MOBILE.fullmatch(digits) else None


def _international(digits: str) -> str | None:
    if digits.startswith(COUNTRY):
        return _national(digits[2:].removeprefix("0"))
    return f"+{digits}" if _FOREIGN.fullmatch(digits) else None


def _national(digits: str) -> str | None:
    if _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits):
        return f"+{COUNTRY}{digits}"
    return None


def subscriber(number: str) -> bool:
    """Whether ``number`` is E.164 and so belongs to someone who can be answered. Short codes and alphanumeric
    senders do not: they are machines, and two machines answer each other for ever."""
    return _E164.fullmatch(number) is not None


def foreign(number: str) -> bool:
    """Whether a subscriber's number is of another country."""
    return subscriber(number) and not number.startswith(f"+{COUNTRY}")


def masked(number: str) -> str:
    """For logs: ``+628***890``. What is no subscriber's number stays as it is."""
    return f"{number[:4]}***{number[-3:]}" if subscriber(number) else number


def local(number: str) -> str:
    """As people write it: ``0812…``."""
    return f"0{number[3:]}" if number.startswith("+62") else number
