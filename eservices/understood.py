"""What a letter asks of the city's services, without doing anything: for ``kentongan read``, and for tests. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from eservices.clinic.request import Requests
from eservices.complaints.category import categories_of
from eservices.registration.reading import SaidReader
from eservices.services import services
from gateway.heading import Headed, Heads

if TYPE_CHECKING:
    from config.city import City

Json = Mapping[str, Any]
KEPT = frozenset({"complaint", "service", "question", "other"})  # intents of a letter that a service may answer
SERVICES = {
    "complaints": "complaints",
    "complaints_secret": "complaints",
    "ticket": "tickets",
    "clinic": "clinic",
    "queue": "queue",
    "registration": "registration",
    "moving": "registration",
    "kepling": "kepling",
    "menu": "menu",
    "proposals": "proposals",
    "info": "info",
    "message": "message",
}
"""The service of a dialogue, by its name or what stands before its first ``_``; any other is about one's own data."""


class Read(Protocol):
    """How another room read the text (``dispatch.reading``)."""

    @property
    def intent(self) -> str: ...


class Understood:
    """For one city; built once. ``understood(text, reading, at)`` gives the service meant, None for none, and what
    the text says for it: ids of the pack, Kemendagri codes, E.164; of a NIK only whether there is one."""

    def __init__(self, city: City) -> None:
        self._city = city
        dialogues = services(city)
        self._heads = Heads.of(dialogues)
        self._hearing = [one for one in dialogues if one.name not in ("cancelling", "queue_yes", "queue_no")]
        self._requests, self._said, self._categories = Requests(city), SaidReader(city), categories_of(city)

    def __call__(self, text: str, reading: Read, at: datetime) -> tuple[str | None, Json]:
        if str(reading.intent) not in KEPT:
            return None, {}
        headed = self._headed(text, reading)
        if headed is None:
            return None, {}
        service = SERVICES.get(headed.name) or SERVICES.get(headed.name.partition("_")[0], "my_data")
        return service, self._fields(service, headed.said, at)

    def _headed(self, text: str, reading: Read) -> Headed | None:
        if (headed := self._heads.find(text)) is not None:
            return headed
        name = next((one.name for one in self._hearing if one.hears(text)), None)
        if name is None and str(reading.intent) == "complaint":
            name = "complaints"
        return Headed(name, text) if name is not None else None

    def _fields(self, service: str, said: str, at: datetime) -> Json:
        if service == "complaints":
            category = self._categories.known(said)
            return {"category": category.id, "office": category.office} if category is not None else {}
        if service in ("clinic", "queue"):
            return self._wish(said, at)
        if service == "registration":
            return self._person(said)
        number = "".join(char for char in said if char.isdigit())
        return {"number": int(number)} if service == "tickets" and 0 < len(number) < 10 else {}

    def _wish(self, said: str, at: datetime) -> Json:
        wish = self._requests.read(said, at)
        return {
            "poli": sorted(wish.services),
            "clinic": sorted(wish.clinics),
            "day": wish.when.date.isoformat() if wish.when.date is not None else None,
            "time": wish.when.time.isoformat("minutes") if wish.when.time is not None else None,
            "for": "other" if wish.other else "self",
            "name": wish.name,
            "phone": wish.phone,
            "nik": bool(wish.nik),
            "referral": bool(wish.referral),
            "priority": wish.priority,
        }

    def _person(self, said: str) -> Json:
        person = self._said.read(said)
        return {
            "name": person.name,
            "kelurahan": person.area or None,
            "candidates": list(person.candidates),
            "street": person.street,
            "nik": bool(person.nik),
            "phone": person.phone,
        }
