"""The lists of services and clinics from which somebody chooses, short enough for one screen. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from eservices.clinic.houses import Houses
from eservices.clinic.showing import Words
from gateway.asking import label
from gateway.dialogue import Choice, State, Who

if TYPE_CHECKING:
    from config.city import City

MOST_SHOWN = 4  # clinics, or services of a menu, on one screen; more is "others"


class Lists:
    """Those of one city. ``all`` in the state: the second half, behind "others"."""

    def __init__(self, city: City) -> None:
        self._city, self._words, self._houses = city, Words(city), Houses(city)

    def services(self, state: State, who: Who) -> tuple[Choice, ...]:
        """The services, "others", and what one has already."""
        there = self.service_ids(state)
        lines = [self._words.service(who.language, one) for one in there]
        choices = self._numbered(lines, who, more="all" not in state and len(there) < len(self._all_services(state)))
        if not state.get("menu") or state.get("all"):
            return choices
        return (*choices, label(self._city, who, str(len(choices) + 1), "label_have"))

    def _all_services(self, state: State) -> Sequence[str]:
        clinic = state.get("clinic", "")
        return [one for one in self._houses.services() if not clinic or self._houses.offers(clinic, one)]

    def service_ids(self, state: State) -> Sequence[str]:
        """Those that need no referral; then, where "others" was chosen, the rest."""
        there, first = self._all_services(state), self._houses.without_referral()
        if state.get("clinic") or first == 0:
            first = len(there)
        first = min(first, MOST_SHOWN) if state.get("menu") and len(there) > MOST_SHOWN + 1 else first
        return there[first:] if state.get("all") else there[:first]

    def clinics(self, state: State, who: Who) -> tuple[Choice, ...]:
        """The clinics with the service, the nearest first."""
        shown = self.clinic_ids(state, who)
        near = self._near(state, who)
        lines = [self._words.clinic(one) for one in shown]
        return self._numbered(lines, who, more=not state.get("all") and len(shown) < len(near))

    def _near(self, state: State, who: Who) -> Sequence[str]:
        area = who.resident.kelurahan if who.resident is not None else ""
        near = self._houses.near(state["service"], area)
        if not state.get("day"):
            return near
        seeing = self._houses.seeing(state["service"], area, date.fromisoformat(state["day"]), who.at)
        return [*seeing, *(one for one in near if one not in seeing)]

    def clinic_ids(self, state: State, who: Who) -> Sequence[str]:
        """What the clinics' lines stand for."""
        near = self._near(state, who)
        if len(near) <= MOST_SHOWN + 1:
            return near
        return near[MOST_SHOWN:] if state.get("all") else near[:MOST_SHOWN]

    def _numbered(self, lines: Sequence[str], who: Who, *, more: bool) -> tuple[Choice, ...]:
        choices = tuple(Choice(key=str(n), label=line) for n, line in enumerate(lines, start=1))
        return (*choices, label(self._city, who, str(len(lines) + 1), "label_more")) if more else choices
