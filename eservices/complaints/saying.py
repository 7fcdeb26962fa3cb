"""How a ticket is spoken of: its labels, its place, its dates, in the words of one language. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from config.gsm7 import ONE_SMS, clip, septets, transliterate
from config.texts import WIDTHS
from eservices.complaints.ticket import Ticket

if TYPE_CHECKING:
    from config.city import City
    from config.city_offices import Office

PLACES = ("spot", "place")
WIDENS = (*PLACES, "answer", "matter")  # fields that take what room a text has left
PLACELESS = {"ticket_status": "ticket_status_placeless", "ticket_status_over": "ticket_status_secret"}
_HOLE = "\N{SECTION SIGN}\N{SECTION SIGN}"  # of the GSM alphabet; nobody writes it


def filled(city: City, lang: str, key: str, fields: Mapping[str, object]) -> str:
    """The city's text ``key`` in one SMS: a place or people's own words get all the room that the rest leaves."""
    for name in WIDENS:
        if not _fits(str(fields.get(name, "")), WIDTHS[name]):
            text = city.text(lang, key, **{**fields, name: _HOLE})
            if many := text.count(_HOLE):
                room = ONE_SMS - (septets(text) or ONE_SMS) + many * len(_HOLE)
                return text.replace(_HOLE, _cut(name, str(fields[name]), max(room // many, WIDTHS[name])))
    return city.text(lang, key, **fields)


def _cut(name: str, value: str, width: int) -> str:
    """The value; of a place that is too long its first part, if that is all right."""
    head = value.partition(",")[0]
    short = name in PLACES and not _fits(value, width) and _fits(head, width)
    return clip(head if short else value, width)


def _fits(value: str, width: int) -> bool:
    return (septets(transliterate(value)) or 0) <= width


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
            "spot": of.place or self._city.text(lang, "ticket_place_unknown"),
            "place": of.place or self._city.text(lang, "ticket_place_unknown"),
            "state": self._city.text(lang, f"ticket_state_{of.state.value}"),
            "due": self.day(lang, of.due_at),
            "when": self.when(lang, of),
            "answer": of.answer.rstrip(". "),
            "title": self._city.title,
        }
        return filled(self._city, lang, key, {**fields, **more})

    def status(self, lang: str, key: str, of: Ticket) -> str:
        """As ``say``, without the place where the matter needs none and none was named."""
        category = self._city.offices.categories.get(of.category)
        needed = category is None or category.place_needed
        return self.say(lang, key if of.place or needed else PLACELESS.get(key, key), of)

    def category(self, lang: str, ticket: Ticket) -> str:
        """The category's label; its id where the pack has it no more."""
        found = self._city.offices.categories.get(ticket.category)
        return ticket.category if found is None else self._city.said(lang, found.labels)

    def office(self, lang: str, ticket: Ticket) -> str:
        """The office's short name; its id where the pack has it no more."""
        return self.office_of(lang, ticket.office)

    def office_of(self, lang: str, office: str) -> str:
        """The short name of the office with that id."""
        found = self._city.offices.offices.get(office)
        return office if found is None else self._city.said(lang, found.labels, found.name)

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
