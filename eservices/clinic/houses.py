"""Which clinic somebody means, and which are near. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from config.city_clinics import Clinic
from config.geometry import distance_m
from eservices.clinic.schedule import sessions_on
from gateway.store.people import Resident

if TYPE_CHECKING:
    from config.city import City


LEAST_LEFT = timedelta(minutes=30)  # of a session that has begun: who books later would come to a closed door


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

    def seeing(self, service: str, area: str, day: date, at: datetime) -> tuple[str, ...]:
        """Those of ``near`` that see people for it on that day, by the pack, and not only for some minutes more."""
        there = sessions_on(self._city, day, service=service)
        open_ = {one.clinic for one in there if one.until - at >= LEAST_LEFT}
        return tuple(one for one in self.near(service, area) if one in open_)

    def nearest(self, service: str, area: str, day: date | None, at: datetime) -> str:
        """Where somebody goes: the nearest, or the next that sees people on that day; "" where nobody has that
        service. Nobody is sent where a referral is needed for being open."""
        near = self.near(service, area)
        seeing: Sequence[str] = self.seeing(service, area, day, at) if day is not None else ()
        free = [one for one in seeing if not self.needs_referral(one)]
        return next(iter([*free, *near]), "")

    def usual(self, service: str, resident: Resident | None, day: date | None, at: datetime) -> str:
        """The one where somebody goes without saying so: the only one, or the nearest to the registered kelurahan that
        sees people on the day that was said (None: none was)."""
        if len(self.near(service, "")) == 1 or resident is not None:
            return self.nearest(service, resident.kelurahan if resident is not None else "", day, at)
        return ""

    def _far(self, house: Clinic, area: str) -> float:
        here, there = self._city.areas.get(area), self._city.areas.get(house.kelurahan)
        if here is None or there is None:
            return 0.0
        return distance_m((here.lat, here.lon), (there.lat, there.lon))
