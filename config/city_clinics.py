"""Reads ``clinics.toml``, which a pack may hold: where doctors are seen, when, how many a day, and by which rules."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from types import MappingProxyType

from config.city_files import PackFiles
from config.roster import read_days
from config.table import Table
from config.texts import WIDTHS

FILE = "clinics.toml"
KINDS = ("puskesmas", "hospital")
PRIORITIES = ("every", "front", "none")
MOST_PLACES = 500  # of one doctor on one day
ID, ID_FORM = r"[a-z0-9-]+", "an id of small letters, digits and -"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What one is seen for. ``labels`` by language, ``words``: what people type for it."""

    id: str
    labels: Mapping[str, str]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How a clinic keeps its queue. ``priority``: the old, the pregnant and the disabled are called ``front``, before
    all others, ``every`` n-th call (``every``) when one of them waits, or in their turn (``none``). Who is not there
    when called is called again after ``again_after`` others, at most ``again_times`` times. ``walk_in_percent`` of a
    quota is kept for who comes without an appointment."""

    priority: str = "every"
    every: int = 3
    again_after: int = 3
    again_times: int = 1
    walk_in_percent: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """A telephone from which the queue is kept. ``services``: of these only; empty: of all."""

    name: str
    number: str
    services: frozenset[str]
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A doctor's hours, by the wall clock of the city, on ``days`` (0 is Monday). ``quota`` people, about ``minutes``
    each. ``room`` tells two doctors of one service apart."""

    clinic: str
    service: str
    room: str
    doctor: str
    days: frozenset[int]
    begins: time
    until: time
    quota: int
    minutes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """Nobody is seen from the first day to the last, both among them. ``service`` empty: none of the clinic's."""

    service: str
    first: date
    last: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinic:
    """One house. ``referral``: a referral's number is asked for. ``bring``: what to bring, in the first language.
    ``block``: so many numbers are handed to it for paper at a time. ``holidays``: open on the city's holidays too."""

    id: str
    name: str
    kelurahan: str
    address: str
    kind: str
    words: tuple[str, ...]
    referral: bool
    bring: str
    block: int
    holidays: bool
    rules: Rules
    staff: tuple[Staff, ...]
    schedules: tuple[Schedule, ...]
    closures: tuple[Closure, ...]
    sample: bool

    @property
    def services(self) -> tuple[str, ...]:
        """The ids of what it offers, in the order of its schedules."""
        return tuple(dict.fromkeys(one.service for one in self.schedules))


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinics:
    """``services`` and ``clinics`` by id, in the order of the file."""

    services: Mapping[str, Service] = field(default_factory=dict)
    clinics: Mapping[str, Clinic] = field(default_factory=dict)

    def staffed_by(self, number: str) -> tuple[Clinic, Staff] | None:
        """The clinic whose queue is kept from that number (E.164)."""
        for clinic in self.clinics.values():
            for one in clinic.staff:
                if one.number == number:
                    return clinic, one
        return None

    def people(self) -> Iterator[tuple[str, Staff]]:
        """Whose each telephone is, in words, and the telephone."""
        return ((f"{one.name} of {clinic.id}", one) for clinic in self.clinics.values() for one in clinic.staff)

    def samples(self) -> dict[str, str]:
        """Each invented number, and whose it is."""
        return {one.number: f"staff {who}" for who, one in self.people() if one.sample}


def read_clinics(files: PackFiles, languages: tuple[str, ...], kelurahan: Collection[str]) -> Clinics:
    """The clinics; none where the pack has no such file. ``kelurahan``: the codes there are."""
    if not (files.folder / FILE).is_file():
        return Clinics()
    top = files.toml(FILE)
    services: dict[str, Service] = {}
    for table in top.tables("service"):
        service = _service(table, languages)
        _once(table, service.id, services)
        services[service.id] = service
    clinics: dict[str, Clinic] = {}
    for table in top.tables("clinic"):
        clinic = _clinic(table, services, kelurahan)
        _once(table, clinic.id, clinics)
        clinics[clinic.id] = clinic
    top.done()
    return Clinics(services=MappingProxyType(services), clinics=MappingProxyType(clinics))


def _once(table: Table, name: str, known: Collection[str]) -> None:
    if name and name in known:
        table.fault("id", f"{name!r} is there twice")


