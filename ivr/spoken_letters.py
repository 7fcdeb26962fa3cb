"""Letters: what is written short, in capitals, in Roman figures, twice by a "2". Pure."""

from __future__ import annotations

import re

from ivr.spoken_numbers import cardinal, digits
from ivr.spoken_place import END, Found, Place
from ivr.spoken_words import Spoken

_WORD = re.compile(r"[A-Za-z]+(?:['-][A-Za-z]+)*")
_SHORT = re.compile(r"([A-Za-z]{1,8})(\.?)")
_INITIALS = re.compile(r"(?:[A-Za-z]\.){1,6}[A-Za-z]{1,3}(?![A-Za-z'-])\.?|(?:[A-Za-z]\.){2,6}(?![a-z])")
_SPELT = re.compile(r"(?<![0-9A-Za-z'-])[A-Z] $")
_INITIAL = re.compile(r"[A-Z]\.(?= ?[A-Z][A-Za-z.])")
_SLASHED = re.compile(r"([A-Za-z]{1,3}/[A-Za-z]{0,4})(?![A-Za-z/])")
_TWICE = re.compile(r"([A-Za-z][a-z]{2,20})2(nya|an|ku|mu)?" + END)
_ROMAN = re.compile(r"[IVX]{1,6}(?![0-9A-Za-z']|-[0-9A-Za-z]{2})|[ivx]{2,6}(?![0-9A-Za-z'-])")
_ROMAN_FORM = re.compile(r"X{0,3}(?:IX|IV|V?I{0,3})")
_VALUE = {"I": 1, "V": 5, "X": 10}
_NUMBER_BEHIND = re.compile(r" ?[A-Z]{0,2}-?[0-9]")
_NAME_BEHIND = re.compile(r"\.? ?(?:[A-Z][a-z]|[A-Z]{3}|[A-Z]\. ?[A-Z])")
_MORE_BEHIND = re.compile(r" ?[(]?[A-Za-z0-9]")
_WORD_BEHIND = re.compile(r" ?([A-Za-z]+)")
_WRITTEN = re.compile(r"[A-Za-z]{1,4}(?:[0-9]|-[IV]{1,3})?" + END)
_OWN_STOP = re.compile(r"[A-Z][b-df-hj-np-tv-z]{1,3}(?=\. ?[A-Z][a-z])")  # St. Syahrir: its stop ends nothing
_OF_A_NAME = re.compile(r"([A-Z]{2,3})\.?(?= [A-Z][a-z])")
_LETTER_BEHIND = re.compile(r"[ .]*[A-Z](?![A-Za-z0-9])")
_SITE = re.compile(
    r"(?:https?://)?(?:www\.)?((?:[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63}){0,3}@)?[A-Za-z0-9-]{1,63}"
    r"(?:\.[A-Za-z0-9-]{1,63}){0,3}\.(?:com|net|org|info|id))(?:/[^ ]{0,200})?(?![0-9A-Za-z])"
)
_LINK = re.compile(r"https?://(?:www\.)?([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4})(?:[/?#:][^ ]{0,300})?")
_PIECES = re.compile(r"[A-Za-z]+|[0-9]+|[@.-]")

# A word that can be said at sight: syllables of an onset, a vowel or two, and a coda.
_ONSET = r"(?:ng|ny|sy|kh|st[r]?|[bcdfghjkpst][lr]|[bcdfghjklmnpqrstvwxyz])"
_CODA = r"(?:ng|kh|[bdfghjklmnprst])"
_SAYABLE = re.compile(rf"(?:{_ONSET}?[aiueo]{{1,2}}{_CODA}?)+")
LONGEST_LETTERS = 5  # of a word that is read letter by letter, unless it is all capitals without a vowel


def short(place: Place) -> Found | None:
    """What is written short, in full; with the stop that belongs to it."""
    match = place.match(_SHORT)
    if match is None:
        return None
    full = _full(place, match)
    if full is None or (not match[2] and place.text[match.end() : match.end() + 1].isalpha()):
        return None
    return Found(full, match.end() if _MORE_BEHIND.match(place.text, match.end()) else match.end(1))


def _full(place: Place, match: re.Match[str]) -> str | None:
    lang, text, word, key = place.lang, place.text, match[1], match[1].lower()
    if key in lang.before_number and (_NUMBER_BEHIND.match(text, match.end()) or _numbered(place, match.end())):
        return lang.before_number[key]
    if place.text[match.end(1) : match.end(1) + 1].isalnum():
        return None
    if word in lang.before_name and _NAME_BEHIND.match(text, match.end(1)) and not _after_letter(place):
        return lang.before_name[word]
    if match[2] and key in lang.stopped and _MORE_BEHIND.match(text, match.end()):
        return lang.stopped[key] if len(key) > 1 else None
    if word.islower() and key in lang.small and not lang.follows("street", place.before, 1):
        return lang.small[key]
    return lang.short.get(key) if word not in lang.spelt else None


def _numbered(place: Place, end: int) -> bool:
    """``no hp``: of what there are numbers."""
    behind = _WORD_BEHIND.match(place.text, end)
    return behind is not None and behind[1].lower() in place.lang.context.get("numbered", ())


def _after_letter(place: Place) -> bool:
    """Whether a single letter was said just before: then this one is another of them."""
    words = place.before.split()
    return bool(words) and len(words[-1]) == 1


