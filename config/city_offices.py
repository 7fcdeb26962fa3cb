"""Reads ``offices.toml``, which a pack may hold: who is responsible for which kind of complaint, and until when.

A pack without it takes complaints all the same: they are kept for a person of the command centre.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from config.city_calendar import USUAL, Hours, read_hours
from config.city_files import PackFiles
from config.lookup_texts import labels
from config.table import Table
from config.texts import WIDTHS

OFFICES = "offices.toml"
MOST_DAYS = 60  # working days: UU 25/2009 art. 50 lets an office take 60 days for a complaint
_ID = {"pattern": r"[a-z0-9][a-z0-9_-]*", "form": "an id of small letters, digits, - and _"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Official:
    """A person of an office, or of the inspectorate, who is written to by SMS. ``number`` is E.164."""

    name: str
    number: str
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """``officials`` in the order in which they are written to. ``call``: a number told to people, for who is outside
    the city's control (such an office may have no officials). ``labels``: its short name by language."""

    id: str
    name: str
    officials: tuple[Official, ...]
    call: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A kind of complaint. ``words`` of people that mean it; ``days``: working days until the deadline."""

    id: str
    labels: Mapping[str, str]
    words: tuple[str, ...]
    office: str
    days: int
    place_needed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Offices:
    """``default``: the category of what fits none (empty only where there is no category at all). ``ask_days``:
    working days after an answer until its followers are asked once whether it is so; ``close_days``: working days
    after that until the ticket closes by itself. ``tries``: wrong codes of one official until the pause of
    ``pause_hours``."""

    offices: Mapping[str, Office]
    categories: Mapping[str, Category]
    default: str
    inspectorate: Official | None
    ask_days: int = 3
    close_days: int = 3
    tries: int = 3
    pause_hours: int = 1

    def office_of(self, category: str) -> Office:
        """Who is responsible for a category (an unknown one: as for the default). Raises KeyError without any."""
        found = self.categories.get(category) or self.categories[self.default]
        return self.offices[found.office]

    def official(self, number: str) -> tuple[Office | None, Official] | None:
        """Whose number that is, and of which office (None: the inspectorate)."""
        for office in self.offices.values():
            for one in office.officials:
                if one.number == number:
                    return office, one
        if self.inspectorate is not None and self.inspectorate.number == number:
            return None, self.inspectorate
        return None

    def people(self) -> Iterator[tuple[str, Official]]:
        """Everybody who is written to, with what they are."""
        for office in self.offices.values():
            for one in office.officials:
                yield f"{one.name} of {office.id}", one
        if self.inspectorate is not None:
            yield f"{self.inspectorate.name} of the inspectorate", self.inspectorate


NO_OFFICES = Offices(offices=MappingProxyType({}), categories=MappingProxyType({}), default="", inspectorate=None)


def read_offices(files: PackFiles, languages: tuple[str, ...]) -> tuple[Offices, Mapping[int, Hours]]:
    """The offices and their hours; no office, and the usual hours, where the pack has no such file."""
    if not (files.folder / OFFICES).is_file():
        return NO_OFFICES, USUAL
    top = files.toml(OFFICES)
    hours = read_hours(top.table("hours"))
    offices: dict[str, Office] = {}
    for table in top.tables("office"):
        office = _office(table, languages)
        if office.id in offices:
            table.fault("id", f"{office.id!r} is another office's id already")
        offices[office.id] = office
    categories = _categories(top, offices, languages)
    found = Offices(
        offices=MappingProxyType(offices),
        categories=MappingProxyType(categories),
        default=top.choice("default", categories),
        inspectorate=_official(top.table("inspectorate")),
        ask_days=top.whole("ask_days", 1, MOST_DAYS, 3),
        close_days=top.whole("close_days", 1, MOST_DAYS, 3),
        tries=top.whole("tries", 1, 10, 3),
        pause_hours=top.whole("pause_hours", 1, 72, 1),
    )
    top.done()
    return found, hours


def _categories(top: Table, offices: Mapping[str, Office], languages: tuple[str, ...]) -> dict[str, Category]:
    categories: dict[str, Category] = {}
    meaning: dict[str, str] = {}
    for table in top.tables("category"):
        category = _category(table, offices, languages)
        if category.id in categories:
            table.fault("id", f"{category.id!r} is another category's id already")
        categories[category.id] = category
        for word in category.words:
            if meaning.setdefault(" ".join(word.lower().split()), category.id) != category.id:
                table.fault("words", f"{word!r} means {meaning[' '.join(word.lower().split())]} already")
    if not categories:
        top.fault("", "holds no [[category]]")
    return categories


def _official(table: Table) -> Official:
    one = Official(
        name=table.short("name", WIDTHS["name"]), number=table.phone("number"), sample=table.flag("sample", False)
    )
    table.done()
    return one


def _office(table: Table, languages: tuple[str, ...]) -> Office:
    office = Office(
        id=table.text("id", **_ID),
        name=table.text("name"),
        officials=tuple(_official(one) for one in table.tables("official")),
        call=table.text("call", "", pattern=r"\+?[0-9-]{3,15}", form="a number to call"),
        labels=labels(table.table("labels"), languages, WIDTHS["office"]),
    )
    table.done()
    if not office.officials and not office.call:
        table.fault("", "has neither an [[office.official]] to write to nor a number to call")
    return office


def _category(table: Table, offices: Mapping[str, Office], languages: tuple[str, ...]) -> Category:
    category = Category(
        id=table.text("id", **_ID),
        labels=labels(table.table("labels"), languages, WIDTHS["category"]),
        words=table.texts("words", ()),
        office=table.choice("office", offices),
        days=table.whole("days", 1, MOST_DAYS),
        place_needed=table.flag("place_needed", True),
    )
    table.done()
    return category
