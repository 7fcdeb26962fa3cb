"""What an operator says of a SIM's credit, read: pure, and rather nothing than a wrong balance.

Operators change their words every few months, mix advertisements in, and write money and dates in every way. So a
number is the balance only where its own clause says so, and a date is the end of the active period only likewise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

LONGEST_PERIOD = 10 * 366  # days ahead: a date beyond is misread


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """``balance`` in Rupiah; None: not understood. ``active_until``: the last day of the active period."""

    balance: int | None = None
    active_until: date | None = None


class _Found(NamedTuple):
    start: int
    end: int
    day: date


_MONTHS = (
    "jan", "feb|peb", "mar", "apr", "mei|may", "jun", "jul", "agu|ags|agt|aug", "sep", "okt|oct", "nov|nop", "des|dec",
)  # fmt: skip
_NAMED = "|".join(f"(?:{names})[a-z]*" for names in _MONTHS)
_DATE = re.compile(
    rf"(?<!\d)(?:(?P<y>20\d\d)[-/.](?P<m>\d\d?)[-/.](?P<d>\d\d?)"
    rf"|(?P<d2>\d\d?)\s?[-/.]\s?(?P<m2>\d\d?)\s?[-/.]\s?(?P<y2>20\d\d|\d\d)"
    rf"|(?P<d3>\d\d?)[\s-]?(?P<m3>{_NAMED})[\s.-]?(?P<y3>20\d\d|\d\d))(?!\d)",
    re.IGNORECASE,
)
_NUMBER = r"\d[\d.,]*"
_MONEY = re.compile(
    rf"\b(?:pulsa(?:mu|nya)?|saldo|balance)\b(?P<between>[^\d;|\n]{{0,40}}?)"
    rf"(?:(?P<mark>rp|idr)\.?\s*)?(?P<amount>{_NUMBER})(?:\s*(?P<thousands>rb|ribu|k)\b)?",
    re.IGNORECASE,
)
_ACTIVE = re.compile(r"aktif|berlaku|valid|active|expir|\bexp\b|s/d|\bs\.?d\b|sampai|hingga|until", re.IGNORECASE)
_OTHER_PERIOD = re.compile(
    r"tenggang|grace|kuota|paket|bonus|internet|data|nelp|telp|\bsms\b|poin|promo", re.IGNORECASE
)
_NOT_A_BALANCE = re.compile(
    r"beli|isi|tukar|transfer|bonus|gratis|promo|diskon|paket|kuota|tarif|biaya|min(?:imal|\.|\b)|hutang|utang|pinjam"
    r"|darurat|hanya|mulai|dapat|data|poin",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[;|\n!?]|[.,](?=\s+[A-Z])|(?<=\D)[.](?=\s)")
_LEAD = 16  # characters before the word that may make it something else: "beli pulsa", "bonus pulsa"
_NEAR = 48  # characters before a date in which it is said what it ends


def read_answer(text: str, today: date) -> Answer:
    """What the text says; a field is None where it says nothing, or says two things."""
    dates = [*_dates(text, today)]
    return Answer(balance=_balance(text, dates), active_until=_active_until(text, dates))


def _balance(text: str, dates: list[_Found]) -> int | None:
    found = set()
    for match in _MONEY.finditer(text):
        if any(one.start <= match.start("amount") < one.end for one in dates):
            continue
        before = _CLAUSE.split(text[max(0, match.start() - _LEAD) : match.start()])[-1]
        if _NOT_A_BALANCE.search(before) or _NOT_A_BALANCE.search(match["between"]):
            continue
        if not match["mark"] and (len(match["amount"]) < 3 or match["between"].strip(" :=")):
            continue  # "1. Cek Pulsa 2. Paket": a number that nobody calls money must follow at once
        rupiah = _rupiah(match["amount"], bool(match["thousands"]))
        if rupiah is None:
            return None
        found.add(rupiah)
    return found.pop() if len(found) == 1 else None


def _rupiah(written: str, thousands: bool) -> int | None:
    """25.371 · 25,371.00 · 25.371,00 · 25371 · 25rb as whole Rupiah; None where it may be several."""
    written = written.rstrip(".,")
    grouped = re.fullmatch(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*(?:(?!\1)[.,]\d{1,2})?", written)
    if grouped:
        whole = written.replace(grouped[1], "")
        return int(re.split(r"[.,]", whole)[0]) * (1000 if thousands else 1)
    plain = re.fullmatch(r"(\d{1,9})(?:[.,](\d{1,2}))?", written)
    if plain is None:
        return None
    if thousands:
        return int(float(f"{plain[1]}.{plain[2] or 0}") * 1000)
    return int(plain[1])


def _active_until(text: str, dates: list[_Found]) -> date | None:
    ends = 0
    for one in dates:
        near = text[max(ends, one.start - _NEAR) : one.start]
        ends = one.end
        if _ACTIVE.search(near) and not _OTHER_PERIOD.search(near):
            return one.day
    return None


def _dates(text: str, today: date) -> list[_Found]:
    found = []
    for match in _DATE.finditer(text):
        day = _date(match)
        if day is not None and abs((day - today).days) <= LONGEST_PERIOD:
            found.append(_Found(match.start(), match.end(), day))
    return found


def _date(match: re.Match[str]) -> date | None:
    year, day = match["y"] or match["y2"] or match["y3"], match["d"] or match["d2"] or match["d3"]
    month = match["m"] or match["m2"]
    if match["m3"]:
        name = match["m3"].lower()
        month = next(str(nth) for nth, names in enumerate(_MONTHS, 1) if name.startswith(tuple(names.split("|"))))
    try:
        return date(int(year) % 100 + 2000, int(month), int(day))
    except ValueError:
        return None
