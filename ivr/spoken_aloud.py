"""What a machine is given to say: words, and the stops between them, nothing else. Pure.

    "Kebakaran di Jl. Sudirman No. 12, RT 03/RW 05. Kode 4821."
    "Kebakaran di Jalan Sudirman nomor dua belas, R T tiga, R W lima. Kode empat delapan dua satu."

Single capitals are letters, which the machine says by their names. No figure, no sign and no markup is left: what a
person wrote can ask nothing of the machine.
"""

from __future__ import annotations

import re
import unicodedata

from ivr.spoken_codes import code, neighbours, plate
from ivr.spoken_dates import clock, day, weekday
from ivr.spoken_degrees import degree
from ivr.spoken_figures import figure, money, nth
from ivr.spoken_letters import initials, roman, short, site, slashed, twice, whole, word
from ivr.spoken_phones import dialled, telephone
from ivr.spoken_place import Found, Place, Rule
from ivr.spoken_words import Spoken, spoken_words

VERSION = "3"  # of the rules: with other words for the same text, prompts are spoken anew
LONGEST = 12_000  # characters of a text, and of its words: a quarter of an hour; nobody listens longer
REMEMBERED = 8  # words of a sentence that later ones are understood by
PASSES = 4  # over a text at most: what a first one leaves ready to be said stays as it is

RULES: tuple[Rule, ...] = (
    *(site, neighbours, day, weekday, clock, telephone, money, dialled, plate, slashed, degree, initials),
    *(nth, whole, twice, roman, code, figure, short, word),
)
"""The first that knows what is written at a place says it."""

_LIKE = str.maketrans(
    {
        **dict.fromkeys("‘’`´ʼ′", "'"),
        **dict.fromkeys("–—−‐‑‒―", "-"),
        **dict.fromkeys("•·;|\n\r\t\v\f\x85\u2028\u2029", ","),
        "×": "x",
        "⁄": "/",
        "∕": "/",
        "ß": "ss",
        "ø": "o",
        "Ø": "O",
        "æ": "ae",
        "Æ": "AE",
        "đ": "d",
        "ł": "l",
        "ı": "i",
    }
)
_PARTS = str.maketrans({"½": " 1/2", "⅓": " 1/3", "¼": " 1/4", "⅔": " 2/3", "¾": " 3/4"})
_KEPT = re.compile(r"[^0-9A-Za-z .,:?!'()/+*#@=%°&$€±-]")
_TAG = re.compile(r"</?|/?>")
_ABOUT = re.compile(r"(?<![^ (])(?:\+ ?/? ?-|±) ?(?=[0-9A-Za-z])")
_SUM = re.compile(r"[0-9]\+[0-9]")
_BETWEEN_WORDS = re.compile(r"[A-Za-z] ?/ ?[A-Za-z]")
_STOPS = ".?!"
_MARK_WORDS = {"&": "and", "%": "percent", "+": "plus"}


def version(lang: str) -> str:
    """What must be the same for the same words: the rules, and the data of the language."""
    return f"{VERSION}-{spoken_words(lang).digest}"


def spoken(text: str, lang: str) -> str:
    """The text as it is said in that language. Saying that again says the same. Never raises."""
    words, said = "", in_one_reading(text, lang)
    for _ in range(PASSES):
        if said == words:
            break
        words, said = said, _once(said, spoken_words(lang))
    return said


def in_one_reading(text: str, lang: str) -> str:
    """The same after one reading: all that a text written by a sane person needs."""
    return _once(_clean(text[:LONGEST]), spoken_words(lang))


def _clean(text: str) -> str:
    """Latin letters without accents, figures and a few marks. What is drawn (emoji) or steers (bidi, NUL) goes."""
    flat = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text.translate(_PARTS)).translate(_LIKE))
    flat = _TAG.sub(" ", flat)
    kept = (_plain(one) for one in flat.translate(_LIKE) if unicodedata.category(one) not in ("Mn", "Me", "Cf"))
    return _ABOUT.sub("±", " ".join(_KEPT.sub(" ", "".join(kept)).split()))[:LONGEST]


