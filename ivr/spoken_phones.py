"""Telephone numbers, mobile and fixed, and what is dialled: digit by digit. Pure."""

from __future__ import annotations

import re

from ivr.spoken_numbers import digits, grouped
from ivr.spoken_place import END, Found, Place

FEWEST, MOST = 8, 15  # digits of a telephone number (ITU-T E.164)
COMPLETE = 9  # digits from which what is written as one is a whole number
AT_HOME = 13  # digits of an Indonesian number at most
LONGEST_GROUP = 5  # digits of one group in a number that is written in groups; of a mobile number more
FEWEST_LOCAL, LOCAL = 5, 8  # digits of a fixed line behind its area code
WHOLE_LOCAL = 7  # from so many on a further group is another number
MOBILE = 10  # digits from which a mobile number may be whole

_DIALLED = re.compile(r"\*[0-9*#]{1,30}|#[0-9*#]{0,30}[*#]")
_SERVICE = {"*": "star", "#": "hash"}
_AREA = re.compile(
    r"\( ?(?P<in_brackets>0 ?[2-79] ?[0-9] ?[0-9]?) ?\) ?-? ?"
    r"|(?P<before>0[2-79][0-9]{1,2}) ?[-./ ] ?"
    r"|(?:\+62[ .-]?|62-)(?:\(0\) ?)?\(?0?(?P<abroad>[2-79][0-9]{1,2})\)?[ .-]"
)
_LOCAL = re.compile(r"[0-9]{2,8}(?:[ .-][0-9]{2,5}){0,3}(?![0-9A-Za-z])")
_HERE = re.compile(r"(?:[0-9]{6,8}|[0-9]{2,5}(?:[ -][0-9]{2,5}){1,2})(?![0-9A-Za-z]| ?[A-Za-z])")
_ANOTHER = re.compile(r"(?: ?[,/] ?| (atau|or) )([0-9]{5,8})(?![0-9A-Za-z.-])")
_MOBILE = re.compile(r"\(?08[0-9]{1,2}\)?(?: ?[ .-] ?[0-9]{2,8}){1,5}(?![0-9A-Za-z])")
_FREE = re.compile(r"(1500)-([0-9]{3})" + END + r"|(0800)[ -]?(1)[ -]?([0-9]{3})[ -]?([0-9]{3,4})" + END)
_GROUPS = re.compile(
    r"(?:\+(62|[0-9]{1,3}(?=[ .-]))[ .-]?)?([0-9]{1,15})(?:([ .-])[0-9]{2,8}(?:\3[0-9]{2,8}){0,4})?(?![0-9A-Za-z])"
)
_STARTS = re.compile(r"\+[0-9]|0[0-9]|62[0-9]{7}|62-|8[0-9]{8}")


def telephone(place: Place) -> Found | None:
    """``0812-3456-7890``, ``+62 812 …``, ``(061) 8821234``, ``061-8821234``; in groups as written, else of three or
    four."""
    if place.text[place.at] not in "(+0123456789":
        return None
    if (match := place.match(_FREE)) is not None:
        return Found(grouped([group for group in match.groups() if group], place.lang.lang), match.end(), True)
    return _fixed(place) or _here(place) or _mobile(place) or _any(place)


def _fixed(place: Place) -> Found | None:
    """A fixed line with its area code; behind it another of the same length, which has the same."""
    area = place.match(_AREA)
    local = _LOCAL.match(place.text, area.end()) if area is not None else None
    if area is None or local is None:
        return None
    groups, end = _fitting(local)
    many = sum(len(group) for group in groups)
    if not FEWEST_LOCAL <= many <= LOCAL:
        return None
    lang, code = place.lang, re.sub(r"[^0-9]", "", area[area.lastgroup or 0])
    words = f"{digits(code, lang.lang)}, {grouped(groups, lang.lang)}"
    if area.lastgroup == "abroad":
        plus = f"{lang.words['plus']} " if area[0][0] == "+" else ""
        words = f"{plus}{digits('62', lang.lang)}, {words}"
    return _and_others(place, Found(words, end, True), many)


def _and_others(place: Place, found: Found, many: int) -> Found:
    """With the numbers behind it that are as long."""
    words, end, lang = found.words, found.end, place.lang
    while (other := _ANOTHER.match(place.text, end)) is not None and len(other[2]) == many:
        words += (f" {lang.words['or']} " if other[1] else ", ") + grouped([other[2]], lang.lang)
        end = other.end()
    return Found(words, end, True)


def _fitting(local: re.Match[str]) -> tuple[list[str], int]:
    """As many of the groups as one fixed line has, and where they end."""
    groups: list[str] = []
    end = local.start()
    for found in re.finditer(r"[0-9]+", local[0]):
        many = sum(len(one) for one in groups)
        if many >= WHOLE_LOCAL or (groups and many + len(found[0]) > LOCAL):
            break
        groups.append(found[0])
        end = local.start() + found.end()
    return groups, end


def _here(place: Place) -> Found | None:
    """``882 1234`` behind a word for telephoning."""
    match = place.match(_HERE) if place.lang.follows("phone", place.before, 2) else None
    groups = re.findall(r"[0-9]+", match[0]) if match is not None else []
    many = sum(len(one) for one in groups)
    if match is None or groups[0][0] == "0" or not FEWEST_LOCAL < many <= LOCAL:
        return None
    return _and_others(place, Found(grouped(groups, place.lang.lang), match.end(), True), many)


def _mobile(place: Place) -> Found | None:
    """``0812 - 3456 7890``: a mobile number, however it is parted."""
    match = place.match(_MOBILE)
    if match is None:
        return None
    groups: list[str] = []
    end, mark = match.start(), ""
    for found in re.finditer(r"([^0-9]*)([0-9]+)", match[0]):
        many = sum(len(one) for one in groups)
        if many + len(found[2]) > AT_HOME or (many >= MOBILE and found[1] != mark):
            break
        mark = found[1] if len(groups) == 1 else mark
        groups.append(found[2])
        end = match.start() + found.end()
    return Found(grouped(groups, place.lang.lang), end, True) if sum(map(len, groups)) >= COMPLETE else None


def _any(place: Place) -> Found | None:
    """Any other number, of any country."""
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
        too_long = len(found[0]) > LONGEST_GROUP and found.start() and match[0][0] != "+"
        if too_long or sum(len(one) for one in (*groups, found[0])) > AT_HOME:
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
