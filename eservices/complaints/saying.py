"""How a ticket is spoken of: its labels, its place, its dates, in the words of one language. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from config.gsm7 import clip, septets, transliterate
from config.texts import WIDTHS
from eservices.complaints.ticket import Ticket

if TYPE_CHECKING:
    from config.city import City
    from config.city_offices import Office


class Saying:
    """The texts of one city. ``say`` fills a text with what is known of the ticket."""

    def __init__(self, city: City) -> None:
        self._city = city

    def say(self, lang: str, key: str, of: Ticket, /, **more: object) -> str:
        """The city's text ``key`` about that ticket; ``more`` fields win over the ticket's own."""
        fields: dict[str, object] = {
            "ticket": of.number,
            "category": self.category(lang, of),
            "office": self.office(lang, of),
            "call": self.outside(of),
            "spot": self._spot(of) or self._city.text(lang, "ticket_place_unknown"),
            "place": of.place or self._city.text(lang, "ticket_place_unknown"),
            "state": self._city.text(lang, f"ticket_state_{of.state.value}"),
            "due": self.day(lang, of.due_at),
            "when": self.when(lang, of),
            "answer": of.answer.rstrip(". "),
            "title": self._city.title,
        }
        return self._city.text(lang, key, **{**fields, **more})

    @staticmethod
    def _spot(ticket: Ticket) -> str:
        """The place, or its first part where there is no room for more."""
        whole = (septets(transliterate(ticket.place)) or 0) <= WIDTHS["spot"]
        return ticket.place if whole else ticket.place.split(",")[0]

    def category(self, lang: str, ticket: Ticket) -> str:
        """The category's label; its id where the pack has it no more."""
        found = self._city.offices.categories.get(ticket.category)
        return ticket.category if found is None else found.labels.get(lang) or next(iter(found.labels.values()))

    def office(self, lang: str, ticket: Ticket) -> str:
        """The office's short name; its id where the pack has it no more."""
        found = self._city.offices.offices.get(ticket.office)
        return ticket.office if found is None else found.labels.get(lang) or found.name

    def outside(self, ticket: Ticket) -> str:
        """Whom to call, where the office is not the city's and nobody there is written to; else empty."""
        found: Office | None = self._city.offices.offices.get(ticket.office)
        return found.call if found is not None and not found.officials else ""

    def day(self, lang: str, at: datetime) -> str:
        """``Kam 26/11``, by the city's wall clock."""
        local = at.astimezone(self._city.timezone)
        names = self._city.text(lang, "ticket_days").split()
        return f"{names[local.weekday()]} {local.day}/{local.month}"

    def hour(self, lang: str, at: datetime) -> str:
        """``Sen 23/11 08.00``."""
        local = at.astimezone(self._city.timezone)
        return f"{self.day(lang, at)} {local.hour:02d}.{local.minute:02d}"

    def when(self, lang: str, ticket: Ticket) -> str:
        """Until when it is answered, and, where it came out of hours, when it is read."""
        due = self.day(lang, ticket.due_at)
        if ticket.read_by is None:
            return self._city.text(lang, "ticket_when", due=due)
        return self._city.text(lang, "ticket_when_later", due=due, read=self.hour(lang, ticket.read_by))

    def listed(self, lang: str, tickets: list[Ticket]) -> str:
        """``104 sampah, 103 jalan rusak``: as many as there is room for, the newest first."""
        room, said = WIDTHS["tickets"], ""
        for ticket in tickets:
            state = self._city.text(lang, f"ticket_state_{ticket.state.value}").lower()
            longer = f"{said}, " if said else ""
            longer += f"{ticket.number} {clip(self.category(lang, ticket), WIDTHS['category'])} {state}"
            if (septets(longer) or room + 1) > room:
                break
            said = longer
        return said
