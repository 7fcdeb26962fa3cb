"""What someone has learned, behind his name: degrees of teachers, nurses and doctors. Pure."""

from __future__ import annotations

import re

from ivr.spoken_place import Found, Place

_PARTS = re.compile(r"[A-Z][A-Za-z]{0,5}(?:\. ?[A-Z][A-Za-z]{0,5}){0,3}(?![a-z])")
_ONE = re.compile(r"[A-Z][A-Za-z]{0,5}")
_WHOLE = re.compile(r"(?![0-9A-Za-z'])")
_CONSULTANT = re.compile(r" ?\([A-Z][A-Za-z]{0,4}\)(?:[A-Z][a-z]{1,4})?(?![A-Za-z])|-[A-Z]{2,6}(?![A-Za-z])")
_NAME_BEHIND = re.compile(r"\.? ?(?!Sp\.|Sp[A-Z]|Ns\b|Apt\b)[A-Z][a-z]")
_RUN_IN = re.compile(r"Sp[A-Z]|[SM][A-Z][a-z]")  # SpA, SPd: written without stops
_VOWEL = re.compile(r"[aiou]")
SPECIALIST = "sp-"  # in the table: what every specialist is called


def degree(place: Place) -> Found | None:
    """``Sp.A``, ``S.Pd.``, ``A.Md.Keb``; ``SH`` behind a comma. Initials before a name are none: ``M.H. Thamrin``."""
    match = place.match(_PARTS) if place.loose else None
    if match is None:
        return None
    ends = [one.end() for one in _ONE.finditer(match[0])]
    for many in range(len(ends), 0, -1):
        written, end = match[0][: ends[many - 1]], match.start() + ends[many - 1]
        if not _WHOLE.match(place.text, end):
            continue
        words = _known(place, written, end)
        if words is not None:
            return Found(words, _behind(place, end))
    return None


def _known(place: Place, written: str, end: int) -> str | None:
    parts, key = re.split(r"\. ?", written), re.sub("[^A-Za-z]", "", written).lower()
    words, comma = place.lang.degrees.get(key), place.text[: place.at].rstrip().endswith(",")
    named = _NAME_BEHIND.match(place.text, end) is not None
    if len(parts) == 1:
        alone = not _VOWEL.search(key) or key in place.lang.context.get("degree", ())
        behind = comma and not named and alone
        return words if behind or (_RUN_IN.match(written) and not named) else None
    if " " in written and all(len(part) == 1 for part in parts):
        return None  # A. M. D.: initials
    if named and not comma:
        return None
    special = place.lang.degrees.get(SPECIALIST)
    if words is None and special and parts[0] == "Sp" and len(parts) == 2 and parts[1].isupper() and "." in written:
        return f"{special} {' '.join(parts[1])}" if len(parts[1]) <= 4 and " " not in written else None
    return words


def _behind(place: Place, end: int) -> int:
    """With the letters of a consultant, which nobody says, and the stop that ends no sentence."""
    consultant = _CONSULTANT.match(place.text, end)
    end = consultant.end() if consultant is not None else end
    rest = place.text[end:]
    return end + (rest[:1] == "." and rest.strip(". ") != "" and _NAME_BEHIND.match(rest) is None)
