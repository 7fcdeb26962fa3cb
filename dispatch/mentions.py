"""All that a text says of a place: its kelurahan, kecamatan, street, lane, landmark and lingkungan. Pure. A common word
is a place only where the words around it say so."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from dispatch.gazetteer import Clauses, Gazetteer, Mention, NameKind
from dispatch.place_ranks import BARE, HEADED, PLACES, ROAD, Ranks

LONGEST_UNLISTED = 3  # words of a street or lane that the city's list does not hold
LEAST_FORENAME = 3  # letters of a word that can be a street's name by itself
BOUNDED = (NameKind.AREA, NameKind.DISTRICT, NameKind.OUTSIDE)
_ROMAN = re.compile(r"x{0,3}(?:ix|iv|v?i{0,3})")
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10}
_FIGURE_ONES = str.maketrans("l1", "ii")
_POSTCODE = re.compile(r"\d{5}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """What was found, in the order of the text. ``areas``: only those that are named with most right; ``road``:
    kelurahan to which a road leads; ``hints``: common words that are names too, and by themselves no place; ``street``,
    ``lane``: as to be shown; ``outside``: the place beyond the border that is named with most right; ``words``: the
    text as compared; ``saw``: all this in words."""

    areas: tuple[Mention, ...] = ()
    road: tuple[Mention, ...] = ()
    hints: tuple[Mention, ...] = ()
    districts: tuple[Mention, ...] = ()
    streets: tuple[Mention, ...] = ()
    landmarks: tuple[Mention, ...] = ()
    outside: Mention | None = None
    street: str | None = None
    lane: str | None = None
    ward: int | None = None
    postcodes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    saw: tuple[str, ...] = ()


def mentions(gazetteer: Gazetteer, text: str) -> Mentions:
    """Read a text from its first word to its last."""
    reader = _Reader(gazetteer, gazetteer.clauses(text))
    while reader.at < len(reader.tokens):
        reader.step()
    return reader.result()


class _Reader:
    """The words of one text, and what was found up to ``at``."""

    def __init__(self, gazetteer: Gazetteer, said: Clauses) -> None:
        self.gazetteer = gazetteer
        self.address = gazetteer.language.address
        self.ward_heads = tuple(self.address.ward)
        self.said = said
        self.ranks = Ranks(gazetteer, said)
        self.tokens = said.words
        self.at = 0
        self.found: list[Mention] = []
        self.unlisted: str | None = None
        self.unlisted_end = 0
        self.hints: list[Mention] = []
        self.lane: str | None = None
        self.ward: int | None = None
        self.saw: list[str] = []

    def word(self, at: int) -> str:
        return self.tokens[at] if 0 <= at < len(self.tokens) else ""

    def step(self) -> None:
        token = self.tokens[self.at]
        if (ward := self._ward_here(token)) is not None:
            number, used = ward
            self.ward = self.ward or number
            self.saw.append(f"lingkungan {number}")
            self.at += used
        elif token in self.gazetteer.heads:
            self.at += 1
            self._headed(token, self.gazetteer.heads[token])
        else:
            self._bare()

    def _ward_here(self, token: str) -> tuple[int, int] | None:
        """The lingkungan whose word stands here, and how many words say it: "lk 4", "LK.IV", "lk4", "lk tiga"."""
        heads = self.address.ward
        if not token.startswith(self.ward_heads):
            return None
        if token in heads:
            following, used = self.word(self.at + 1), 2
            if following in heads:  # "kepling lk 3"
                following, used = self.word(self.at + 2), 3
            numbers = self.address.numbers
            if number := numbers.get(following + self.word(self.at + used)):
                return number, used + 1
            if number := number_of(following) or numbers.get(following):
                return number, used
        glued = (number_of(token[len(head) :]) for head in heads if token.startswith(head))
        return next(((number, 1) for number in glued if number), None)

    # -- after a word that says what the name is of --------------------------------------------------------------------

    def _headed(self, head: str, kind: NameKind | None) -> None:
        """A name after a word that says what it is of. "Kec. X" that is none of the city's lies outside it."""
        if self.at >= len(self.tokens):
            return
        if kind in (None, NameKind.STREET):
            self._street(head, listed=kind is NameKind.STREET)
            return
        assert kind is not None
        if head in self.address.region and self.word(self.at) in self.address.region:
            self.at += 1
        kinds = {
            NameKind.AREA: (NameKind.AREA, NameKind.DISTRICT, NameKind.OUTSIDE),
            NameKind.DISTRICT: (NameKind.DISTRICT, NameKind.OUTSIDE),
        }.get(kind, (NameKind.OUTSIDE,))
        found = self.gazetteer.find(self.said, self.at, kinds, headed=kind is not NameKind.OUTSIDE)
        if found is not None and found.kind is NameKind.OUTSIDE and found.slips and not self.ranks.ended(found):
            found = None
        if found is not None:
            rank = BARE if kind is NameKind.OUTSIDE else HEADED  # even newspapers get the kabupaten wrong
            self._take(replace(found, rank=rank, head=head))

    def _street(self, head: str, *, listed: bool) -> None:
        found = self.gazetteer.find(self.said, self.at, (NameKind.STREET,), headed=True) if listed else None
        if found is not None:
            self._take(replace(found, rank=HEADED))
            return
        begin = self.at
        if begin in self.said.begins:
            return  # "the water is on the road, please …": a road, and not its name
        namesake = self.gazetteer.find(self.said, begin, (NameKind.AREA,), headed=False)
        if namesake is not None and namesake.exact:
            self.at = namesake.end  # a street called as a kelurahan need not be in it
        while self.at < self.said.end(begin) and self.at - begin < LONGEST_UNLISTED and not self._stops(begin):
            self.at += 1
        name = " ".join(self.tokens[begin : self.at])
        if name and listed:
            self.unlisted, self.unlisted_end = self.unlisted or name, self.at
            self.saw.append(f"street '{name}', not in the list")
        elif name:
            self.lane = self.lane or f"{head} {name}"
            self.saw.append(self.lane)

    def _stops(self, begin: int) -> bool:
        """Whether the name of an unlisted street ends before this word."""
        token = self.tokens[self.at]
        address = self.address
        if token in self.gazetteer.heads or token in address.ward or token in address.stops or token.isdigit():
            return True
        if self.at == begin:
            return False
        before = self.tokens[self.at - 1]
        if before in address.forename:
            return False
        ahead = self.gazetteer.find(self.said, self.at, BOUNDED, headed=False)
        if ahead is None or (ahead.end - ahead.begin == 1 and len(before) < LEAST_FORENAME):
            return False
        return all(name.alone and not name.part for name in ahead.names)

    # -- without one ---------------------------------------------------------------------------------------------------

    def _bare(self) -> None:
        """A name without a word before it that says what it is of."""
        found = self.gazetteer.find(self.said, self.at, PLACES, headed=False)
        last = max((one.end for one in self.found), default=0)
        behind = self.at in (last, self.unlisted_end) and self.at > 0
        rank = None if found is None else self.ranks.rank(found, behind=behind)
        if found is None or rank is None:
            if found is not None and self.ranks.hints(found):
                self.hints.append(found)
            self.at += 1
        else:
            before = self.word(found.begin - 1)
            self._take(replace(found, rank=rank, head=before if before in self.address.rural else ""))

    def _take(self, found: Mention) -> None:
        if self.ranks.denied(found.begin):
            self.saw.append(f"not {found.names[0].shown}")
            self.at = found.end
            return
        said = " ".join(self.tokens[found.begin : found.end])
        names = " / ".join(dict.fromkeys(name.shown for name in found.names))
        hint = f" (typed '{said}')" if not found.exact else ""
        road = ", where a road or somebody goes" if found.rank == ROAD else ""
        self.saw.append(f"{found.kind} {names}{hint}{road}")
        self.found.append(found)
        self.at = found.end

    # -- all of it -----------------------------------------------------------------------------------------------------

    def result(self) -> Mentions:
        """What was found; of names of one kind those with most right."""
        areas = [one for one in self._of(NameKind.AREA) if one.rank > ROAD]
        outside = self._of(NameKind.OUTSIDE)
        streets = self._of(NameKind.STREET)
        return Mentions(
            areas=_foremost(areas),
            road=tuple(one for one in self._of(NameKind.AREA) if one.rank == ROAD),
            hints=tuple(self.hints),
            districts=tuple(self._of(NameKind.DISTRICT)),
            streets=tuple(streets),
            landmarks=tuple(self._of(NameKind.LANDMARK)),
            outside=max(outside, key=lambda one: one.rank, default=None),
            street=streets[0].names[0].shown if streets else self.unlisted,
            lane=self.lane,
            ward=self.ward,
            postcodes=tuple(token for token in self.tokens if _POSTCODE.fullmatch(token)),
            words=self.tokens,
            saw=tuple(self.saw),
        )

    def _of(self, kind: NameKind) -> list[Mention]:
        return [one for one in self.found if one.kind is kind]


def _foremost(areas: list[Mention]) -> tuple[Mention, ...]:
    """Those of the highest rank; a full name goes before the first word of several."""
    whole = [one for one in areas if not any(name.part for name in one.names)] or areas
    most = max((one.rank for one in whole), default=0)
    return tuple(one for one in whole if one.rank == most)


def number_of(token: str) -> int | None:
    """A small number in Arabic or Roman figures ("lV" and "1V" are IV); None for anything else."""
    if token.isdigit() and token.isascii() and len(token) <= 2:
        return int(token) or None
    token = token.translate(_FIGURE_ONES)
    if not token or not _ROMAN.fullmatch(token):
        return None
    values = [_ROMAN_VALUES[char] for char in token]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < following else value for value, following in pairs)
