"""A look-up as a city describes it: what is typed, where the answer is found, and how it is said. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from config.template import Template

if TYPE_CHECKING:
    from config.lookup_hours import OpenHours

Said = Mapping[str, Template]
"""A text by language; its holes are columns, and the fields of ``FIELDS``."""
Row = Mapping[str, str]
"""A row as it is kept: its columns by name, each in one form whatever was written: a date 2026-11-21, a time 14:05,
money and numbers as digits, a telephone +62…, an area's code, a point "3.6,98.4853"; empty: not known. Whoever found
it may add values for ``FIELDS`` (``distance`` …), as they are said."""
NOTHING: Mapping[str, Mapping[str, str]] = MappingProxyType({})
NO_RULE: Mapping[str, tuple[str, ...]] = MappingProxyType({})

FIELDS: Mapping[str, int] = {
    "key": 24,  # what was asked for, as it is compared
    "as_of": 16,  # "21/11/2026 14.02": when what is said was so
    "days": 4,  # working days until the deadline, or past it
    "deadline": 10,  # "21/11/2026"
    "count": 4,
    "distance": 7,  # "1,2 km"
    "away": 19,  # "kira-kira 1,2 km", "kurang dari 2 km"
    "call": 12,
    "code": 4,  # with which staff answer
    "more": 4,  # how many lines did not fit
}
"""What a text may say besides its columns, and the longest each can be in GSM-7 septets."""


LINE = 56  # septets of a row in a list


class KeyForm(StrEnum):
    """What is typed after the word."""

    NONE = "none"  # nothing: every row
    DIGITS = "digits"  # blanks and marks between them fall away
    CODE = "code"  # letters and digits, compared without case, blanks and marks
    WORDS = "words"  # words, compared folded; slips of the thumb are forgiven
    AREA = "area"  # one of the city's areas, or a word of another column
    PLACE = "place"  # nothing, or an area: the rows nearest to where the sender is registered

    @property
    def is_exact(self) -> bool:
        """Whether a key is somebody's own: it means the rows that have the very one."""
        return self in (KeyForm.DIGITS, KeyForm.CODE)

    @property
    def is_place(self) -> bool:
        """Whether a key says where, and nothing is where one lives."""
        return self in (KeyForm.AREA, KeyForm.PLACE)


class Form(StrEnum):
    """How a column's value is read and said."""

    TEXT = "text"
    NAME = "name"  # a person's: said masked, "S*** A***"
    MONEY = "money"  # whole units of the city's currency: 1.250.000
    NUMBER = "number"
    DATE = "date"  # written 2026-11-21 or 21/11/2026; said "21/11/2026"
    TIME = "time"  # written 14:05 or 14.05; said "14.05"
    PHONE = "phone"
    AREA = "area"  # an area's code or name; said by its name
    POINT = "point"  # "3.6000, 98.4853": where it is; never said


WIDTH: Mapping[Form, int] = {
    Form.TEXT: 20,
    Form.NAME: 19,  # four words
    Form.MONEY: 14,
    Form.NUMBER: 7,
    Form.DATE: 10,
    Form.TIME: 5,
    Form.PHONE: 15,
    Form.AREA: 18,
    Form.POINT: 0,
}
"""How long a column may be said that does not say so itself, in GSM-7 septets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """``column``: with which it is compared. ``least``, ``most``: letters or digits; ``pattern``: what the whole of it
    must match, as it is compared. ``asks``: the question, where nothing was typed. ``example``: as it is shown in help,
    and tried when the pack is checked."""

    form: KeyForm
    column: str = ""
    least: int = 1
    most: int = 24
    pattern: str = ""
    asks: Said = field(default_factory=dict)
    example: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """``width``: the longest it is said, in GSM-7 septets. ``says``: words for values that are codes, by language."""

    name: str
    form: Form = Form.TEXT
    width: int = 20
    says: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """``table``: a CSV of the pack whose rows are there until somebody imports others. ``url``: of the city's system,
    its holes are ``key`` and ``number``; ``secret``: the name of the settings' secret that goes along; ``rows``: a JSON
    Pointer (RFC 6901) to the row or rows; ``fields``: a pointer within a row by column. ``wait_s``: seconds that it is
    waited for; ``fresh_s``: so long an answer is given again without asking."""

    table: str = ""
    url: Template | None = None
    secret: str = ""
    rows: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    wait_s: float = 1.5
    fresh_s: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Said of a row whose columns have one of these values (``when``); the first that fits."""

    texts: Said
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """``column``: the day it began, ``days``: working days it may take (or ``until``: the column of the day itself).
    ``unless``: rows that are done. ``office``: of offices.toml, whose official is written to when it has passed;
    ``after``: working days later the inspectorate is."""

    days: int
    column: str
    unless: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    until: str = ""
    office: str = ""
    after: int = 3
    warns: Said = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """On request: ``days`` before the day in ``column``, unless a row is done by then."""

    column: str
    days: tuple[int, ...]
    unless: Mapping[str, tuple[str, ...]]
    texts: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Who asked to be told of new rows with a key: at most ``a_day`` letters, in the bulk lane, ended by STOP.
    ``same``: columns that make a row of an import the same one as before; empty: all of them."""

    texts: Said
    a_day: int = 1
    same: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Staff of ``office`` are written to about rows (a letter's disposition), and answer: ``words`` by the column's
    new value. ``when``: rows that they are asked about; empty: those whose column has none of these values.
    ``official``: the column that may name which official of the office; empty, or it names none: the first."""

    office: str
    column: str
    texts: Said
    words: Mapping[str, tuple[str, ...]]
    when: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: NO_RULE)
    official: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """One service. ``words``: begin it by SMS; ``menu``: it stands in the list of further services, which ``[menu]
    more`` of city.toml orders. ``none``: said where nothing is found; ``away``: where the source does not answer and
    nothing was kept (empty: the text that ships); ``line``: a row in a list of several (empty: a key stands in one row
    only). ``most``: rows of a list; ``hours``: when what a row tells of is open; ``sample``: its rows are invented;
    ``rows``: those of the pack's own table."""

    id: str
    labels: Mapping[str, str]
    words: tuple[str, ...]
    key: Key
    columns: Mapping[str, Column]
    source: Source
    answers: tuple[Answer, ...]
    none: Said
    away: Said = field(default_factory=dict)
    line: Said = field(default_factory=dict)
    menu: bool = True
    most: int = 5
    deadline: Deadline | None = None
    reminder: Reminder | None = None
    subscription: Subscription | None = None
    duty: Duty | None = None
    hours: OpenHours | None = None
    sample: bool = False
    rows: tuple[Row, ...] = field(default=(), repr=False)
