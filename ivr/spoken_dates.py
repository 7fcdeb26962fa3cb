"""Dates and hours as they are written, said as they are said. Pure."""

from __future__ import annotations

import re
from datetime import date

from ivr.spoken_numbers import cardinal, digits, ordinal
from ivr.spoken_place import END, Found, Place

_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})" + END)
_MARKED = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})(?![0-9A-Za-z/])")
_NAMED = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[ .-]{0,2}([A-Za-z]{3,9})\.?(?:[ ,-]{1,2}([12][0-9]{3}))?" + END)
_DAYS = re.compile(r"([0-9]{1,2}) ?- ?(?=([0-9]{1,2}) ?([A-Za-z]{3,9})(?![0-9A-Za-z]))")
_SHORT = re.compile(r"([0-9]{1,2})/([0-9]{1,2})(?![0-9A-Za-z/])")
_WEEKDAY = re.compile(r"([A-Za-z]{3,4})\.?,? ?(?=[0-9]{1,2})")
_WEEKDAYS = re.compile(r"([A-Z][a-z]{2,3})\.? ?- ?([A-Z][a-z]{2,3})\.?(?![A-Za-z])")  # Sen-Jum
_CLOCK = re.compile(
    r"([01]?[0-9]|2[0-4])([:.,])([0-5][0-9])(?:\2([0-5][0-9]))?(?![0-9])(?![.,:/][0-9])"
    r"(?: ?([AaPp])\.?[Mm]\.?(?![A-Za-z]))?"
)
_OF_SOMETHING = re.compile(r" ?(%|°|[A-Za-z]{1,7})")
_TOGETHER = re.compile(r"([01][0-9]|2[0-3])([0-5][05])(?![0-9A-Za-z]|[.,:/-][0-9])")  # 0930
_UNTIL = re.compile(r" ?- ?(?=[0-9]{1,2}[:.][0-5][0-9])")
_ZONE = re.compile(r" ?(WIB|WITA|WIT)" + END)
_HOURS = re.compile(  # 8-12, 8.30-13
    r" ?([01]?[0-9]|2[0-4])(?:\.([0-5][0-9]))?-(?=(?:[01]?[0-9]|2[0-4])(?:\.[0-5][0-9])?(?![0-9/-]))"
)
MOST_DAYS = 31
REMEMBERED = 8  # words before an hour
CENTURY = 2000  # of a year with two digits


def day(place: Place) -> Found | None:
    """``31-12-2026``, ``2026-12-31``, ``5 Jan 2027``; ``19/11`` behind a word for a day."""
    if not place.text[place.at].isdigit():
        return None
    if (match := place.match(_ISO)) is not None:
        return _said(place, int(match[3]), int(match[2]), int(match[1]), match.end())
    if (match := place.match(_MARKED)) is not None:
        year = int(match[4]) + (CENTURY if len(match[4]) == 2 else 0)
        return _said(place, int(match[1]), int(match[3]), year, match.end())
    if (match := place.match(_NAMED)) is not None and match[2].lower() in place.lang.months:
        return _said(place, int(match[1]), place.lang.months[match[2].lower()], int(match[3] or 0), match.end())
    if (match := place.match(_DAYS)) is not None and match[3].lower() in place.lang.months:
        return _until(place, match)
    if (match := place.match(_SHORT)) is not None and place.lang.follows("day", place.before, 2):
        return _said(place, int(match[1]), int(match[2]), 0, match.end())
    return None


def _until(place: Place, match: re.Match[str]) -> Found | None:
    """``23-25 Nov``: the first of the two; the rest is a day."""
    first, last = int(match[1]), int(match[2])
    if not 0 < first < last <= MOST_DAYS:
        return None
    words = ordinal(first, "en") if place.lang.lang == "en" else cardinal(first, place.lang.lang)
    return Found(f"{words} {place.lang.words['to']}", match.end())


