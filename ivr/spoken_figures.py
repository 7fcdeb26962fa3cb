"""Figures: numbers, money, measures, shares, ranges, fractions, ordinals. Pure."""

from __future__ import annotations

import re
from functools import cache

from ivr.spoken_numbers import MOST, cardinal, decimal, digits, grouped, ordinal
from ivr.spoken_place import END, Found, Place
from ivr.spoken_words import Spoken

FRACTIONS = {
    "id": {"1/2": "setengah", "1/3": "sepertiga", "1/4": "seperempat", "2/3": "dua pertiga", "3/4": "tiga perempat"},
    "en": {"1/2": "half", "1/3": "one third", "1/4": "a quarter", "2/3": "two thirds", "3/4": "three quarters"},
}
LONGEST_CODE = 3  # digits from which a figure after a word like "tiket" is a code
LONGEST_NUMBER = 4  # and after "nomor", or a word for telephoning
_SERVICE = re.compile(r"1[0-9]{2}")  # 112: after a word for telephoning
_RESCUE = re.compile(r"11[0-9]")  # 110, 112, 113, 118, 119: also by itself, and right behind who answers it
_UP_TO = re.compile(r" ?- ?(?=[0-9]{1,3}(?![0-9/-]))")  # Rp 10-15 ribu
_ALONE = re.compile(r" ?(?:[.!?:=)]|$|(?:atau|or) 11[0-9])")
LARGEST_SAID = 12  # digits of a figure without marks that is said as a number

_ORDINAL = {
    "id": re.compile(r"[Kk][Ee]-?([0-9]{1,6})" + END),
    "en": re.compile(r"([0-9]{1,6})(?:st|nd|rd|th)" + END),
}
_SLASH = re.compile(r"([0-9]{1,6})/([0-9]{1,6})(?![0-9A-Za-z/])")
_RANGE = re.compile(r"([0-9]{1,4}) ?- ?([0-9]{1,4})(?![0-9/-])(?![.:,][0-9])")
_MIXED = re.compile(r"([0-9]{1,3}) (1/2|1/3|1/4|2/3|3/4)(?![0-9A-Za-z/])")  # 2 1/2
_PRESSURE = re.compile(r"([6-9][0-9]|[12][0-9]{2})/([3-9][0-9]|1[0-9]{2})(?![0-9A-Za-z/])")
_OF_MERCURY = re.compile(r" ?mm ?hg" + END, re.IGNORECASE)
_CHAIN = re.compile(r"[0-9]+(?:[.-][0-9]+)+(?![0-9A-Za-z])")
_TIMES = re.compile(r" ?[xX] ?(?=[0-9]|/ ?[A-Za-z])|[xX]" + END)
_HOT = re.compile(r"(?<![0-9])(?:3[4-9]|4[0-3])(?:[.,][0-9])? ?[Cc]" + END)
_OF_YEARS = re.compile(r" (?:19|20)[0-9]{2}" + END)
_SHARE = re.compile(r" ?%")
_DEGREES = re.compile(r" ?° ?([CcFf]" + END + r")?")
_UNIT = re.compile(r" ?([A-Za-z]{1,6})([23]?)" + END)
_PER = re.compile(r" ?/ ?([A-Za-z]{1,8})" + END)
_SCALE = re.compile(r" ?([A-Za-z]{1,7})" + END)
_DOTTED = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,6}){2,5}(?![0-9])")
_TENS = re.compile(r"-?an" + END)
_IN_RUPIAH = re.compile(r"(?:Rp|IDR)\.? ?[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?![0-9.])", re.IGNORECASE)
RUPIAH = (".", ",")  # how sums in rupiah are written in every language
_SMALL_UNITS = frozenset("mg")  # not in capitals: 4G, 5 M


@cache
def _figure(thousands: str, fraction: str) -> re.Pattern[str]:
    group, point = re.escape(thousands), re.escape(fraction)
    return re.compile(
        rf"(?P<many>[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}})+)(?:{point}(?P<part>[0-9]{{1,6}}))?(?![0-9])"
        rf"|(?P<whole>[0-9]{{1,15}})[{group}{point}](?P<parts>[0-9]{{1,6}})(?![0-9])"
        r"|(?P<plain>[0-9]+)"
    )


def figure(place: Place) -> Found | None:
    """A number, with what it is a number of."""
    sign = ""
    at = place.at
    if place.loose and place.text[at : at + 1] in "+-" and place.text[at + 1 : at + 2].isdigit():
        sign = place.lang.words[{"+": "plus", "-": "minus"}[place.text[at]]] + " "
        at += 1
    found = _chained(place, at) or _dotted(place, at) or _number(place, at)
    return found._replace(words=sign + found.words) if found is not None else None


