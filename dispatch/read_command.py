"""``kentongan read [FILE]``: what each text is, where it is, and what it asks for; JSON lines in, JSON lines out. Needs
no store and no network, and has an answer to any line."""

from __future__ import annotations

import json
import logging
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from config.command import DONE, Command, Context, Needs
from dispatch.incident import NOWHERE, Place
from dispatch.locate import locator_of
from dispatch.reading import Act, Intent, Reading, reader_of
from gateway.words import squash

if TYPE_CHECKING:
    from config.city import City

log = logging.getLogger(__name__)

Json = Mapping[str, Any]


class Fields(Protocol):
    """What a service makes of a text: the service meant (None: none), and what the text says for it."""

    def __call__(self, text: str, reading: Reading, at: datetime) -> tuple[str | None, Json]: ...


FieldsOf = Callable[["City"], Fields]
"""Made once for a city; the front door fills it with what the services know."""


def plain_fields(city: City) -> Fields:
    """Without the services: the intent alone says which is meant."""

    def fields(text: str, reading: Reading, at: datetime) -> tuple[str | None, Json]:
        return ("complaints" if reading.intent is Intent.COMPLAINT else None), {}

    return fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line asked about. ``id`` as it came. ``home``: the registered address."""

    id: Any
    text: str
    home: Home | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A registered address, as ``dispatch.locate`` wants it."""

    kelurahan: str | None
    address: str
    lat: float | None
    lon: float | None
    address_at: datetime


class Lines:
    """Reads lines for one city; built once."""

    def __init__(self, city: City, fields_of: FieldsOf = plain_fields) -> None:
        self._city = city
        self._reader, self._locator, self._fields = reader_of(city), locator_of(city), fields_of(city)
        names = [(name, area.code) for area in city.areas.values() for name in (area.name, *area.variants)]
        self._areas = {squash(name): code for name, code in names}

    def answers(self, content: bytes, now: datetime) -> Iterator[Json]:
        """An answer to every line that is not blank, in order."""
        for raw in content.decode("utf-8-sig", "replace").split("\n"):
            if raw.strip():
                yield self._answered(self.line(raw.strip(), now))

    def _answered(self, line: Line) -> Json:
        """A fault of ours in one line stops no other; as in the running program a person looks at it."""
        try:
            return self.answer(line)
        except Exception as error:
            log.exception("a text could not be read")
            unread = {"intent": Intent.OTHER.value, "kind": None, "act": Act.PERSON.value, "place": place_json(NOWHERE)}
            saw = [f"not read: {type(error).__name__}"]
            return {"id": line.id, **unread, "service": None, "fields": {}, "saw": saw}

    def line(self, raw: str, now: datetime) -> Line:
        """The line as far as it can be read: one that is no JSON object is itself the text."""
        try:
            asked = json.loads(raw)
        except (ValueError, RecursionError):
            asked = raw
        if not isinstance(asked, dict):
            return Line(id=None, text=asked if isinstance(asked, str) else raw, home=None, at=now)
        text, at = asked.get("text"), _instant(asked.get("at"), now)
        said = text if isinstance(text, str) else "" if text is None else str(text)
        return Line(id=asked.get("id"), text=said, home=self._home(asked.get("registered"), at), at=at)

    def _home(self, said: Any, at: datetime) -> Home | None:
        """A kelurahan's code or name, or an object with the address."""
        parts = said if isinstance(said, dict) else {"kelurahan": said}
        code = self._area(parts.get("kelurahan"))
        lat, lon = _degrees(parts.get("lat"), 90), _degrees(parts.get("lon"), 180)
        if code is None and (lat is None or lon is None):
            return None
        if code is None and lat is not None and lon is not None:
            area = self._city.area_at(lat, lon)
            code = area.code if area else None
        address = parts.get("address")
        return Home(
            kelurahan=code, address=address if isinstance(address, str) else "", lat=lat, lon=lon, address_at=at
        )

    def _area(self, said: Any) -> str | None:
        if not isinstance(said, str):
            return None
        return said if said in self._city.areas else self._areas.get(squash(said))

    def answer(self, line: Line) -> Json:
        """What is read out of one line."""
        reading = self._reader.read(line.text)
        place = self._locator.locate(line.text, line.home, line.at)
        service, fields = self._fields(line.text, reading, line.at)
        known = service is not None and reading.intent is Intent.OTHER  # "STATUS 12": only its service knows the word
        return {
            "id": line.id,
            "intent": Intent.SERVICE.value if known else reading.intent.value,
            "kind": reading.kind,
            "act": reading.act.value,
            "place": place_json(place),
            "service": service,
            "fields": {
                **fields,
                "now": reading.now,
                "past": reading.past,
                "elsewhere": reading.elsewhere or place.outside,
                "about": reading.about.value,
                "quiet": reading.quiet,
            },
            "saw": [*reading.saw, *place.saw],
        }


def place_json(place: Place) -> Json:
    """``kelurahan`` and ``candidates``: Kemendagri codes. ``lat``, ``lon``: WGS84 degrees."""
    return {
        "kelurahan": place.kelurahan,
        "candidates": list(place.candidates),
        "street": place.street,
        "lingkungan": place.lingkungan,
        "lat": place.lat,
        "lon": place.lon,
        "outside": place.outside,
    }


def _instant(said: Any, now: datetime) -> datetime:
    """ISO 8601; without a zone it is UTC; anything else is now."""
    try:
        at = datetime.fromisoformat(said)
    except (TypeError, ValueError):
        return now
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _degrees(said: Any, most: float) -> float | None:
    number = isinstance(said, int | float) and not isinstance(said, bool) and abs(said) <= most
    return float(said) if number else None


def command(fields_of: FieldsOf = plain_fields) -> Command:
    """The command; ``fields_of`` is what the services know of texts."""

    async def run(context: Context, asked: Namespace) -> int:
        for answer in Lines(context.city, fields_of).answers(context.files[asked.file], context.clock.now()):
            line = json.dumps(answer, ensure_ascii=False, default=str)
            whole = line.encode("utf-8", "replace").decode()  # half a surrogate pair cannot be printed
            context.out.row(answer if whole == line else json.loads(whole), whole)
        return DONE

    return Command(
        name=("read",),
        help="what texts are, where, and what they ask for (JSON lines)",
        needs=Needs.CITY,
        run=run,
        arguments=_arguments,
        files=("file",),
    )


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", default="-", metavar="FILE", help="lines of {id, text, …} (else stdin)")