def _service(table: Table, languages: tuple[str, ...]) -> Service:
    labels = table.table("labels")
    service = Service(
        id=table.text("id", pattern=ID, form=ID_FORM),
        labels=MappingProxyType({lang: labels.short(lang, WIDTHS["service"]) for lang in languages}),
        words=table.texts("words"),
    )
    labels.done()
    table.done()
    return service


def _clinic(table: Table, services: Collection[str], kelurahan: Collection[str]) -> Clinic:
    name = table.text("id", pattern=ID, form=ID_FORM)
    schedules = tuple(_schedule(one, name, services) for one in table.tables("schedule"))
    offered = {one.service for one in schedules}
    clinic = Clinic(
        id=name,
        name=table.short("name", WIDTHS["clinic"]),
        kelurahan=table.text("kelurahan"),
        address=table.short("address", WIDTHS["street"]),
        kind=table.choice("kind", KINDS),
        words=table.texts("words", ()),
        referral=table.flag("referral", False),
        bring=table.short("bring", WIDTHS["bring"]),
        block=table.whole("block", 1, 100, 10),
        holidays=table.flag("holidays", False),
        rules=_rules(table),
        staff=tuple(_staff(one, offered) for one in table.tables("staff")),
        schedules=schedules,
        closures=tuple(_closure(one, offered) for one in table.tables("closure")),
        sample=table.flag("sample", False),
    )
    table.done()
    if clinic.kelurahan and clinic.kelurahan not in kelurahan:
        table.fault("kelurahan", f"{clinic.kelurahan!r} is no area of areas.geojson")
    if not schedules:
        table.fault("", f"{name} has no [[clinic.schedule]]: nobody could be seen there")
    _apart(table, schedules)
    return clinic


def _rules(table: Table) -> Rules:
    usual = Rules()
    return Rules(
        priority=table.choice("priority", PRIORITIES, usual.priority),
        every=table.whole("priority_every", 2, 20, usual.every),
        again_after=table.whole("again_after", 1, 20, usual.again_after),
        again_times=table.whole("again_times", 0, 5, usual.again_times),
        walk_in_percent=table.whole("walk_in_percent", 0, 100, usual.walk_in_percent),
    )


def _staff(table: Table, offered: Collection[str]) -> Staff:
    staff = Staff(
        name=table.text("name"),
        number=table.phone("number"),
        services=frozenset(table.texts("services", ())),
        sample=table.flag("sample", False),
    )
    table.done()
    for service in sorted(staff.services - set(offered)):
        table.fault("services", f"{service!r} has no schedule at this clinic")
    return staff


def _schedule(table: Table, clinic: str, services: Collection[str]) -> Schedule:
    days = read_days(table.text("days"))
    if days is None:
        table.fault("days", f"{table.data.get('days')!r} is not daily, mon-fri or sat|sun")
    schedule = Schedule(
        clinic=clinic,
        service=table.choice("service", services),
        room=table.text("room", "", pattern=ID, form=ID_FORM),
        doctor=table.short("doctor", WIDTHS["doctor"]),
        days=days or frozenset(),
        begins=table.clock("from"),
        until=table.clock("until"),
        quota=table.whole("quota", 1, MOST_PLACES),
        minutes=table.number("minutes", 1, 240),
    )
    table.done()
    if schedule.until <= schedule.begins and schedule.until != time():
        table.fault("until", "must be later than from, on the same day")
    return schedule


def _closure(table: Table, offered: Collection[str]) -> Closure:
    first = _date(table, "from")
    last = _date(table, "until") if "until" in table.data else first
    if first and last and not timedelta() <= last - first <= timedelta(days=366):
        table.fault("until", "must not be before from, nor more than a year after it")
    service = table.choice("service", offered, "")
    closure = Closure(service=service, first=first or date.min, last=last or date.min, reason=table.text("reason"))
    table.done()
    return closure


def _date(table: Table, key: str) -> date | None:
    text = table.text(key, pattern=r"\d{4}-\d\d-\d\d", form="a day like 2026-08-17")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        table.fault(key, f"{text!r} is no day of the calendar")
        return None


def _apart(table: Table, schedules: tuple[Schedule, ...]) -> None:
    """A room holds one doctor of a service at a time: else one number would mean two people."""
    for place, one in enumerate(schedules):
        for other in schedules[:place]:
            same = (one.service, one.room) == (other.service, other.room) and one.days & other.days
            if same and one.begins < other.until and other.begins < one.until:
                words = f"overlaps {other.doctor}'s hours for {one.service}: give each a room"
                table.fault(f"schedule.{place}.from", words)