def money(place: Place) -> Found | None:
    """``Rp 25.000,-``: the coin's name after the sum."""
    match = place.match(re.compile(r"(US\$|\$|€|[A-Za-z]{2,3})\.? ?(?=[0-9])"))
    coin = place.lang.money.get(match[1].lower()) if match is not None else None
    if match is None or coin is None:
        return None
    marks = RUPIAH if _IN_RUPIAH.match(place.text, match.start()) else place.lang.marks
    sum_ = _figure(*marks).match(place.text, match.end())
    assert sum_ is not None
    end, words = sum_.end(), _read(sum_, place.lang, marks, cents=False)
    if (more := _UP_TO.match(place.text, end)) is not None and (last := _figure(*marks).match(place.text, more.end())):
        words = f"{words} {place.lang.words['to']} {_read(last, place.lang, marks, cents=False)}"
        end = last.end()
    scale = _SCALE.match(place.text, end)
    if scale is not None and scale[1].lower() in place.lang.scales:
        words, end = f"{words} {place.lang.scales[scale[1].lower()]}", scale.end()
    tail = re.compile(r",-+").match(place.text, end)
    end = tail.end() if tail is not None else end
    return _per(place, Found(f"{words} {coin}", end, True))


def nth(place: Place) -> Found | None:
    """``ke-3``, ``3rd``."""
    match = place.match(_ORDINAL.get(place.lang.lang, _ORDINAL["id"]))
    return Found(ordinal(int(match[1]), place.lang.lang), match.end()) if match is not None else None


def _chained(place: Place, at: int) -> Found | None:
    """``1234-56-789`` behind a word like "rekening"."""
    match = _CHAIN.match(place.text, at)
    if match is None or not place.lang.follows("digits", place.before, 3):
        return None
    return Found(grouped(re.findall("[0-9]+", match[0]), place.lang.lang), match.end(), True)


def _dotted(place: Place, at: int) -> Found | None:
    """``1.2.3``, which is no thousands."""
    match = _DOTTED.match(place.text, at)
    many = _figure(*place.lang.marks).match(place.text, at)
    if match is None or (many is not None and many.end() == match.end()):
        return None
    point = f" {place.lang.words['dot']} "
    return Found(point.join(_plain(one, place.lang.lang) for one in match[0].split(".")), match.end(), True)


def _number(place: Place, at: int) -> Found | None:
    lang = place.lang
    for two in (_mixed, _slashed, _ranged):
        found = two(place, at)
        if found is not None:
            return _of(place, found)
    match = _figure(*lang.marks).match(place.text, at)
    if match is None:
        return None
    if match["plain"] and _is_code(place, match["plain"]):
        return Found(grouped([match["plain"]], lang.lang), match.end(), True)
    return _of(place, Found(_read(match, lang, lang.marks), match.end(), True))


def _is_code(place: Place, written: str) -> bool:
    """Whether digits are said one by one, because of what stands before them and does not stand behind."""
    lang, many, before = place.lang, len(written), place.before
    if many >= 2 and lang.follows("digits", before, 3):
        return True
    behind = _UNIT.match(place.text, place.at + many)
    if behind is not None and behind[1].lower() in lang.units:
        return False
    if many >= LONGEST_CODE and lang.follows("ticket", before, 3):
        return True
    if lang.follows("phone", before, 6) and (_SERVICE.fullmatch(written) or many >= LONGEST_NUMBER):
        return True
    if _SERVICE.fullmatch(written) and lang.follows("utility", before, 3):
        return True
    numbered = lang.follows("number", before, 2)
    if _RESCUE.fullmatch(written) and (_alone(place, written) or (not numbered and lang.follows("rescue", before, 6))):
        return True
    return many >= LONGEST_NUMBER and numbered


def _alone(place: Place, written: str) -> bool:
    """Whether such a number is a whole text or sentence, or one of several that are."""
    lang, before = place.lang, place.before.strip()
    first = not before or before in lang.context["number"]
    other = before.startswith(digits("11", lang.lang)) and before.endswith(f" {lang.words['or']}")
    return (first or other) and _ALONE.match(place.text, place.at + len(written)) is not None


def _mixed(place: Place, at: int) -> Found | None:
    """``2 1/2``, as ``2½`` is written too."""
    match = _MIXED.match(place.text, at)
    if match is None or place.lang.follows("number", place.before, 1) or _is_code(place, match[1]):
        return None
    lang = place.lang.lang
    part = FRACTIONS.get(lang, FRACTIONS["id"])[match[2]]
    joined = f"and a {part}" if part == "half" else f"and {part}" if lang == "en" else part
    return Found(f"{cardinal(int(match[1]), lang)} {joined}", match.end(), True)