def weekday(place: Place) -> Found | None:
    """``Sen 5/1``, ``Sab 8-11``: a short name of a day where a date or its hours follow."""
    if (two := place.match(_WEEKDAYS)) is not None:
        names = [place.lang.weekdays.get(one.lower()) for one in two.groups()]
        if names[0] != names[1] and all(names):
            both = Found(f"{names[0]} {place.lang.words['to']} {names[1]}", two.end())
            return _with_hours(place, both) or both
    match = place.match(_WEEKDAY)
    name = place.lang.weekdays.get(match[1].lower()) if match is not None else None
    if match is None or name is None:
        return None
    if match[1][0].isupper() and (hours := _with_hours(place, Found(name, match.end()))) is not None:
        return hours
    dated = Place(text=place.text, at=match.end(), lang=place.lang, before=f" {name.lower()} ")
    return Found(name, match.end()) if dated.match(_SHORT) is not None or day(dated) is not None else None


def _with_hours(place: Place, days: Found) -> Found | None:
    """The first of two hours behind those days; the other is an hour by itself."""
    match = _HOURS.match(place.text, days.end)
    if match is None:
        return None
    words = place.lang.words
    said = (days.words, words["at_time"], _hour(place, int(match[1]), match[2] or "0"), words["to"])
    return Found(" ".join(one for one in said if one), match.end())


def clock(place: Place) -> Found | None:
    """``09.30``, ``9:30``; on to another hour where a dash says so."""
    match = place.match(_CLOCK) if place.text[place.at].isdigit() else None
    if match is None or not _is_hour(place, match):
        return _together(place)
    words = _hour(place, int(match[1]), match[3], match[4], match[5])
    within = REMEMBERED if place.after(place.lang.words["to"]) else 1  # "pukul delapan sampai dua belas" says it once
    if place.lang.words["at_time"] and not place.lang.follows("hour", place.before, within):
        words = f"{place.lang.words['at_time']} {words}"
    until = _UNTIL.match(place.text, match.end())
    if until is not None:
        return Found(f"{words} {place.lang.words['to']}", until.end())
    return Found(words, match.end(), True)


def _together(place: Place) -> Found | None:
    """``0930`` behind a word for hours."""
    match = place.match(_TOGETHER)
    if match is None or not place.after(*place.lang.context["hour"]):
        return None
    return Found(_hour(place, int(match[1]), match[2]), match.end(), True)


def _is_hour(place: Place, match: re.Match[str]) -> bool:
    if match[1] == "24" and match[3] != "00":
        return False
    if match[2] == ",":
        return place.after(*place.lang.context["hour"])
    if match[2] == ":" or match[5] or _ZONE.match(place.text, match.end()) is not None:
        return True
    if place.after(*place.lang.context["hour"], place.lang.words["to"]):
        return True
    behind = _OF_SOMETHING.match(place.text, match.end())
    if behind is not None and behind[1].lower() in place.lang.context.get("part_of_day", ()):
        return True
    measured = behind is not None and (behind[1] in "%°" or _measures(place, behind[1].lower()))
    return len(match[1]) == 2 and not measured


def _measures(place: Place, word: str) -> bool:
    return word in place.lang.units or word in place.lang.scales


def _hour(place: Place, hour: int, minutes: str, seconds: str | None = None, half: str | None = None) -> str:
    lang, minute = place.lang.lang, int(minutes)
    if lang == "en":
        half = f" {half.upper()} M" if half else ""
        behind = "" if not minute and half else " o'clock" if not minute else f" {_minute(minutes)}"
        return f"{cardinal(hour, lang)}{behind}{half}"
    words = cardinal(hour, lang)
    if minute or seconds:
        words += f" {place.lang.words['past']} {cardinal(minute, lang)}"
    return words + (f" menit {cardinal(int(seconds), lang)} detik" if seconds else "")


def _minute(written: str) -> str:
    return f"oh {digits(written[1], 'en')}" if written[0] == "0" else cardinal(int(written), "en")


def _said(place: Place, day: int, month: int, year: int, end: int) -> Found | None:
    try:
        date(year or 2000, month, day)  # a leap year: 29 February is one
    except ValueError:
        return None
    lang, name = place.lang.lang, place.lang.month_names[month]
    if lang == "en":
        return Found(f"{ordinal(day, lang)} of {name}" + (f" {cardinal(year, lang)}" if year else ""), end, True)
    return Found(f"{cardinal(day, lang)} {name}" + (f" {cardinal(year, lang)}" if year else ""), end, True)