def _plain(one: str) -> str:
    """A figure of another script is that figure."""
    return one if one.isascii() else str(unicodedata.decimal(one, one))


def _once(text: str, lang: Spoken) -> str:
    said, at = _Said(lang), 0
    while at < len(text):
        found = _at(text, at, said)
        if found is None:
            said.stop(text, at)
            at += 1
        else:
            said.add(found, parted=text[at - 1 : at] == " ")
            at = found.end
    return said.text()


def _at(text: str, at: int, said: _Said) -> Found | None:
    """What the first rule says that knows this place."""
    if text[at] == " " or text[at] in ",.?!":
        return None
    place = Place(text=text, at=at, lang=said.lang, before=said.before())
    return next((found for rule in RULES if (found := rule(place)) is not None), None)


class _Said:
    """What has been said so far."""

    def __init__(self, lang: Spoken) -> None:
        self.lang = lang
        self._parts: list[str] = []  # words, and stops by themselves
        self._sentence: list[str] = []  # the last few words of this sentence, folded
        self._figure = False  # the last thing said was a number

    def before(self) -> str:
        return f" {' '.join(self._sentence)} "

    def add(self, found: Found, *, parted: bool) -> None:
        """Two numbers with only a blank between them stay two."""
        if self._figure and found.figure and parted:
            self._mark(",")
        self._say(found.words)
        self._figure = found.figure

    def stop(self, text: str, at: int) -> None:
        """A mark that no rule took."""
        one, next_ = text[at], text[at + 1 : at + 2]
        if one == " ":
            return
        last = text[at - 1 : at]
        figure, self._figure = self._figure, False  # whether a number stands before it
        if one in "(),:" or (one == "-" and last in (" ", "") and next_ in (" ", "")):
            self._mark(",")
        elif one in _STOPS:
            self._mark(one)
            self._sentence = []
        elif one == "±":
            self._say(self.lang.words["about"])
        elif one == "-" and figure and last.isalpha() and next_.isdigit():
            self._say(self.lang.words["to"])  # 15rb-20rb
        elif one == "/" and not figure and _BETWEEN_WORDS.search(text[max(at - 2, 0) : at + 3]):
            self._say(self.lang.words["or"])
        elif (one == "-" and last.isdigit() and next_.isdigit()) or (one == "/" and figure):
            self._mark(",")
        elif one == "=" and figure:
            self._say(self.lang.words["equals" if text[at + 1 :].lstrip()[:1].isdigit() else "meaning"])
        elif one == "+" and _SUM.match(text, max(at - 1, 0)):
            self._say(self.lang.words["plus"])
        elif one in "+-" and last in ("A", "B", "O") and self.lang.follows("pressure", self.before(), 3):
            self._say(self.lang.words["plus" if one == "+" else "negative"])  # a group of blood
        elif one == "@" and last.isalnum() and next_.isalnum():
            self._say(self.lang.words["at_sign"])
        elif one in _MARK_WORDS and next_ in (" ", "") and last == " ":
            self._say(self.lang.words[_MARK_WORDS[one]])

    def _say(self, words: str) -> None:
        for part in re.findall(r"[^ ,]+|,", words):
            if part == ",":
                self._mark(",")
            else:
                self._parts.append(part)
                self._sentence.append(part.lower())
        del self._sentence[:-REMEMBERED]

    def _mark(self, one: str) -> None:
        """Of several stops in a row the strongest; none at the beginning."""
        if self._parts and self._parts[-1] in (",", *_STOPS):
            if self._parts[-1] == ",":
                self._parts[-1] = one
        elif self._parts:
            self._parts.append(one)

    def text(self) -> str:
        """Cut after a word when it is too long; a comma at the end is none."""
        whole = re.sub(r" ([,.?!])", r"\1", " ".join(self._parts)).removesuffix(",")
        return whole if len(whole) <= LONGEST else whole[:LONGEST].rpartition(" ")[0].rstrip(",")
