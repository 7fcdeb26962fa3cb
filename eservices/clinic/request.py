"""What somebody wishes of a clinic, in their own words ("dftr dokter gigi utk ibu saya siti bsk pagi"). Pure.

Nothing of what ails them is kept: what is not listed in ``Request`` is forgotten with the letter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from config.times import times_of
from eservices.clinic.lexicon import LEAST_SLIP, MARKS, Letter, lexicon_of
from gateway.nik import find_nik
from gateway.number import normal
from gateway.numerals import numeral
from gateway.person import fault_of_name, tidy_name
from gateway.when import When, when
from gateway.words import fold

if TYPE_CHECKING:
    from config.city import City

OLD = 60  # years from which one is lansia (UU 13/1998, 1)
MOST_NAME = 4  # words of a name
LONGEST_REFERRAL = 24  # characters; a referral of BPJS has 19
_FIELDS = re.compile(r"[#*|\n\r]+")
_ON_BEHALF = re.compile(r"\ba\s?[./]\s?n\b\.?")  # "a.n Siti"
_PHONE = re.compile(r"(?<![\w/+-])(?:\+?62|0)[\s.-]?8\d(?:[\s.-]?\d){6,10}(?!\w)")
_REFERRAL = re.compile(
    r"\b(?=[a-z0-9/-]*[a-z])(?=[a-z0-9/-]*\d{3})[a-z0-9][a-z0-9/-]{10,23}\b|\b\d{3,9}[/-][a-z0-9/-]+\b"
)
_NUMBER = re.compile(r"[a-z0-9][a-z0-9/.-]{3,23}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """``services``, ``clinics``: ids that may be meant (one: it is that; none: nothing was said). ``area``: the
    kelurahan whose clinic was named, where it has none of its own. ``other``: it is for somebody else; ``own``: for
    oneself, in words; ``name``: of whom, as it is kept (empty: not said). ``phone``: the other's (E.164). ``nik``: 16
    digits of that form. ``priority``: old, pregnant or disabled. ``wants``: it says so in words; ``doctor``: names one;
    ``not_one``: it speaks of clinics otherwise."""

    services: frozenset[str] = frozenset()
    clinics: frozenset[str] = frozenset()
    area: str = ""
    when: When = field(default_factory=When)
    other: bool = False
    own: bool = False
    name: str = ""
    phone: str = ""
    nik: str = ""
    referral: str = ""
    priority: bool = False
    wants: bool = False
    doctor: bool = False
    not_one: bool = False
    words: int = 0


class Requests:
    """Reads the wishes of one city."""

    def __init__(self, city: City) -> None:
        self._times = times_of(city.languages)
        self._city, self._lexicon = city, lexicon_of(city)
        self._hospitals = frozenset(one.id for one in city.clinics.clinics.values() if one.kind == "hospital")

    def read(self, text: str, at: datetime) -> Request:
        """The wish; ``at``: the instant it was said."""
        fielded = bool(_FIELDS.search(text))
        text, referral, phone, nik = self._without_numbers(text)
        letter = Letter(text, self._lexicon)
        said = when(text, at.astimezone(self._city.timezone), self._times)
        self._mark(letter, said)
        old = self._age(letter)
        own, other, name = self._whom(letter)
        clinics, area = self._clinic(letter)
        clinics = clinics or (self._in_field(letter) if fielded else frozenset())
        services = self._service(letter)
        if fielded and not name:
            name = self._left_over(letter)
        return Request(
            services=services,
            clinics=clinics,
            area=area,
            when=said,
            other=other or bool(phone),
            own=own and not other,
            name=name,
            phone=phone,
            nik=nik,
            referral=referral,
            priority=old or letter.has("queue_first"),
            wants=letter.has("queue_want"),
            doctor=letter.has("queue_doctor") or letter.has("queue_house"),
            not_one=letter.has("queue_not"),
            words=len([one for one in letter.tokens if one.text not in MARKS]),
        )

    def concerns(self, text: str) -> bool:
        """Whether a doctor, a house or a service is named at all: quicker than ``read``, which finds neither in a text
        that this refuses (what it understands first only leaves fewer words for a service)."""
        letter = Letter(self._without_numbers(text)[0], self._lexicon)
        return letter.has("queue_doctor") or letter.has("queue_house") or bool(self._service(letter))

    # -- numbers

    def _without_numbers(self, text: str) -> tuple[str, str, str, str]:
        """The folded text, and what was taken out of it: a referral, a telephone number, a NIK."""
        text = _ON_BEHALF.sub("an ", _FIELDS.sub(" , ", fold(text)))
        text, referral = self._without_referral(self._lexicon.apart(text))
        text, phone = _without_phone(text)
        card = find_nik(text)
        return card.rest, referral, phone, card.nik

    def _without_referral(self, text: str) -> tuple[str, str]:
        for word in sorted(self._lexicon.words("queue_referral"), key=len, reverse=True):
            found = re.search(rf"\b{re.escape(word)}\b(?:\s+(?:no|nomor|nmr))?[\s.:,=-]*", text)
            number = _NUMBER.match(text, found.end()) if found else None
            if found is not None and number is not None and any(char.isdigit() for char in number[0]):
                return text[: found.start()] + " , " + text[number.end() :], number[0].upper()
        found = _REFERRAL.search(text)
        if found is None or re.fullmatch(r"[\d/-]+", found[0]):
            return text, ""
        return text[: found.start()] + " , " + text[found.end() :], found[0].upper()[:LONGEST_REFERRAL]

    def _mark(self, letter: Letter, said: When) -> None:
        for begin, end in said.span:
            for place, token in enumerate(letter.tokens):
                if token.start >= begin and token.end <= end:
                    letter.use(place, place + 1)

    def _age(self, letter: Letter) -> bool:
        """Whether an age of lansia was said; its tokens are understood either way."""
        old = False
        for at in range(len(letter.tokens)):
            headed = letter.is_one("queue_age", at)
            found = numeral(letter.tokens, at + headed, self._times)
            if found is None or found.whole is None:
                continue
            years, months = letter.is_one("queue_years", found.end), letter.is_one("queue_months", found.end)
            if (headed or years or months) and 0 <= found.whole <= 120:
                letter.use(at, found.end + (years or months))
                old = old or (not months and found.whole >= OLD)
        return old

    # -- for whom

    def _whom(self, letter: Letter) -> tuple[bool, bool, str]:
        """For oneself in words, for another, and the name."""
        own = other = False
        name = ""
        for at in range(len(letter.tokens)):
            end = letter.end_of("queue_named", at)
            if end is not None and not name and letter.unused(at, end):
                name, other = self._named(letter, at, end), True
            end = letter.end_of("queue_for", at)
            kin = letter.end_of("queue_kin", end if end is not None else at)
            if kin is not None and (end is not None or letter.is_one("queue_mine", kin)) and at not in letter.used:
                kin = self._more_kin(letter, kin)
                other, name = True, name or self._named(letter, at, kin)
                letter.use(at, kin)
            elif end is not None and letter.end_of("queue_self", end) is not None:
                own = True
                letter.use(at, letter.end_of("queue_self", end) or end)
            elif end is not None and not name and letter.unused(at, end):
                name = self._named(letter, at, end)
                other = other or bool(name)
        return own, other, name

    def _more_kin(self, letter: Letter, at: int) -> int:
        """``ibu mertua saya``, ``anak sy yang bernama``."""
        while letter.is_one("queue_mine", at) or letter.is_one("queue_kin", at) or letter.text(at) in ("yg", "yang"):
            at += 1
        return letter.end_of("queue_named", at) or at

    def _named(self, letter: Letter, begin: int, at: int) -> str:
        """The name that begins there; "" where none does."""
        while letter.text(at) in (":", "."):
            at += 1
        here = at
        while here < len(letter.tokens) and here - at < MOST_NAME and self._of_name(letter, here):
            here += 1
        name = tidy_name(letter.phrase(at, here - at)).title()
        if not name or fault_of_name(name):
            return ""
        letter.use(begin, here)
        return name

    def _of_name(self, letter: Letter, at: int) -> bool:
        word = letter.text(at)
        if at in letter.used or not word.isalpha() or letter.is_one("queue_stops", at):
            return False
        return letter.named(at, self._lexicon.services) is None and not letter.is_one("queue_for", at)

    def _left_over(self, letter: Letter) -> str:
        """Of a letter in fields, the one field in which nothing else was understood."""
        fields: list[list[int]] = [[]]
        for at in range(len(letter.tokens)):
            if letter.text(at) == ",":
                fields.append([])
            else:
                fields[-1].append(at)
        for one in fields:
            words = [letter.text(at) for at in one]
            known = any(at in letter.used or letter.is_one("queue_heads", at) for at in one)
            if one and not known and len(one) <= MOST_NAME and all(word.isalpha() for word in words):
                name = tidy_name(" ".join(words)).title()
                if not fault_of_name(name):
                    return name
        return ""

    # -- where and what

    def _clinic(self, letter: Letter) -> tuple[frozenset[str], str]:
        for at in range(len(letter.tokens)):
            if found := letter.named(at, self._lexicon.clinics):
                letter.use(at, found[1])
                return found[0], ""
        for at in range(len(letter.tokens)):
            house = letter.end_of("queue_house", at)
            if house is None:
                continue
            named = letter.named(house, self._lexicon.bare)
            near = letter.nearly(house, self._lexicon.bare) if named is None else None
            if named is not None or near is not None:
                letter.use(at, named[1] if named else house + 1)
                return (named[0] if named else near or frozenset()), ""
            if area := letter.named(house, self._lexicon.areas):
                letter.use(at, area[1])
                return frozenset(), min(area[0]) if len(area[0]) == 1 else ""
            if letter.end_of("queue_hospital", at) is not None and self._hospitals:
                letter.use(at, house)
                return self._hospitals, ""
        return self._in_place(letter), ""

    def _in_place(self, letter: Letter) -> frozenset[str]:
        """``di rambung``, ``ke tanah tinggi``: a clinic of that name without the word for one."""
        for at in range(1, len(letter.tokens)):
            if letter.text(at - 1) in ("di", "ke", "d"):
                named = letter.named(at, self._lexicon.bare)
                if named is not None:
                    letter.use(at - 1, named[1])
                    return named[0]
        return frozenset()

    def _in_field(self, letter: Letter) -> frozenset[str]:
        """``…#rambung#…``: a field that is a clinic's name."""
        for at in range(1, len(letter.tokens)):
            named = letter.named(at, self._lexicon.bare) if letter.text(at - 1) == "," else None
            if named is not None and letter.text(named[1]) in (",", ""):
                letter.use(at, named[1])
                return named[0]
        return frozenset()

    def _service(self, letter: Letter) -> frozenset[str]:
        """A service that is named, and not as somebody's child or mother; then one that is nearly so."""
        for at in range(len(letter.tokens)):
            found = letter.named(at, self._lexicon.services)
            if found is None or self._is_kin(letter, at, found[1]):
                continue
            letter.use(at, found[1])
            return found[0]
        for at in range(len(letter.tokens)):
            common = any(letter.is_one(f"queue_{name}", at) for name in ("stops", "want", "doctor", "kin", "house"))
            least = LEAST_SLIP - 1 if letter.is_one("queue_doctor", at - 1) else LEAST_SLIP
            near = None if common else letter.nearly(at, self._lexicon.services, least)
            if near is not None:
                letter.use(at, at + 1)
                return near
        return frozenset()

    def _is_kin(self, letter: Letter, begin: int, end: int) -> bool:
        if letter.is_one("queue_doctor", begin - 1) or end - begin > 1:
            return False
        kin = letter.is_one("queue_kin", begin)
        return kin and (letter.is_one("queue_for", begin - 1) or letter.is_one("queue_mine", end))


def _without_phone(text: str) -> tuple[str, str]:
    for found in _PHONE.finditer(text):
        number = normal(found[0].strip())
        if number is not None:
            return text[: found.start()] + " , " + text[found.end() :], number
    return text, ""
