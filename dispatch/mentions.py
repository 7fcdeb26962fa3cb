"""All that a text says of a place: its kelurahan, kecamatan, street, lane and lingkungan. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dispatch.gazetteer import Gazetteer, Mention, NameKind

LONGEST_UNLISTED = 3  # words of a street that the city's list does not hold
_ROMAN = re.compile(r"x{0,3}(?:ix|iv|v?i{0,3})")
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10}
_NUMBERED = re.compile(r"([a-z]+)(\d{1,2}|[ivx]+)")
PLACES = (NameKind.DISTRICT, NameKind.AREA, NameKind.OUTSIDE, NameKind.STREET)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """``areas``, ``districts``: codes; ``streets``: places in the city's list; ``street``: as it is to be shown;
    ``ward``: number of the lingkungan; ``outright``: the kelurahan was typed without a slip, or headed as one;
    ``outside``: the name of a place beyond the border; ``saw``: all this in words."""

    areas: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    streets: tuple[str, ...] = ()
    street: str | None = None
    ward: int | None = None
    outright: bool = False
    outside: str | None = None
    saw: tuple[str, ...] = ()


def mentions(gazetteer: Gazetteer, text: str) -> Mentions:
    """Read a text from its first word to its last."""
    reader = _Reader(gazetteer, gazetteer.tokens(text))
    while reader.at < len(reader.tokens):
        reader.step()
    return reader.result()


class _Reader:
    """The words of one text, and what was found up to ``at``."""

    def __init__(self, gazetteer: Gazetteer, tokens: Sequence[str]) -> None:
        self.gazetteer = gazetteer
        self.tokens = tokens
        self.at = 0
        self.found: list[Mention] = []
        self.unlisted: str | None = None
        self.ward: int | None = None
        self.saw: list[str] = []

    def step(self) -> None:
        token = self.tokens[self.at]
        if (ward := self._ward_here(token)) is not None:
            number, used = ward
            self.ward = number
            self.saw.append(f"lingkungan {number}")
            self.at += used
        elif token in self.gazetteer.heads:
            self.at += 1
            self._headed(token, self.gazetteer.heads[token])
        else:
            self._bare()

    def _ward_here(self, token: str) -> tuple[int, int] | None:
        """The lingkungan whose word stands here, and how many words say it: "lk 4", "LK.IV", "lk4"."""
        heads = self.gazetteer.language.address.ward
        following = self.tokens[self.at + 1] if self.at + 1 < len(self.tokens) else ""
        if token in heads and (number := number_of(following)):
            return number, 2
        glued = _NUMBERED.fullmatch(token)
        if glued is not None and glued[1] in heads and (number := number_of(glued[2])):
            return number, 1
        return None

    def _headed(self, head: str, kind: NameKind | None) -> None:
        """A name after a word that says what it is of. "Kec. X" that is none of the city's lies outside it."""
        if self.at >= len(self.tokens):
            return
        if kind in (None, NameKind.STREET):
            self._street(listed=kind is NameKind.STREET)
            return
        assert kind is not None
        kinds = (kind, NameKind.DISTRICT, NameKind.OUTSIDE) if kind is NameKind.AREA else (kind, NameKind.OUTSIDE)
        found = self.gazetteer.find(self.tokens, self.at, kinds, headed=True)
        if found is not None:
            self._take(found, headed=True)

    def _street(self, *, listed: bool) -> None:
        found = self.gazetteer.find(self.tokens, self.at, (NameKind.STREET,), headed=True) if listed else None
        if found is not None:
            self._take(found, headed=True)
            return
        begin = self.at
        while self.at < len(self.tokens) and self.at - begin < LONGEST_UNLISTED and not self._stops(begin):
            self.at += 1
        name = " ".join(self.tokens[begin : self.at])
        if name and listed:
            self.unlisted = self.unlisted or name
            self.saw.append(f"street '{name}', not in the list")

    def _stops(self, begin: int) -> bool:
        """Whether the name of an unlisted street ends before this word."""
        token = self.tokens[self.at]
        address = self.gazetteer.language.address
        if token in self.gazetteer.heads or token in address.ward or token in address.stops or token.isdigit():
            return True
        if self.at == begin:
            return False
        ahead = self.gazetteer.find(
            self.tokens, self.at, (NameKind.AREA, NameKind.DISTRICT, NameKind.OUTSIDE), headed=False
        )
        return ahead is not None and not any(name.part for name in ahead.names)

    def _bare(self) -> None:
        """A name without a word before it that says what it is of."""
        found = self.gazetteer.find(self.tokens, self.at, PLACES, headed=False)
        if found is None or not self._believed(found):
            self.at += 1
        else:
            self._take(found, headed=False)

    def _believed(self, found: Mention) -> bool:
        """A bare name counts if it is no common word, or where a place is expected."""
        before = self.tokens[self.at - 1] if self.at else ""
        expected = before in self.gazetteer.language.address.locative or found.end == len(self.tokens)
        several = found.end - found.begin > 1
        if found.kind is NameKind.STREET:
            return several or (before in self.gazetteer.language.address.locative and found.slips == 0)
        if found.kind is NameKind.OUTSIDE:
            return several or before in self.gazetteer.language.address.locative
        if any(not name.alone for name in found.names):
            own_name = any(name.squashed == _squashed_city(self.gazetteer) for name in found.names)
            return expected and not own_name and not any(name.part for name in found.names) and found.slips == 0
        return True

    def _take(self, found: Mention, *, headed: bool) -> None:
        said = " ".join(self.tokens[found.begin : found.end])
        names = " / ".join(dict.fromkeys(name.shown for name in found.names))
        self.saw.append(f"{found.kind} {names}" + (f" (typed '{said}')" if found.slips else ""))
        self.found.append(
            Mention(
                kind=found.kind, begin=found.begin, end=found.end, names=found.names, slips=found.slips, headed=headed
            )
        )
        self.at = found.end

    def result(self) -> Mentions:
        """What was found, the first of its kind leading."""
        areas = self._of(NameKind.AREA)
        streets = self._of(NameKind.STREET)
        outside = self._of(NameKind.OUTSIDE)
        area = next((one for one in areas if not any(name.part for name in one.names)), areas[0] if areas else None)
        return Mentions(
            areas=area.codes if area else (),
            districts=tuple(dict.fromkeys(code for one in self._of(NameKind.DISTRICT) for code in one.codes)),
            streets=streets[0].codes if streets else (),
            street=streets[0].names[0].shown if streets else self.unlisted,
            ward=self.ward,
            outright=area is not None and (area.slips == 0 or area.headed),
            outside=outside[0].names[0].shown if outside else None,
            saw=tuple(self.saw),
        )

    def _of(self, kind: NameKind) -> list[Mention]:
        return [one for one in self.found if one.kind is kind]


def _squashed_city(gazetteer: Gazetteer) -> str:
    return "".join(gazetteer.longhand(gazetteer.city.name).split())


def number_of(token: str) -> int | None:
    """A small number in Arabic or Roman figures; None for anything else."""
    if token.isdigit() and token.isascii() and len(token) <= 2:
        return int(token) or None
    if not token or not _ROMAN.fullmatch(token):
        return None
    values = [_ROMAN_VALUES[char] for char in token]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < following else value for value, following in pairs)
