"""What led the program to a kind and a place, as data: the sentences of ``dispatch.reading`` and ``dispatch.locate``
are written for the command line; a page says each in its visitor's language by its key."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from dispatch.place_names import NameKind
from dispatch.signs import Signs

SIGNS = tuple(one.name for one in fields(Signs))

_SPOT = r"(?P<how>[A-Za-z .!@'\"/:_-]+?) (?P<spot>-?[\d.e+-]+, -?[\d.e+-]+)"
_FORMS = (
    ("aml", "AML"),
    ("aml_empty", "AML without a position"),
    ("plus_code", "a plus code, which is not read here"),
    ("link", "a map link that only opens on the internet"),
    ("spot_absurd", _SPOT + ": no place on earth that could be meant"),
    ("spot_turned", _SPOT + ", the wrong way round"),
    ("spot_outside", _SPOT + ": outside the city"),
    ("spot", _SPOT),
    ("within", r"within (?P<metres>[\d.e+]+) m"),
    ("confidence", r"confidence (?P<percent>\d+) %"),
    ("future", "taken in the future: its time is not believed"),
    ("old", r"taken (?P<minutes>\d+) min ago"),
    ("words_believed", "and the words name a kelurahan: the words are believed"),
    ("another", "the words name another kelurahan"),
    ("chosen", "chosen: (?P<name>.+)"),
    ("home_of_several", r"(?P<name>.+): the registered address is one of (?P<count>\d+)"),
    ("border", "(?P<name>.+), and a kecamatan beyond the border: either"),
    ("not_in_district", "(?P<name>.+) is not in the kecamatan that was named"),
    ("home", "the registered address"),
    ("home_elsewhere", "the registered address, said to be elsewhere"),
    ("home_near", "the registered address, said to be near it"),
    ("home_there", "the registered address, said to be there"),
    ("ward", r"lingkungan (?P<number>\d+)"),
    ("unlisted", "street '(?P<words>.+)', not in the list"),
    ("position", "a phone's own position"),
    ("vehicle_lost", r"vehicle (?P<number>.+): where it is is not known"),
    ("vehicle_words", r"vehicle (?P<number>.+): the words are believed before its fix"),
    ("vehicle", r"vehicle seen (?P<seconds>\d+) s ago: (?P<seen>.+)"),
    ("cancel", "cancel"),
    ("number", "a number"),
    ("code", r"code (?P<number>\d+)"),
    ("beyond", "beyond the city"),
    ("bare_cry", "a bare cry"),
    ("quiet", "quiet, and no word of emergency"),
    ("urgent", "urgent, and no word of emergency"),
    ("emoji", "a sign, and no word"),
    ("ominous", "ominous words"),
    ("uneasy", "an uneasy word"),
    ("cry_aside", "a cry in other words"),
    ("cry", "a cry, and no word of emergency"),
    ("about", "about: (?P<words>.+)"),
    ("denied", "not (?P<name>.+)"),
    (
        "name",
        rf"(?P<of>{'|'.join(NameKind)}) (?P<name>.+?)(?: \(typed '(?P<typed>.+)'\))?"
        "(?P<road>, where a road or somebody goes)?",
    ),
    ("sign", rf"(?P<of>{'|'.join(name.replace('_', ' ') for name in SIGNS)}): (?P<words>.+)"),
    ("scene", "scene (?P<kind>[a-z_]+): (?P<words>.+)"),
    ("word", r"(?P<kind>[a-z_]+): (?P<words>.+?)(?: \(typed '(?P<typed>.+)'\))?"),
)
_KNOWN = tuple((key, re.compile(form)) for key, form in _FORMS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """``key``: of ``incidents.saw.…``. ``fields``: its parts. ``typed``: what stood there, if a slip was forgiven."""

    key: str
    fields: Mapping[str, str] = field(default_factory=dict)
    typed: str = ""

    @property
    def words(self) -> str:
        """The reporter's own words that it rests on, or ""."""
        return self.typed or self.fields.get("words") or self.fields.get("name", "")


def reason_of(text: str) -> Reason:
    """One sentence of ``saw`` as data; what is none of them says itself: a lane, as it was typed."""
    for key, form in _KNOWN:
        if (found := form.fullmatch(text)) is not None:
            said = {name: part for name, part in found.groupdict().items() if part is not None}
            of = f"_{said['of'].replace(' ', '_')}" if "of" in said else ""
            key = "road" if "road" in said else key
            return Reason(key=key + of, fields=said, typed=said.get("typed", ""))
    return Reason(key="words", fields={"words": text})


def reasons_of(data: Mapping[str, str], text: str) -> list[str]:
    """The sentences of a line ``read``. ``text``: ``kind: a, b``, all there is of lines that older programs wrote."""
    if "saw" in data:
        return [one for one in data["saw"].split("\n") if one]
    return [one for one in text.partition(": ")[2].split(", ") if one]
