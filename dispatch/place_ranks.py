"""How far the words around a bare name say that it is the place: a common word is one only where they do. Pure."""

from __future__ import annotations

from dispatch.gazetteer import Clauses, Gazetteer, Mention, NameKind
from gateway.lingkungan import ROMAN

LEAST_LONE_STREET = 8  # letters of a street's name that needs no "jl" after a word of place: shorter ones are fruits
LEAST_SLIPPED = 8  # letters of a name with a slip that needs no word of place
LEAST_RARE = 7  # letters of a common word with a slip that may be a name after a word of place
LEAST_PART = 5  # letters of a first word of several names, after a word of place
CRIED = 3  # words of a text that is a cry and a place: "kebakaran stabat"
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

    def rank(self, found: Mention, *, behind: bool) -> int | None:
        """How far a bare name is to be believed; None: not at all. ``behind``: another name ends where it begins."""
        judge = {
            NameKind.AREA: self._area_rank,
            NameKind.DISTRICT: self._district_rank,
            NameKind.STREET: self._street_rank,
            NameKind.LANDMARK: self._landmark_rank,
        }
        if self._river(found):
            return None
        if found.kind is NameKind.OUTSIDE:
            return self._outside_rank(found, behind=behind)
        return judge[found.kind](found)

    def before(self, found: Mention) -> str:
        """The word before the name, in the same clause."""
        return "" if found.begin in self.said.begins else self.word(found.begin - 1)

    def denied(self, begin: int) -> bool:
        """What is named from word ``begin`` on is said not to be the place ("not in X")."""
        words = [self.word(at) for at in range(max(0, begin - 3), begin)]
        while words and (words[-1] in self.address.locative or words[-1] in self.gazetteer.heads):
            words.pop()
        return bool(words) and words[-1] in self.address.denial

    def hints(self, found: Mention) -> bool:
        """A kelurahan that is not believed for its common name: of the places of a street it may still tell one."""
        before = self.before(found)
        barred = self.address.other | self.address.institution | self.address.origin
        own = any(name.squashed == self.gazetteer.own or name.part for name in found.names)
        return found.kind is NameKind.AREA and found.exact and not own and before not in barred

    def _river(self, found: Mention) -> bool:
        """A river, which flows through many kelurahan, and not the street or the kelurahan that is called after it."""
        named = self.word(found.begin) in self.address.river and found.kind is NameKind.STREET
        housed = self.word(found.end) in self.address.number
        return (self.before(found) in self.address.river or named) and not housed

    def _numbered(self, found: Mention) -> bool:
        """A lingkungan or a house's number follows."""
        after = self.word(found.end)
        return after in self.address.number or any(
            after == head or (after.startswith(head) and after[len(head) :].isdigit()) for head in self.address.ward
        )

    def _going(self, begin: int) -> bool:
        """Somebody goes or flees there, or a road leads there."""
        before, first = self.word(begin - 1), self.word(begin - 2)
        if before in self.address.to:
            return first in self.address.moving or first in self.address.toward
        return before in self.address.toward

    def _placed(self, found: Mention) -> bool:
        """The words before, or the commas around, say that it is a place."""
        before = self.before(found)
        near = before in self.address.locative or before in self.address.relation
        return near or self._clause(found) or self._numbered(found) or self._behind_ward(found)

    def _behind_ward(self, found: Mention) -> bool:
        """ "lk 4 damai": the number of a lingkungan stands before it."""
        before, first = self.word(found.begin - 1), self.word(found.begin - 2)
        glued = any(before.startswith(head) and before[len(head) :].isdigit() for head in self.address.ward)
        return glued or (first in self.address.ward and (before.isdigit() or before in ROMAN))

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
        before = self.before(found)
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
            known = not before or before in self.gazetteer.known
            known = known and self.word(found.begin - 2) not in self.address.institution  # a baker's, and its name
            last = found.end == self.said.end(found.begin) and known and not other
            if own or not (placed or last) or not self.ended(found):
                return None
            if found.slips and not (placed and self._rare(found)):
                return None
        elif (other and not several) or (found.slips and not self._slip_believed(found, placed)):
            return None
        if before in self.address.origin:
            return ORIGIN
        return PLACED if placed else BARE

    def _rare(self, found: Mention) -> bool:
        """Long, and no word that anybody knows."""
        typed = self.tokens[found.begin : found.end]
        return sum(map(len, typed)) >= LEAST_RARE and not self.gazetteer.language.known.issuperset(typed)

    def _slip_believed(self, found: Mention, placed: bool) -> bool:
        """A slip needs more around it the shorter the name is."""
        last = found.end == self.said.end(found.begin)
        return placed or last or sum(map(len, self.tokens[found.begin : found.end])) >= LEAST_SLIPPED

    def _district_rank(self, found: Mention) -> int | None:
        before = self.before(found)
        if self._going(found.begin) or before in self.address.origin or before in self.address.institution:
            return None
        return PLACED if self._placed(found) else BARE

    def _street_rank(self, found: Mention) -> int | None:
        before = self.before(found)
        barred = self.address.other | self.address.institution | self.address.origin
        if self._going(found.begin) or before in barred:
            return None
        placed = self._placed(found)
        letters = sum(map(len, self.tokens[found.begin : found.end]))
        if self._numbered(found) and (found.slips == 0 or found.end - found.begin > 1):
            return PLACED
        if found.end - found.begin > 1:
            return (PLACED if placed else BARE) if placed or found.slips == 0 else None
        if self._clause(found) and found.slips == 0 and len(self.said.begins) == 1:
            return PLACED  # the whole answer to "where is it?"
        long = letters >= LEAST_LONE_STREET and self.word(found.begin) not in self.gazetteer.language.ordinary
        return PLACED if placed and long and found.slips == 0 else None

    def _landmark_rank(self, found: Mention) -> int | None:
        before = self.before(found)
        if self._going(found.begin) or before in self.address.origin or before in self.address.to:
            return None
        placed = self._placed(found)
        several = found.end - found.begin > 1 or not self.word(found.begin).isalpha()
        return PLACED if placed else BARE if several else None

    def _outside_rank(self, found: Mention, *, behind: bool) -> int | None:
        """A bare name of a place beyond the border: the word may be another ("sudah selesai"), or a road's."""
        before, after = self.before(found), self.word(found.end)
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
        cried = len(self.tokens) <= CRIED and before in self.gazetteer.cries
        last = found.end == self.said.end(found.begin) and (cried or before not in self.gazetteer.known)
        last = last and self.word(found.begin) not in self.gazetteer.inside
        far = last and self.word(found.begin - 2) in self.address.locative  # "di kampung lalang medan"
        close = behind or far or before.isdigit() or self._clause(found) or before in self.address.relation
        return PLACED if (close or (cried and last)) and not ordinary and found.slips == 0 else None
