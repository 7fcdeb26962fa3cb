"""Which kelurahan all that was said leaves possible, and whether it lies outside the city. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dispatch.gazetteer import Mention
from dispatch.incident import Certainty
from dispatch.mentions import Mentions
from dispatch.place_ranks import BARE, HEADED, ORIGIN, PLACED
from gateway.words import squash

if TYPE_CHECKING:
    from config.city import City, Landmark, Street
    from config.language import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Possible:
    """``areas``: kelurahan by code, likeliest first; one: there it is, believed as ``certainty``."""

    areas: tuple[str, ...]
    certainty: Certainty = Certainty.UNKNOWN
    saw: tuple[str, ...] = ()


class Evidence:
    """Asks one city's map what mentions mean."""

    def __init__(self, city: City, address: Address) -> None:
        self._city, self._address = city, address
        self._own = squash(city.name)

    def possible(self, found: Mentions) -> Possible:
        """A kelurahan that is named goes before all; of several, and where none is named, what streets, landmarks and
        a kecamatan leave."""
        named = list(dict.fromkeys(code for one in found.areas for code in one.codes))
        streets = self._crossing([self._runs(self.street(code)) for one in found.streets for code in one.codes])
        marks = self._crossing([self._around(self.landmark(code)) for one in found.landmarks for code in one.codes])
        districts = self._of_districts({code for one in found.districts for code in one.codes})
        if named and all(one.rank <= ORIGIN for one in found.areas) and (streets or marks):
            here = streets or marks
            named = [code for code in named if code in here]  # "people of A at the street B": at the street
        if named:
            return self._of_named(found, named, (districts, streets, marks))
        hinted = [code for one in found.hints for code in one.codes]
        road = [code for one in found.road for code in one.codes]
        areas = _left(streets or marks or districts, (marks, districts, hinted))
        areas = sorted(areas, key=lambda code: code not in road)
        one = Certainty.LIKELY if len(areas) == 1 else Certainty.UNKNOWN
        return Possible(areas=self._posted(areas, found.postcodes), certainty=one)

    def _of_named(self, found: Mentions, named: list[str], others: Iterable[list[str]]) -> Possible:
        areas = _left(named, others) if len(named) > 1 else named
        districts = {code for one in found.districts for code in one.codes}
        saw: tuple[str, ...] = ()
        certainty = Certainty.UNKNOWN
        if len(areas) == 1:
            area = self._city.areas[areas[0]]
            settled = [one for one in found.areas if areas[0] in one.codes]
            exact = any(one.exact and len(one.codes) == 1 and _plain(one) for one in settled)
            certainty = Certainty.SURE if exact or any(one.rank == HEADED for one in settled) else Certainty.LIKELY
            if (districts and area.kecamatan_code not in districts) or len(named) > 1 or found.outside is not None:
                certainty = Certainty.LIKELY
            if self._foreign(found):
                certainty, saw = Certainty.UNKNOWN, (f"{area.name}, and a kecamatan beyond the border: either",)
            elif districts and area.kecamatan_code not in districts:
                saw = (f"{area.name} is not in the kecamatan that was named",)
        return Possible(areas=self._posted(areas, found.postcodes), certainty=certainty, saw=saw)

    def _foreign(self, found: Mentions) -> bool:
        """A kecamatan is named that is none of the city's, nor bears its name: people leave out "Utara"."""
        beyond = found.outside
        if beyond is None or beyond.head not in self._address.district:
            return False
        return squash("".join(beyond.names[0].words)) != self._own

    def outside(self, found: Mentions) -> bool:
        """Whether the words name a place beyond the border as the place, and none in the city with as much right."""
        beyond = found.outside
        if beyond is None:
            return False
        kecamatan = beyond.head in self._address.district
        namesake = kecamatan and not self._foreign(found)
        if not found.areas:
            if namesake:
                return not (found.streets or found.landmarks or found.districts)
            return kecamatan or not found.districts
        area = found.areas[0]
        if area.head in self._address.rural and beyond.head:
            return True  # a village of that name: the city has none
        if kecamatan:
            return not namesake and not (area.rank == HEADED and area.exact)
        return beyond.rank >= PLACED and beyond.rank > area.rank

    def street(self, code: str) -> Street:
        return self._city.streets[int(code)]

    def landmark(self, code: str) -> Landmark:
        return self._city.landmarks[int(code)]

    def _runs(self, street: Street) -> list[str]:
        """Where a street may be: the kelurahan it is known in, and all of a kecamatan of which only that is known."""
        known = {self._city.areas[code].kecamatan_code for code in street.kelurahan}
        rest = set(street.kecamatan) if street.partial else set(street.kecamatan) - known
        return list(dict.fromkeys((*street.kelurahan, *self._of_districts(rest))))

    def _around(self, landmark: Landmark) -> list[str]:
        """Where a landmark may be."""
        if landmark.kelurahan:
            return [landmark.kelurahan]
        street = next((one for one in self._city.streets if one.name == landmark.street), None)
        along = self._runs(street) if street else []
        within = self._of_districts({landmark.kecamatan} if landmark.kecamatan else set())
        return _left(along or within, (within,))

    def _of_districts(self, districts: Collection[str | None]) -> list[str]:
        return [area.code for area in self._city.areas.values() if area.kecamatan_code in districts]

    def _crossing(self, runs: Sequence[list[str]]) -> list[str]:
        """Where all of them are; all they may be in where they never meet."""
        if not runs:
            return []
        both = [code for code in runs[0] if all(code in one for one in runs)]
        return both or list(dict.fromkeys(code for one in runs for code in one))

    def _posted(self, areas: Sequence[str], postcodes: Collection[str]) -> tuple[str, ...]:
        """Those of a postcode that was given first; it decides nothing, since people print wrong ones."""
        return tuple(sorted(areas, key=lambda code: self._city.areas[code].postcode not in postcodes))


def _plain(found: Mention) -> bool:
    """Said to be a place, or a name that is no common word."""
    return found.rank >= PLACED or (found.rank == BARE and found.names[0].alone)


def _left(areas: list[str], others: Iterable[list[str]]) -> list[str]:
    """What others leave of the areas; one that leaves nothing is not heard."""
    for other in others:
        areas = [code for code in areas if code in other] or areas
    return areas
