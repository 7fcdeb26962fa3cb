"""A look-up as a city describes it: what is typed, where the answer is found, and how it is said. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from config.template import Template

Said = Mapping[str, Template]
"""A text by language; its holes are columns, and the fields of ``FIELDS``."""
NOTHING: Mapping[str, Mapping[str, str]] = MappingProxyType({})

FIELDS: Mapping[str, int] = {
    "key": 24,  # what was asked for, as it is compared
    "as_of": 16,  # "pada 3 Nov 14.02": when what is said was so
    "days": 4,  # working days until the deadline, or past it
    "deadline": 10,
    "count": 4,
    "distance": 7,  # "1,2 km"
    "call": 12,
    "more": 4,  # how many lines did not fit
}
"""What a text may say besides its columns, and the longest each can be in GSM-7 septets."""


class KeyForm(StrEnum):
    """What is typed after the word."""

    NONE = "none"  # nothing: every row
    DIGITS = "digits"  # blanks and marks between them fall away
    CODE = "code"  # letters and digits, compared without case, blanks and marks
    WORDS = "words"  # words, compared folded; slips of the thumb are forgiven
    AREA = "area"  # one of the city's areas, or a word of another column
    PLACE = "place"  # nothing, or an area: the rows nearest to where the sender is registered


class Form(StrEnum):
    """How a column's value is read and said."""

    TEXT = "text"
    NAME = "name"  # a person's: said masked ("Siti A.", "S*** A***")
    MONEY = "money"  # whole units of the city's currency: 1.250.000
    NUMBER = "number"
    DATE = "date"  # 2026-11-21, 21/11/2026; said "21 Nov 2026"
    TIME = "time"
    PHONE = "phone"
    AREA = "area"  # an area's code or name; said by its name
    POINT = "point"  # "3.6000, 98.4853": where it is; never said


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """``column``: with which it is compared. ``least``, ``most``: letters or digits. ``asks``: the question, where
    nothing was typed. ``example``: as it is shown in help, and tried when the pack is checked."""

    form: KeyForm
    column: str = ""
    least: int = 1
    most: int = 24
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
    """Who asked to be told of new rows with a key: at most ``a_day`` letters, in the bulk lane, ended by STOP."""

    texts: Said
    a_day: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Staff of ``office`` are written to about rows (a letter's disposition), and answer: ``words`` by the column's
    new value."""

    office: str
    column: str
    texts: Said
    words: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """One service. ``words``: begin it by SMS; ``order``: its place in the menu, 0: it is in none. ``none``: said where
    nothing is found; ``away``: where the source does not answer and nothing was kept; ``line``: a row in a list of
    several. ``private``: shown only to the registered owner's number in that column. ``sample``: invented rows."""

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
    order: int = 0
    most: int = 5
    deadline: Deadline | None = None
    reminder: Reminder | None = None
    subscription: Subscription | None = None
    duty: Duty | None = None
    sample: bool = False
