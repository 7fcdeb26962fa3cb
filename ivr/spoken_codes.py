"""What is said digit by digit: telephone numbers, service codes, number plates, tickets; and RT and RW. Pure."""

from __future__ import annotations

import re

from ivr.spoken_numbers import cardinal, digits, grouped
from ivr.spoken_place import END, Found, Place

FEWEST, MOST = 8, 15  # digits of a telephone number (ITU-T E.164)
LONGEST_GROUP = 5  # digits of one group in a number that is written in groups
COMPLETE = 9  # digits from which what is written as one is a whole number

_DIALLED = re.compile(r"\*[0-9*#]{1,30}|#[0-9*#]{0,30}[*#]")
_SERVICE = {"*": "star", "#": "hash"}
_AREA_CODE = re.compile(r"\((0[0-9]{2,3})\)[ -]?([0-9]{3,8})(?:[ .-]([0-9]{3,5}))?(?![0-9])")
_LAND = re.compile(
    r"(?:(\+62)[ .-]?([1-9][0-9]{1,2})|(0[0-9]{2,3}))[ ./-]([0-9]{6,8}|[0-9]{3,4}[ .-][0-9]{3,4})"
    r"(?![./-]?[0-9])(?![A-Za-z])"
)
_GROUPS = re.compile(
    r"(?:\+(62|[0-9]{1,3}(?=[ .-]))[ .-]?)?([0-9]{1,15})(?:([ .-])[0-9]{2,5}(?:\3[0-9]{2,5}){0,4})?(?![0-9A-Za-z])"
)
_STARTS = re.compile(r"\+[0-9]|0[0-9]|62[0-9]{7}|62-|8[0-9]{8}")
_RT = re.compile(
    rf"RT\.? ?:? ?([0-9]{{1,3}})(?: ?[/,-]? ?RW\.? ?:? ?([0-9]{{1,3}})| ?/ ?([0-9]{{1,3}}))?{END}", re.IGNORECASE
)
_RT_AND_RW = re.compile(rf"RT\.? ?[/-]? ?RW\.? ?[:=]? ?([0-9]{{1,3}})(?: ?[/-] ?| )([0-9]{{1,3}}){END}", re.IGNORECASE)
_BEFORE_RW = re.compile(rf"([0-9]{{1,3}}) ?/ ?RW\.? ?([0-9]{{1,3}}){END}", re.IGNORECASE)
_RW = re.compile(rf"RW\.? ?([0-9]{{1,3}}){END}", re.IGNORECASE)
_PLATE = re.compile(rf"([A-Z]{{1,2}})(?: ([0-9]{{1,4}})|([0-9]{{3,4}})) ?([A-Z]{{1,3}}){END}")
_CODE = re.compile(rf"([A-Z]{{1,3}}|[a-z])(-?)([0-9]{{1,8}})([A-Z]?){END}")
_DAYS_FROM = re.compile(rf"[Hh] ?([+-]) ?([0-9]{{1,3}}){END}")


def telephone(place: Place) -> Found | None:
    """``0812-3456-7890``, ``+62 812 …``, ``(061) 8821234``, ``061-8821234``; in groups as written, else of three or
    four."""
    if (match := place.match(_AREA_CODE)) is not None:
        return Found(grouped([one for one in match.groups() if one], place.lang.lang), match.end(), True)
    if (match := place.match(_LAND)) is not None:
        groups = [re.sub("[^0-9]", " ", one) for one in match.groups() if one]
        words = grouped(" ".join(groups).split(), place.lang.lang)
        return Found(f"{place.lang.words['plus']} {words}" if match[1] else words, match.end(), True)
    match = place.match(_GROUPS)
    if match is None or not _STARTS.match(match[0]):
        return None
    groups, end = _whole_number(match)
    many = sum(len(group) for group in groups)
    if not (10 if match[0].startswith("62") else FEWEST) <= many <= MOST:
        return None
    words = grouped(groups, place.lang.lang)
    return Found(f"{place.lang.words['plus']} {words}" if match[0][0] == "+" else words, end, True)


def _whole_number(match: re.Match[str]) -> tuple[list[str], int]:
    """As many of the groups as are one number: a figure behind a whole number is another."""
    country = [match[1]] if match[1] else []
    if match[3] is None or len(match[2]) >= COMPLETE:
        return [*country, match[2]], match.end(2)
    groups, end = country, match.end(2)
    for found in re.finditer(r"[0-9]+", match[0][match.start(2) - match.start() :]):
        if sum(len(one) for one in (*groups, found[0])) > MOST - 2:
            break
        groups.append(found[0])
        end = match.start(2) + found.end()
    return groups, end


def dialled(place: Place) -> Found | None:
    """``*123#``: what is dialled for a service; ``*`` or ``#`` by itself: the key."""
    match = place.match(_DIALLED)
    if match is not None and any(one.isdigit() for one in match[0]):
        return Found(" ".join(_key(place, one) for one in match[0]), match.end(), True)
    key = place.text[place.at]
    if key in _SERVICE and place.loose and not re.compile(r"[0-9A-Za-z*#_]").match(place.text, place.at + 1):
        return Found(place.lang.words[_SERVICE[key]], place.at + 1)
    return None


def _key(place: Place, one: str) -> str:
    return digits(one, place.lang.lang) if one.isdigit() else place.lang.words[_SERVICE[one]]


def neighbours(place: Place) -> Found | None:
    """``RT 03/RW 05``, ``RT/RW : 003/005``, ``03/RW 05``, ``RW 5``."""
    rt, rw, lang = place.lang.words["rt"], place.lang.words["rw"], place.lang.lang
    if (match := place.match(_RT_AND_RW)) is not None:
        first, second = (cardinal(int(one), lang) for one in match.groups())
        return Found(f"{rt} {first}, {rw} {second}", match.end(), True)
    if (match := place.match(_RT)) is not None:
        words, other = f"{rt} {cardinal(int(match[1]), lang)}", match[2] or match[3]
        return Found(words + (f", {rw} {cardinal(int(other), lang)}" if other else ""), match.end(), True)
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
