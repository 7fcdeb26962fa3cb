"""One table that a person wrote (TOML, CSV row, environment), read value by value.

Each wrong value becomes a ``Fault`` and a harmless stand-in goes on, so that one reading finds every mistake. The
caller uses what was read only when no fault was found.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping
from datetime import time
from typing import Any

from config.fault import Fault
from config.gsm7 import septets
from config.phones import E164, is_emergency

CLOCK = r"([01]\d|2[0-3]):[0-5]\d"  # a time of day as a pack writes it

Where = Callable[[str], tuple[str, int]]
"""The file and line of a key of the table ("" for the table itself)."""


class Written(str):
    """A value from a place that knows only text (a CSV cell, the environment): it may stand for a number."""

    __slots__ = ()


class Table:
    """Reads keys by type. A key without ``default`` must be there. End with ``done()``: it names unknown keys."""

    def __init__(self, data: Mapping[str, Any], where: Where, faults: list[Fault], name: str = "") -> None:
        self.data, self.where, self.faults, self.name = data, where, faults, name
        self._known: set[str] = set()

    def fault(self, key: str, message: str) -> None:
        """Note a mistake at ``key`` ("" for the table itself)."""
        file, line = self.where(key)
        self.faults.append(Fault(file=file, line=line, message=f"{self.name}{key}: {message}" if key else message))

    def _take(self, key: str, needed: bool) -> Any:
        self._known.add(key)
        value = self.data.get(key)
        if isinstance(value, Written) and not value.strip():
            value = None  # an empty cell is an absent one
        if value is None and needed:
            file, line = self.where("")
            self.faults.append(Fault(file=file, line=line, message=f"{self.name}{key} is missing"))
        return value

    def text(self, key: str, default: str | None = None, *, pattern: str = "", form: str = "") -> str:
        """A text. Where ``pattern`` is given the whole text must match it; ``form`` says so to a person."""
        value = self._take(key, default is None)
        if value is None:
            return default or ""
        if not isinstance(value, str):
            self.fault(key, f"must be text in quotes, is {value!r}")
        elif default is None and not value.strip():
            self.fault(key, "must not be empty")
        elif pattern and value and not re.fullmatch(pattern, value):
            self.fault(key, f"{value!r} is not {form}")
        else:
            return str(value)
        return default or ""

    def short(self, key: str, room: int, default: str | None = None) -> str:
        """A text that fills a placeholder: at most ``room`` septets of the GSM alphabet."""
        text = self.text(key, default)
        width = septets(text)
        if width is None or width > room:
            long = f"is {width} letters long" if width is not None else "holds a character outside the GSM alphabet"
            self.fault(key, f"{text!r} {long}: there is room for {room} of the GSM alphabet")
        return text

    def clock(self, key: str) -> time:
        """A time of day like 07:00."""
        text = self.text(key, pattern=CLOCK, form="a time like 07:00")
        return time.fromisoformat(text) if text else time()

    def phone(self, key: str, default: str | None = None) -> str:
        """A telephone number in E.164 form; an emergency short number is refused."""
        value = self.data.get(key)
        if isinstance(value, str) and is_emergency(value):
            self._take(key, needed=False)
            self.fault(key, f"{value} is an emergency short number: never a target of calls or texts")
            return default or ""
        return self.text(key, default, pattern=E164, form="a number like +628120000100 (E.164)")

    def choice(self, key: str, options: Collection[str], default: str | None = None) -> str:
        """One of ``options``."""
        value = self.text(key, default)
        if value and value not in options:
            self.fault(key, f"{value!r} is not one of {', '.join(sorted(options))}")
        return value

    def number(self, key: str, low: float, high: float, default: float | None = None) -> float:
        """A number between ``low`` and ``high``, both allowed."""
        value = self._take(key, default is None)
        if value is None:
            return low if default is None else default
        found = _as_number(value)
        if found is None:
            self.fault(key, f"must be a number, is {value!r}")
        elif not low <= found <= high:
            self.fault(key, f"must be between {low:g} and {high:g}, is {found:g}")
        else:
            return found
        return low if default is None else default

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        """A whole number between ``low`` and ``high``, both allowed."""
        before = len(self.faults)
        found = self.number(key, low, high, default)
        if len(self.faults) == before and found != int(found):
            self.fault(key, f"must be a whole number, is {found:g}")
        return int(found)

    def wholes(self, key: str, low: int, high: int) -> tuple[int, ...]:
        """A list of whole numbers between ``low`` and ``high``, both allowed; an absent one reads as empty."""
        value = self._take(key, needed=False)
        if value is None:
            return ()
        if isinstance(value, list) and all(type(one) is int and low <= one <= high for one in value):
            return tuple(value)
        self.fault(key, f"must be a list of whole numbers between {low} and {high}, is {value!r}")
        return ()

    def flag(self, key: str, default: bool | None = None) -> bool:
        """true or false (1 or 0 where only text is possible)."""
        value = self._take(key, default is None)
        if isinstance(value, Written):
            value = {"true": True, "1": True, "false": False, "0": False}.get(value.strip().lower(), value)
        if value is None or isinstance(value, bool):
            return bool(value if value is not None else default)
        self.fault(key, f"must be true or false, is {value!r}")
        return bool(default)

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of texts (in a CSV cell: parted by ``|``)."""
        value = self._take(key, default is None)
        if value is None:
            return default or ()
        if isinstance(value, Written):
            return tuple(word.strip() for word in value.split("|") if word.strip())
        if isinstance(value, list) and all(isinstance(word, str) for word in value):
            return tuple(str(word) for word in value)
        self.fault(key, f"must be a list of texts, is {value!r}")
        return default or ()

    def secrets(self, key: str, pattern: str) -> tuple[str, ...]:
        """A list of secrets; a bad one is named by its place, never by what it says."""
        found = self.texts(key, ())
        for place, secret in enumerate(found):
            if not re.fullmatch(pattern, secret):
                self.fault(key, f"secret {place + 1} needs 22 characters or more, letters, digits, - and _ only")
        return found

    def table(self, key: str) -> Table:
        """The table under ``key``; an absent one reads as empty."""
        value = self._take(key, needed=False)
        if value is not None and not isinstance(value, Mapping):
            self.fault(key, f"must be a table [{self.name}{key}], is {value!r}")
        return self._inner(key, value if isinstance(value, Mapping) else {})

    def tables(self, key: str) -> list[Table]:
        """The tables of the array under ``key``; an absent one reads as empty."""
        value = self._take(key, needed=False)
        if value is not None and not (isinstance(value, list) and all(isinstance(one, Mapping) for one in value)):
            self.fault(key, f"must be tables [[{self.name}{key}]], is {value!r}")
            return []
        return [self._inner(f"{key}.{place}", one) for place, one in enumerate(value or [])]

    def _inner(self, path: str, data: Mapping[str, Any]) -> Table:
        name = re.sub(r"\.\d+$", "", path)
        return Table(data, lambda key: self.where(f"{path}.{key}" if key else path), self.faults, f"{self.name}{name}.")

    def done(self) -> None:
        """Every key that nobody asked for is a fault."""
        for key in self.data:
            if key not in self._known:
                self.fault(key, "unknown key" + nearest(key, self._known))


def _as_number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, Written):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, int | float) and math.isfinite(value):
        return float(value)
    return None


def nearest(key: str, known: Collection[str]) -> str:
    """What a person may have meant, in brackets; nothing where nothing is near."""
    import difflib  # only when there is a mistake

    close = difflib.get_close_matches(key, sorted(known), n=1)
    return f" (did you mean {close[0]}?)" if close else ""