def initials(place: Place) -> Found | None:
    """``a.n.``, ``S.Pd.``, ``A.R. Hakim``."""
    match = place.match(_INITIALS)
    if match is None:
        return _initial(place)
    parts = [part for part in re.split(r"[. ]+", match[0]) if part]
    joined, known = "".join(parts), place.lang.initials
    said = known.get(joined) or (known.get(joined.lower()) if joined[1:].islower() else None)
    words = said or " ".join(part.upper() if len(part) == 1 else _part(part, place.lang) for part in parts)
    stop = match[0].endswith(".") and match.end() == len(place.text)  # it also ends the sentence
    return Found(words, match.end() - stop)


def _initial(place: Place) -> Found | None:
    """``M. Yamin``; a letter behind "blok" ends a sentence instead, and ``H. Ahmad`` is in the tables."""
    match = place.match(_INITIAL)
    if match is None or place.lang.follows("lettered", place.before, 1):
        return None
    if _SPELT.search(place.text, 0, place.at):  # S M S. Next: its stop ends the sentence
        return None
    if match[0][0] in place.lang.before_name and not _after_letter(place):
        return None
    return Found(match[0][0], match.end())


def whole(place: Place) -> Found | None:
    """``SpO2``: letters and a figure that are one word."""
    match = place.match(_WRITTEN)
    known = place.lang.written.get(match[0].lower()) if match is not None else None
    return Found(known, match.end()) if match is not None and known is not None else None


def slashed(place: Place) -> Found | None:
    """``s/d``, ``a/n``."""
    match = place.match(_SLASHED)
    known = place.lang.slashed.get(match[1].lower()) if match is not None else None
    return Found(known, match.end()) if match is not None and known is not None else None


def site(place: Place) -> Found | None:
    """An address of the net: its words and marks; what stands before and behind them is not said."""
    match = place.match(_SITE) or place.match(_LINK)
    if match is None:
        return None
    marks = {"@": place.lang.words["at_sign"], ".": place.lang.words["dot"], "-": ""}
    said = [marks.get(one) if one in marks else _piece(one, place.lang) for one in _PIECES.findall(match[1])]
    return Found(" ".join(one for one in said if one), match.end())


def _piece(one: str, lang: Spoken) -> str:
    return digits(one, lang.lang) if one.isdigit() else _part(one, lang)


def twice(place: Place) -> Found | None:
    """``anak2``, ``rumah2nya``."""
    match = place.match(_TWICE) if place.lang.lang == "id" else None
    return Found(f"{match[1]}-{match[1].lower()}{match[2] or ''}", match.end()) if match is not None else None


def roman(place: Place) -> Found | None:
    """``IV``; a single letter, or small ones, only where a number of that kind is expected."""
    match = place.match(_ROMAN)
    if match is None or not _ROMAN_FORM.fullmatch(match[0].upper()):
        return None
    before = place.before
    expected = place.lang.follows("roman", before, 2 if _after_letter(place) else 1)
    if match[0].isupper():
        expected = expected or place.lang.follows("street", before, 3)
    if _LETTER_BEHIND.match(place.text, match.end()) or _is_initial(place, match):
        expected = False
    if not expected and (len(match[0]) == 1 or match[0].islower()):
        return None
    values = [_VALUE[one] for one in match[0].upper()]
    total = sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))
    return Found(cardinal(total, place.lang.lang), match.end(), True)


def _is_initial(place: Place, match: re.Match[str]) -> bool:
    """``D.I. Panjaitan`` in a second reading: a letter behind a letter, and a name behind it."""
    alone = len(match[0]) == 1 and _after_letter(place) and not place.after("r t", "r w")
    return alone and _NAME_BEHIND.match(place.text, match.end()) is not None


def word(place: Place) -> Found | None:
    """Any other word, as it is written; or its letters."""
    match = place.match(_WORD)
    if match is None:
        return None
    if (own := place.match(_OWN_STOP)) is not None:
        return Found(_part(own[0], place.lang), own.end() + 1)
    if (own := place.match(_OF_A_NAME)) is not None and place.lang.follows("street", place.before, 1):
        return Found(" ".join(own[1]), own.end())
    written = match[0] if place.lang.lang == "en" else match[0].replace("'", "")
    parts = [_part(part, place.lang) for part in written.split("-")]
    mark = "-" if all(" " not in part and len(part) > 1 for part in parts) else " "
    return Found(mark.join(parts), match.end())


def _part(part: str, lang: Spoken) -> str:
    upper, low = part.upper(), part.lower()
    if len(part) == 1:
        return part
    if part == upper and upper in lang.said:
        return lang.said[upper]
    if part == upper and upper in lang.read:
        return low
    if upper in lang.spelt and (part == upper or (lang.lang != "en" and not _sayable(low, lang))):
        return " ".join(upper)
    if _letters(part, low, lang):
        return " ".join(upper)
    return low if part == upper else part


def _letters(part: str, low: str, lang: Spoken) -> bool:
    """Whether an unknown word is read letter by letter."""
    short = len(part) <= LONGEST_LETTERS
    if not any(one in ("aiueoy" if lang.lang == "en" else "aiueo") for one in low):
        return short or part.isupper()
    return short and part.isupper() and (len(part) == 2 or not _sayable(low, lang)) and lang.lang == "id"


def _sayable(low: str, lang: Spoken) -> bool:
    return lang.lang != "en" and _SAYABLE.fullmatch(low) is not None
