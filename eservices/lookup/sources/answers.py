"""What a city's system answered, read into rows. Pure, and it believes nothing.

Two kinds of fault: ``Away``, the system itself is ill (no JSON, 500, 401): it is left alone for a while; ``Odd``, this
answer cannot be used (rows elsewhere, a date that is none, somebody else's key): the next one may be well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn

from config.city_places import Area
from config.lookup import Column, Form, Key, Row
from config.lookup_rows import Wrong, cell
from eservices.lookup.matching import kept_key
from eservices.lookup.sources.pointer import MISSING, at
from eservices.lookup.sources.wire import Away, Reply

MOST_ROWS = 100  # of one answer; nobody reads more on a phone
_NUMERAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
_NO_DAY = re.compile(r"(0000|0001|1753|1899|9999)-[0-9]{2}-[0-9]{2}")  # what systems say where there is none
_STAMP = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ][0-9:.]{4,15}(Z|[+-][0-9:]{2,6})?")  # RFC 3339 and its cousins


class Odd(Exception):
    """This answer cannot be used; why, for the log."""


class Numeral(str):
    """A JSON number, as it was written."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Where in an answer what stands. ``rows``, ``fields``: JSON Pointers; a column that is not named stands under its
    own name."""

    rows: str
    fields: Mapping[str, str]
    columns: Mapping[str, Column]
    key: Key
    areas: Mapping[str, Area]


def read(reply: Reply, shape: Shape, asked: str) -> tuple[Row, ...]:
    """The rows with the key that was asked for. Raises Away, Odd."""
    _judge(reply)
    try:
        document = _document(reply.body)
    except ValueError:
        if reply.status == 404:
            raise Odd("404, and no word of why: is the address right?") from None
        raise
    if reply.status == 404:
        return ()
    found = at(document, shape.rows)
    if found is MISSING:
        raise Odd(f"there is nothing at {shape.rows!r}")
    listed = found if isinstance(found, list) else [] if found is None else [found]
    rows = tuple(_row(one, shape) for one in listed[:MOST_ROWS])
    if shape.key.form.is_exact and any(kept_key(shape.key, row) != asked for row in rows):
        raise Odd("a row is of another key than was asked for")
    return rows


def _judge(reply: Reply) -> None:
    if reply.status in (200, 404):
        return
    if reply.status in (401, 403):
        raise Away(f"{reply.status}: it refuses us: is the secret right?", surely=True)
    if reply.status >= 500 or reply.status in (408, 429) or reply.status < 400:
        raise Away(f"it answers {reply.status}")
    raise Odd(f"it answers {reply.status}")


class _NoJson(Away, ValueError):
    """What came is no JSON."""


def _document(body: bytes) -> Any:
    try:
        text = body.decode("utf-8-sig")
        return json.loads(text, parse_int=Numeral, parse_float=Numeral, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise _NoJson("what it answers is no JSON in UTF-8") from None


def _no_number(said: str) -> NoReturn:
    raise ValueError(said)


def _row(one: Any, shape: Shape) -> Row:
    if not isinstance(one, dict):
        raise Odd("a row is no object")
    row = {}
    for name, column in shape.columns.items():
        pointer = shape.fields.get(name, "/" + name.replace("~", "~0").replace("/", "~1"))
        row[name] = _cell(name, column.form, at(one, pointer), shape)
    if not any(row.values()):
        raise Odd("a row has none of the columns")
    return row


def _cell(name: str, form: Form, value: Any, shape: Shape) -> str:
    if value is None or value is MISSING:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        raise Odd(f"{name} is a list or an object")
    try:
        value.encode()
        return cell(form, _plain(form, value), shape.areas)
    except (Wrong, ValueError):
        raise Odd(f"{name} cannot be read as {form.value}") from None  # never what it says


def _plain(form: Form, value: str) -> str:
    if isinstance(value, Numeral):
        if not _NUMERAL.fullmatch(value):
            raise Wrong("number")
        return str(round(Decimal(value))) if form is Form.MONEY else str(value)
    if form is not Form.DATE:
        return value
    stamp = _STAMP.fullmatch(value.strip())
    day = stamp[1] if stamp else value
    return "" if _NO_DAY.fullmatch(day) else day
