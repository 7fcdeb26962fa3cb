"""How bookings, days and hours are put into words, and the letters about them that go to phones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from eservices.calling.telling import tell as told_or_said
from eservices.clinic.asked import tell_hour
from eservices.clinic.booking import Booking, Session, session_of
from gateway.messages import Lane, Outbound
from gateway.number import subscriber
from gateway.store import Tx, put
from gateway.store.people import find

if TYPE_CHECKING:
    from config.city import City

TICKETS = ("queue_ticket", "queue_again", "queue_moved", "queue_for_you")
"""The texts that are a ticket."""


class Words:
    """The words of one city."""

    def __init__(self, city: City) -> None:
        self._city = city

    def day(self, language: str, day: date) -> str:
        """``Kam 19/11``."""
        names = self._city.text(language, "queue_days").split()
        return f"{names[day.weekday()]} {day.day}/{day.month}"

    def hour(self, at: datetime) -> str:
        """``08.30``, by the city's clock."""
        return f"{at.astimezone(self._city.timezone):%H.%M}"

    def service(self, language: str, service: str) -> str:
        """Its label; the id of one that the pack has no more."""
        one = self._city.clinics.services.get(service)
        return self._city.said(language, one.labels, service) if one is not None else service

    def clinic(self, clinic: str) -> str:
        """Its name."""
        one = self._city.clinics.clinics.get(clinic)
        return one.name if one is not None else clinic

    def of(self, language: str, clinic: str, service: str, day: date | None = None) -> Mapping[str, str]:
        """The fields that name a service, a clinic and a day."""
        fields = {"service": self.service(language, service), "clinic": self.clinic(clinic)}
        return fields | ({"day": self.day(language, day)} if day is not None else {})

    def booking(self, language: str, one: Booking) -> Mapping[str, str]:
        """The fields of a booking, without its hour."""
        named = self.of(language, one.clinic, one.service, one.day)
        return {**named, "number": str(one.queue or "-"), "patient": one.name}

    def ticket(self, tx: Tx, language: str, key: str, one: Booking, at: datetime) -> str:
        """A ticket in one of the ``TICKETS``, with the hour as it is expected now."""
        session = session_of(self._city, one)
        house = self._city.clinics.clinics.get(one.clinic)
        fields = {**self.booking(language, one), "time": self.hour(tell_hour(tx, session, one, at))}
        return self._city.text(language, key, **fields, bring=house.bring if house is not None else "KTP")

    def session(self, language: str, one: Session) -> Mapping[str, str]:
        """The fields that name a session."""
        return self.of(language, one.clinic, one.service, one.day)


class Letters:
    """Writes to phones that are no part of the conversation. A phone that must be quiet is never written to."""

    def __init__(self, city: City) -> None:
        self._city, self.words = city, Words(city)

    def language(self, tx: Tx, phone: str) -> str | None:
        """In which language that phone is written to; None: never."""
        if not subscriber(phone):
            return None
        resident = find(tx, phone)
        if resident is not None and resident.quiet:
            return None
        return (resident.language if resident is not None else "") or self._city.languages[0]

    def send(
        self, tx: Tx, phone: str, text: str, key: str, ends: datetime, *, asked_at: datetime | None = None
    ) -> None:
        """One letter, once per key. ``asked_at``: its reader asked for it then."""
        key = f"{key}/{phone}"
        put(tx, Outbound(to=phone, text=text, lane=Lane.SERVICE, key=key, expires_at=ends, asked_at=asked_at))

    def ticket(
        self, tx: Tx, phone: str, key: str, one: Booking, at: datetime, turn: str, *, asked: bool = False
    ) -> None:
        """The ticket by letter. ``turn`` tells two tickets of one booking apart; ``asked``: by its reader, just now."""
        language = self.language(tx, phone)
        if language is None:
            return
        text = self.words.ticket(tx, language, key, one, at)
        ends = max(one.until, at + timedelta(hours=1))
        self.send(tx, phone, text, f"clinic/ticket/{one.id}/{turn}", ends, asked_at=at if asked else None)

    def remind(
        self, tx: Tx, phone: str, name: str, one: Booking, key: str, ends: datetime, at: datetime, **more: str
    ) -> None:
        """A text about a booking, to be read or, for who asked for calls, to be heard: nothing is to be answered."""
        language = self.language(tx, phone)
        if language is None:
            return
        text = self._city.text(language, name, **{**self.words.booking(language, one), **more})
        letter = Outbound(to=phone, text=text, lane=Lane.SERVICE, key=f"{key}/{phone}", expires_at=ends)
        told_or_said(tx, self._city, letter, language, find(tx, phone), at)

    def tell(self, tx: Tx, phone: str, name: str, one: Booking, key: str, ends: datetime, **more: str) -> None:
        """A text about a booking."""
        language = self.language(tx, phone)
        if language is None:
            return
        allowed = {**self.words.booking(language, one), **more}
        self.send(tx, phone, self._city.text(language, name, **allowed), key, ends)
