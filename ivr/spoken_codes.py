"""What is said digit by digit besides telephone numbers: number plates, tickets; and RT and RW. Pure."""

from __future__ import annotations

import re

from ivr.spoken_numbers import cardinal, digits, grouped
from ivr.spoken_place import END, Found, Place

_RT_, _RW_ = r"R\.?T(?![A-Za-z])\.?", r"R\.?W(?![A-Za-z])\.?"
_BOTH = re.compile(
    rf"{_RT_} ?[/,-]? ?{_RW_} ?[:.]? ?([0-9]{{1,3}})(?: ?[/,.-] ?([0-9]{{1,3}})| ([0-9]{{1,3}}))?{END}", re.IGNORECASE
)
_RT = re.compile(
    rf"{_RT_} ?:? ?([0-9]{{1,3}})(?: ?[/,-]? ?{_RW_} ?:? ?([0-9]{{1,3}})| ?/ ?([0-9]{{1,3}}))?{END}", re.IGNORECASE
)
_BEFORE_RW = re.compile(rf"([0-9]{{1,3}}) ?/ ?{_RW_} ?:? ?([0-9]{{1,3}}){END}", re.IGNORECASE)
_RW = re.compile(rf"{_RW_} ?:? ?([0-9]{{1,3}}){END}", re.IGNORECASE)
_PLATE = re.compile(rf"([A-Z]{{1,2}})(?: ([0-9]{{1,4}})|([0-9]{{3,4}})) ?([A-Z]{{1,3}}){END}")
_CODE = re.compile(rf"([A-Z]{{1,3}}|[a-z])(-?)([0-9]{{1,8}})([A-Z]?){END}")
_DAYS_FROM = re.compile(rf"[Hh] ?([+-]) ?([0-9]{{1,3}}){END}")


def neighbours(place: Place) -> Found | None:
    """``RT 03/RW 05``, ``03/RW 05``, ``RW 5``, ``RT/RW : 003/005``."""
    if place.text[place.at] not in "Rr0123456789":
        return None
    rt, rw, lang = place.lang.words["rt"], place.lang.words["rw"], place.lang.lang
    if (match := place.match(_BOTH)) is not None and not (match[2] or match[3]):
        return Found(f"{rt} {rw} {cardinal(int(match[1]), lang)}", match.end(), True)
    if (match := match or place.match(_RT)) is not None:
        words, second = f"{rt} {cardinal(int(match[1]), lang)}", match[2] or match[3]
        return Found(words + (f", {rw} {cardinal(int(second), lang)}" if second else ""), match.end(), True)
    if (match := place.match(_BEFORE_RW)) is not None:
        first, second = (cardinal(int(one), lang) for one in match.groups())
        return Found(f"{first}, {rw} {second}", match.end(), True)
    if (match := place.match(_RW)) is not None:
        return Found(f"{rw} {cardinal(int(match[1]), lang)}", match.end(), True)
    return None


def plate(place: Place) -> Found | None:
    """``BK 1234 AB``."""
    match = place.match(_PLATE)
    if match is None or match[1] not in place.lang.plates or match[4] in place.lang.units:
        return None
    figures = digits(match[2] or match[3], place.lang.lang)
    return Found(f"{' '.join(match[1])}, {figures}, {' '.join(match[4])}", match.end(), True)


def code(place: Place) -> Found | None:
    """``A017``: the letter, then digit by digit; ``H-1``: days before and after a day."""
    if (match := place.match(_DAYS_FROM)) is not None and place.lang.lang == "id":
        sign = place.lang.words["minus" if match[1] == "-" else "plus"]
        return Found(f"H {sign} {cardinal(int(match[2]), 'id')}", match.end(), True)
    match = place.match(_CODE)
    if match is None or match[1].lower() in place.lang.before_number or match[1].lower() in place.lang.short:
        return None
    letters = " ".join(match[1].upper())
    said = f"{letters}, " if len(match[3]) > 1 else f"{letters} "
    tail = f" {match[4]}" if match[4] else ""
    return Found(said + grouped([match[3]], place.lang.lang) + tail, match.end(), True)
