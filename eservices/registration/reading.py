"""Who somebody says to be and where to live: name, kelurahan, address, NIK, phone, in any order. Pure.

The kelurahan is found by its name, the street by its head ("jl", "gg", "lk") or its number; what is left is the name.
Where that cannot be told, the field stays empty and is asked about: a wrong place is worse than a question.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from config.language import language_of
from eservices.registration.areas import AreaNames, Span
from eservices.registration.parting import parted, phone_in
from gateway.asking import tidy
from gateway.lingkungan import lingkungan_number
from gateway.nik import find_nik
from gateway.person import fault_of_name, tidy_name
from gateway.words import fold, plain

if TYPE_CHECKING:
    from config.city import City

_TOKEN = re.compile(r"[^\W_]+(?:['`’][^\W_]+)*")
_TRIM = " .,;:#*|/_-<>()[]{}\"'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What was understood; empty: not said, or not sure. ``candidates``: codes of kelurahan it may be. ``nik``: its
    digits, to be hashed at once; ``nik_wrong``: something was meant for one. ``phone``: another's number. ``kin``: it
    is said of somebody else."""

    name: str = ""
    area: str = ""
    candidates: tuple[str, ...] = ()
    street: str = ""
    nik: str = ""
    nik_wrong: bool = False
    phone: str = ""
    kin: bool = False


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int


