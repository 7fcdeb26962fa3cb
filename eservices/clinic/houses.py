"""Which clinic somebody means, and which are near. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.city_clinics import Clinic
from gateway.store.people import Resident

if TYPE_CHECKING:
    from config.city import City


class Houses:
    """The clinics of one city."""

    def __init__(self, city: City) -> None:
        self._city = city
        self._all = tuple(city.clinics.clinics.values())

    def services(self) -> tuple[str, ...]:
        """Every service that somebody is seen for: those for which nobody needs a referral first."""
        free = [one for house in self._all if not house.referral for one in house.services]
        others = [one for house in self._all for one in house.services]
        offered = set(others)
        order = [one for one in self._city.clinics.services if one in offered]
        return tuple(dict.fromkeys([*(one for one in order if one in free), *order]))

    def without_referral(self) -> int:
        """How many of ``services`` need none."""
        return len({one for house in self._all if not house.referral for one in house.services})

    def offers(self, clinic: str, service: str) -> bool:
        """Whether that clinic has that service."""
        house = self._city.clinics.clinics.get(clinic)
        return house is not None and service in house.services

    def needs_referral(self, clinic: str) -> bool:
        """Whether it asks for a referral's number."""
        house = self._city.clinics.clinics.get(clinic)
        return house is not None and house.referral

    def near(self, service: str, area: str) -> tuple[str, ...]:
        """The clinics with that service: those that need no referral first, each group by its distance from the
        kelurahan (a code; empty: in the order of the pack)."""
        having = [house for house in self._all if not service or service in house.services]
        return tuple(house.id for house in sorted(having, key=lambda house: (house.referral, self._far(house, area))))

    def usual(self, service: str, resident: Resident | None) -> str:
        """The one where somebody goes without saying so: the only one, or the nearest to the registered kelurahan."""
        near = self.near(service, resident.kelurahan if resident is not None else "")
        if len(near) == 1 or (near and resident is not None):
            return near[0]
        return ""

    def _far(self, house: Clinic, area: str) -> float:
        here, there = self._city.areas.get(area), self._city.areas.get(house.kelurahan)
        if here is None or there is None:
            return 0.0
        return self._city.distance_m((here.lat, here.lon), (there.lat, there.lon))
