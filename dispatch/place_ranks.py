"""How far the words around a bare name say that it is the place: a common word is one only where they do. Pure."""

from __future__ import annotations

from dispatch.gazetteer import Clauses, Gazetteer, Mention, NameKind

LEAST_LONE_STREET = 8  # letters of a street's name that needs no "jl" after a word of place: shorter ones are fruits
LEAST_SLIPPED = 8  # letters of a name with a slip that needs no word of place
LEAST_PART = 5  # letters of a first word of several names, after a word of place
ROAD, ORIGIN, BARE, PLACED, HEADED = range(5)
"""Where a road leads or somebody flees · where somebody comes from · nothing said · "in", "near", between commas ·
called a kelurahan, a street …"""
PLACES = (NameKind.LANDMARK, NameKind.DISTRICT, NameKind.AREA, NameKind.OUTSIDE, NameKind.STREET)


class Ranks:
    """The words of one text."""

    def __init__(self, gazetteer: Gazetteer, said: Clauses) -> None:
        self.gazetteer = gazetteer
        self.address = gazetteer.language.address
        self.said = said
        self.tokens = said.words

    def word(self, at: int) -> str:
        return self.tokens[at] if 0 <= at < len(self.tokens) else ""

    def rank(self, found: Mention, last: Mention | None) -> int | None:
        """How far a bare name is to be believed; None: not at all. ``last``: the name found before it."""
        judge = {
            NameKind.AREA: self._area_rank,
            NameKind.DISTRICT: self._district_rank,
            NameKind.STREET: self._street_rank,
            NameKind.LANDMARK: self._landmark_rank,
        }
        if found.kind is NameKind.OUTSIDE:
            return self._outside_rank(found, behind=last is not None and last.end == found.begin)
        return judge[found.kind](found)

    def _going(self, begin: int) -> bool:
        """Somebody goes or flees there, or a road leads there."""
        before, first = self.word(begin - 1), self.word(begin - 2)
        if before in self.address.to:
            return first in self.address.moving or first in self.address.toward
        return before in self.address.toward

    def _placed(self, found: Mention) -> bool:
        """The words before, or the commas around, say that it is a place."""
        before = self.word(found.begin - 1)
        return before in self.address.locative or before in self.address.relation or self._clause(found)

    def _clause(self, found: Mention) -> bool:
        """The name is all there is between two commas, or in the whole text."""
        return found.begin in self.said.begins and found.end == self.said.end(found.begin)

    def ended(self, found: Mention) -> bool:
        """What follows is not more of a name."""
        if found.end in self.said.begins or found.end >= len(self.tokens):
            return True
        after = self.word(found.end)
        return after in self.gazetteer.known or after.isdigit() or after in self.gazetteer.heads

    def _area_rank(self, found: Mention) -> int | None:
        before = self.word(found.begin - 1)
        several = found.end - found.begin > 1
        placed = self._placed(found)
        other = before in self.address.other or before in self.address.institution
        if self._going(found.begin):
            return ROAD
        if any(name.part for name in found.names):
            long = len(found.names[0].squashed) >= LEAST_PART and self.ended(found)
            return (PLACED if placed else BARE) if (found.names[0].alone and not other) or (placed and long) else None
        if any(not name.alone for name in found.names):
            own = any(name.squashed == self.gazetteer.own for name in found.names)
            last = found.end == self.said.end(found.begin) and not other
            if own or found.slips or not (placed or last) or not self.ended(found):
                return None
        elif (other and not several) or (found.slips and not self._slip_believed(found, placed)):
            return None
        if before in self.address.origin:
            return ORIGIN
        return PLACED if placed else BARE

    def _slip_believed(self, found: Mention, placed: bool) -> bool:
        """A slip needs more around it the shorter the name is."""
        last = found.end == self.said.end(found.begin)
        return placed or last or sum(map(len, self.tokens[found.begin : found.end])) >= LEAST_SLIPPED

    def _district_rank(self, found: Mention) -> int | None:
        before = self.word(found.begin - 1)
        if self._going(found.begin) or before in self.address.origin or before in self.address.institution:
            return None
        return PLACED if self._placed(found) else BARE

    def _street_rank(self, found: Mention) -> int | None:
        before = self.word(found.begin - 1)
        barred = self.address.other | self.address.institution | self.address.origin
        if self._going(found.begin) or before in barred:
            return None
        placed = self._placed(found)
        letters = sum(map(len, self.tokens[found.begin : found.end]))
        if self.word(found.end) in self.address.number and found.slips == 0:
            return PLACED
        if found.end - found.begin > 1:
            return (PLACED if placed else BARE) if placed or found.slips == 0 else None
        if self._clause(found) and found.slips == 0 and len(self.said.begins) == 1:
            return PLACED  # the whole answer to "where is it?"
        long = letters >= LEAST_LONE_STREET and self.word(found.begin) not in self.gazetteer.language.ordinary
        return PLACED if placed and long and found.slips == 0 else None

    def _landmark_rank(self, found: Mention) -> int | None:
        before = self.word(found.begin - 1)
        if self._going(found.begin) or before in self.address.origin or before in self.address.to:
            return None
        placed = self._placed(found)
        several = found.end - found.begin > 1 or not self.word(found.begin).isalpha()
        return PLACED if placed else BARE if several else None

    def _outside_rank(self, found: Mention, *, behind: bool) -> int | None:
        """A bare name of a place beyond the border: the word may be another ("sudah selesai"), or a road's."""
        before, after = self.word(found.begin - 1), self.word(found.end)
        several = found.end - found.begin > 1
        barred = self.address.origin | self.address.other | self.address.institution | self.address.street
        if self._going(found.begin) or before in barred:
            return None
        if not several and self.gazetteer.own in (before, after):
            return None  # "Medan-<the city> Km 19" is a road
        ordinary = any(not name.alone for name in found.names)
        if found.slips and not several and not self.ended(found):
            return None
        if before in self.address.locative:
            return PLACED if self.ended(found) or not ordinary else None
        if several:
            return BARE if found.slips == 0 else None
        close = behind or self._clause(found) or before in self.address.relation  # behind: "jl sudirman stabat"
        return PLACED if close and not ordinary and found.slips == 0 else None