class SaidReader:
    """Reads for one city; built once."""

    def __init__(self, city: City) -> None:
        language = language_of(city)
        address, self._asking = language.address, language.question | language.service
        self._areas = AreaNames(city)
        self._street = address.street | address.lane
        self._ward, self._number = address.ward, address.number | {"rt", "rw"}
        heads = self._street | self._ward | self._number | address.area | address.district
        self._abbreviations = heads | {"hj", "drs", "ir", "dr", "st", "muh", "alm", "ibu", "bpk", "bu", "pak"}
        labels = city.words.get("reg_label", ())
        without = (f"{no} {one}" for no in city.words.get("reg_no_phone", ()) for one in labels)
        self._labels = sorted((tuple(one.split()) for one in (*labels, *without)), key=len, reverse=True)
        heads_of_fields = "|".join(sorted(map(re.escape, labels), key=len, reverse=True))
        self._labelled = re.compile(rf"\b(?:{heads_of_fields})\s*[:=]", re.IGNORECASE)
        self._for = frozenset(city.words.get("reg_for", ()))
        self._kin = frozenset(city.words.get("reg_kin", ()))
        self._my = frozenset(city.words.get("reg_my", ()))

    def read(self, text: str, own: str = "") -> Said:
        """``own``: the number it came from, which is no other's."""
        found = find_nik(unicodedata.normalize("NFKC", text))  # full-width letters of some keyboards
        phone, rest = phone_in(found.rest, own)
        rest, kin = self._without_kin(rest)
        rest = self._labelled.sub("#", rest)  # "nama: siti alamat: jl labu 5" has no other marks
        fields = [self._unlabelled(field) for field in parted(rest, self._abbreviations)]
        fields = [field for field in fields if field]
        said = self._of_one(fields[0]) if len(fields) == 1 else self._of_many(fields)
        name = "" if fault_of_name(said.name) else tidy_name(said.name)
        street = tidy(said.street).strip(_TRIM)
        return replace(
            said, name=name, street=street, nik=found.nik, nik_wrong=found.wrong, phone=phone, kin=kin or bool(phone)
        )

    def has_fields(self, text: str) -> bool:
        """Whether an answer to one question is more than that: several fields, or a street beside a name."""
        tokens = _tokens(text)
        heads = [at for at, token in enumerate(tokens) if token.text in self._street and at]
        return len(parted(find_nik(text).rest, self._abbreviations)) > 1 or bool(heads)

    def asks(self, text: str) -> bool:
        """Whether it has a word of a question or of another service in it: rather no name."""
        return any(token.text in self._asking for token in _tokens(text))

    def lingkungan(self, street: str) -> str:
        """Its number in an address: ``Jl. Kentang 7 Lk. III`` is "3"."""
        tokens = [fold(one) for one in _TOKEN.findall(street)]
        for token, after in zip(tokens, (*tokens[1:], ""), strict=False):
            if token in self._ward and (number := lingkungan_number(after)):
                return number
            glued = [token[len(head) :] for head in self._ward if token.startswith(head)]
            if numbers := [number for one in glued if (number := lingkungan_number(one))]:
                return numbers[0]
        return ""

    # -- several fields

    def _of_many(self, fields: list[str]) -> Said:
        names: list[str] = []
        streets: list[str] = []
        areas: list[tuple[int, Span, str]] = []
        for at, field in enumerate(fields):
            span = self._areas.whole(field)
            if span is not None:
                areas.append((at, span, field))
            elif self._areas.district(field):
                continue
            elif self._is_street(field):
                streets.append(field)
            else:
                names.append(field)
        area, others = self._chosen(areas, bool(names), bool(streets))
        if others and not names:
            names.append(others.pop(0))
        streets = [*streets, *others]
        said = Said(name=names[0] if names else "", area=area.code if area else "")
        said = replace(said, candidates=area.candidates if area else ())
        rest = [*names[1:], *streets] if not streets else [*streets, *names[1:]]
        said = replace(said, street=", ".join(rest))
        return self._area_inside(said) if area is None else said

    def _chosen(self, areas: list[tuple[int, Span, str]], named: bool, lives: bool) -> tuple[Span | None, list[str]]:
        """The field that is the kelurahan, and the others that only look like one ("Kartini" is also a name)."""
        if not areas:
            return None, []
        if len(areas) == 1 and not named and areas[0][0] == 0 and not areas[0][1].headed and not lives:
            return None, [areas[0][2]]
        headed = [one for one in areas if one[1].headed]
        rest = areas if named or len(areas) == 1 else areas[1:]
        best = headed[0] if headed else rest[0]
        return best[1], [field for at, _, field in areas if at != best[0]]

    def _area_inside(self, said: Said) -> Said:
        """The kelurahan at the end of another field: ``siti#jl kentang 7 paya roba``."""
        inner = self._of_one(said.street) if said.street else Said()
        if inner.area or inner.candidates:
            street = ", ".join(part for part in (inner.street, inner.name) if part)
            return replace(said, area=inner.area, candidates=inner.candidates, street=street)
        inner = self._of_one(said.name) if said.name else Said()
        if (inner.area or inner.candidates) and inner.name:
            return replace(said, area=inner.area, candidates=inner.candidates, name=inner.name)
        return said

    def _is_street(self, field: str) -> bool:
        tokens = _tokens(field)
        first = tokens[0].text if tokens else ""
        return first in self._street | self._ward | self._number or any(char.isdigit() for char in field)

    # -- one field, parted by nothing but blanks

    def _of_one(self, field: str) -> Said:
        tokens = _tokens(field)
        head = next((at for at, one in enumerate(tokens[:-1]) if self._begins_street(tokens, at)), None)
        span = self._areas.inside([one.text for one in tokens], self._street)
        if span is not None and head is None and span.start == 0 and not span.headed and span.end == 1:
            span = None  # "Kartini Nasution": a name
        if span is not None and span.start == 0 and not span.headed and span.end == 1 and head == 1:
            span = None  # "kartini jl labu 5"
        cut = [one for one in (span.start if span else None, head) if one is not None]
        if not cut:
            return self._without_area(field, tokens)
        name = field[: tokens[min(cut)].start] if min(cut) else ""
        if span is not None and not min(cut) and head is not None and head > span.end:
            name = field[tokens[span.end].start : tokens[head].start]  # "paya roba siti aminah jl kentang 7"
            return self._said(name, field[tokens[head].start :], span)
        if span is None:
            return Said(name=name, street=self._bare(field[tokens[head or 0].start :]))
        before = field[tokens[head].start : tokens[span.start].start] if head is not None and head < span.start else ""
        after = field[tokens[span.end].start :] if span.end < len(tokens) else ""
        return self._said(name, f"{before} {after}", span)

    def _said(self, name: str, street: str, span: Span) -> Said:
        return Said(name=name, area=span.code, candidates=span.candidates, street=self._bare(street))

    def _without_area(self, field: str, tokens: list[_Token]) -> Said:
        """No kelurahan and no street's head: a name, unless it has a number."""
        if any(char.isdigit() for char in field):
            return Said(street=field) if tokens and len(tokens) <= 3 else Said()
        return Said(name=field)

    def _begins_street(self, tokens: list[_Token], at: int) -> bool:
        text = tokens[at].text
        return text in self._street or (text in self._ward and bool(lingkungan_number(tokens[at + 1].text)))

    def _bare(self, street: str) -> str:
        """Without the kecamatan and the city after it."""
        tokens = _tokens(street)
        end = self._areas.before_district([one.text for one in tokens])
        return street if end >= len(tokens) else street[: tokens[end].start] if end else ""

    # -- words that are no field

    def _without_kin(self, text: str) -> tuple[str, bool]:
        """Without "untuk ibu saya", and whether that stood there."""
        tokens = _tokens(text)
        texts = [one.text for one in tokens]
        for at in range(len(tokens)):
            start = at
            has_for = texts[at] in self._for
            at += has_for
            many = next((n for n in (2, 1) if " ".join(texts[at : at + n]) in self._kin and len(texts) >= at + n), 0)
            at += many
            has_my = many > 0 and at < len(texts) and texts[at] in self._my
            if many and (has_for or has_my):
                end = tokens[at - (0 if has_my else 1)].end
                return f"{text[: tokens[start].start]} {text[end:]}".strip(), True
        return text, False

    def _unlabelled(self, field: str) -> str:
        """Without "nama:", "alamat", "nik" and the like around it."""
        for _ in range(3):
            tokens = _tokens(field)
            texts = tuple(one.text for one in tokens)
            label = next((one for one in self._labels if texts[: len(one)] == one), None)
            tail = next((one for one in self._labels if texts[-len(one) :] == one and len(texts) > len(one)), None)
            if label is not None:
                field = field[tokens[len(label) - 1].end :].strip(_TRIM)
            elif tail is not None:
                field = field[: tokens[-len(tail)].start].strip(_TRIM)
            else:
                return field
        return field


def _tokens(text: str) -> list[_Token]:
    return [_Token(plain(fold(one[0])), one.start(), one.end()) for one in _TOKEN.finditer(text)]