def _slashed(place: Place, at: int) -> Found | None:
    match = _SLASH.match(place.text, at)
    if match is None:
        return None
    known = FRACTIONS.get(place.lang.lang, FRACTIONS["id"]).get(match[0])
    if known is not None and not place.lang.follows("number", place.before, 1):
        return Found(known, match.end(), True)
    if _is_code(place, match[1]) and _SERVICE.fullmatch(match[2]):  # call 110/112
        return Found(grouped(match.groups(), place.lang.lang), match.end(), True)
    first, second = (_plain(one, place.lang.lang) for one in match.groups())
    blood = _PRESSURE.fullmatch(match[0]) is not None and place.lang.follows("pressure", place.before, 3)
    over = place.lang.words["pressure" if blood or _OF_MERCURY.match(place.text, match.end()) else "over"]
    return Found(f"{first} {over} {second}", match.end(), True)


def _ranged(place: Place, at: int) -> Found | None:
    """``2-3``: from the smaller to the larger; two figures otherwise."""
    match = _RANGE.match(place.text, at)
    if match is None or _is_code(place, match[1]) or place.text[at - 1 : at] == "-":
        return None
    first, second = (_plain(one, place.lang.lang) for one in match.groups())
    between = f" {place.lang.words['to']} " if int(match[1]) < int(match[2]) else ", "
    return Found(first + between + second, match.end(), True)


def _read(match: re.Match[str], lang: Spoken, marks: tuple[str, str], *, cents: bool = True) -> str:
    if match["plain"]:
        return _plain(match["plain"], lang.lang)
    whole = (match["many"] or match["whole"]).replace(marks[0], "")
    part = match["part"] or match["parts"]
    if part is None or (not cents and not part.strip("0")):
        return _plain(whole, lang.lang)
    return decimal(whole, part, lang.words["point"], lang.lang) if int(whole) <= MOST else digits(whole, lang.lang)


def _plain(written: str, lang: str) -> str:
    """A figure without marks; one that begins with a nought, or is too long for a number, digit by digit."""
    if len(written) > LARGEST_SAID and written != str(10**LARGEST_SAID):
        return grouped([written], lang)
    return digits(written, lang) if len(written) > 1 and written[0] == "0" else cardinal(int(written), lang)


def _of(place: Place, number: Found) -> Found:
    """The number with what is written behind it."""
    lang, text, end = place.lang, place.text, number.end
    if (match := _SHARE.match(text, end)) is not None:
        return Found(f"{number.words} {lang.words['percent']}", match.end(), True)
    if (match := _DEGREES.match(text, end)) is not None:
        kind = {"C": " Celsius", "F": " Fahrenheit"}.get((match[1] or "").upper(), "")
        return Found(f"{number.words} {lang.words['degrees']}{kind}", match.end(), True)
    if (match := _TIMES.match(text, end)) is not None:
        return _per(place, Found(f"{number.words} {lang.words['times']}", match.end()))
    if lang.follows("heat", place.before, 5) and (hot := _HOT.match(text, place.at)) is not None:
        return Found(f"{number.words} {lang.words['degrees']} Celsius", hot.end(), True)
    if lang.lang == "id" and (match := _TENS.match(text, end)) is not None:
        return Found(f"{number.words}an", match.end(), True)
    return _per(place, _unit(place, number))


def _unit(place: Place, number: Found) -> Found:
    scale = _SCALE.match(place.text, number.end)
    if scale is not None and len(scale[1]) > 1 and scale[1].lower() in place.lang.scales:
        return Found(f"{number.words} {place.lang.scales[scale[1].lower()]}", scale.end(), True)
    match = _UNIT.match(place.text, number.end)
    numbered = match is not None and place.lang.follows("number", place.before, 1)
    if match is not None and numbered and (len(match[1]) == 1 or _OF_YEARS.match(place.text, match.end())):
        return number  # No. 12 L; No. 3 Thn 2020
    name = place.lang.units.get(match[1].lower()) if match is not None else None
    if match is None or name is None or (match[1].lower() in _SMALL_UNITS and match[1].isupper()):
        return number
    power = {"2": "square", "3": "cubic"}.get(match[2])
    return Found(f"{number.words} {name}" + (f" {place.lang.words[power]}" if power else ""), match.end(), True)


def _per(place: Place, measured: Found) -> Found:
    match = _PER.match(place.text, measured.end)
    if match is None:
        return measured
    name = place.lang.per.get(match[1].lower()) or place.lang.units.get(match[1].lower())
    if name is None:
        return measured
    return Found(f"{measured.words} {place.lang.words['per']} {name}", match.end(), True)
