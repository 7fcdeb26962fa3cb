"""What can go wrong at a city's system, by name, and what is set now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from config.clock import Clock
from eservices.virtual.bodies import Answered, Make, nested, other, spoilt, text

SLOW_S = 5.0  # what "slow" takes, unless another value is set


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One row. ``line``: it is done to the connection (hang, slow, drip, cut, off), not to what is said; ``make``: what
    is said instead of the answer."""

    what: str
    line: bool = False
    make: Make | None = None
    value: float = 0.0


FAULTS: Mapping[str, Fault] = {
    "off": Fault(what="connections are refused; the same port listens again when healed", line=True),
    "hang": Fault(what="read and never answered", line=True),
    "slow": Fault(what="answered after so many seconds", line=True, value=SLOW_S),
    "drip": Fault(what="one byte a second", line=True),
    "cut": Fault(what="the connection breaks in the middle of the answer", line=True),
    "error_500": Fault(what="500, in HTML", make=lambda body: Answered(500, b"<h1>Internal Server Error</h1>")),
    "busy": Fault(what="503, try again later", make=lambda body: Answered(503, b"")),
    "unauthorized": Fault(what="401, as for a wrong secret", make=lambda body: Answered(401, b'{"sukses": false}')),
    "lost": Fault(what="404 in HTML, as for a wrong address", make=lambda body: Answered(404, b"<h1>Not Found</h1>")),
    "redirect": Fault(
        what="302 to another host", make=lambda body: Answered(302, b"", {"Location": "http://169.254.169.254/latest/"})
    ),
    "nothing": Fault(what="200 and not a byte", make=lambda body: Answered(200, b"")),
    "huge": Fault(what="10 MB", make=lambda body: Answered(200, b'["' + b"x" * 10_000_000 + b'"]')),
    "html": Fault(what="200, and a page for people", make=lambda body: Answered(200, b"<html>Selamat datang</html>")),
    "charset": Fault(what="octets that are no UTF-8", make=spoilt(text("tanggal\xe9").encode("latin-1"))),
    "broken": Fault(what="the JSON breaks off", make=lambda body: Answered(200, body[: len(body) // 2])),
    "shape": Fault(what="JSON of another shape", make=lambda body: Answered(200, b'{"data": "kosong"}')),
    "types": Fault(what="lists and objects where values were", make=other(lambda value: [value, {"nilai": value}])),
    "strange": Fault(what="somebody else's row", make=other(lambda value: "12750000000000000", key=True)),
    "control": Fault(what="control characters in each value", make=other(lambda value: f"{value}\x1b[2J\x00\u202e")),
    "surrogate": Fault(what="half a character", make=lambda body: Answered(200, body.replace(b'": "', b'": "\\ud800'))),
    "numbers": Fault(what="numbers of 400 digits", make=lambda body: Answered(200, _number(body, b"9" * 400))),
    "infinite": Fault(what="1e999", make=lambda body: Answered(200, _number(body, b"1e999"))),
    "nan": Fault(what="NaN", make=lambda body: Answered(200, _number(body, b"NaN"))),
    "long": Fault(what="values of 100,000 letters", make=other(lambda value: "x" * 100_000)),
    "deep": Fault(what="10,000 lists in each other", make=lambda body: Answered(200, nested(10_000))),
}


def _number(body: bytes, written: bytes) -> bytes:
    """Every value is that number."""
    return other(lambda value: "@")(body).body.replace(b'"@"', written)


@dataclass(slots=True)
class Set:
    """A fault that is set. ``left``: answers to come (None: any number); ``until``: monotonic seconds (None: until
    it is healed)."""

    name: str
    left: int | None = None
    until: float | None = None
    value: float = 0.0


@dataclass(slots=True)
class Faults:
    """What is set, one fault at a time."""

    clock: Clock
    changed: Callable[[], None] = lambda: None
    _set: Set | None = field(default=None)

    def put(self, name: str, *, for_s: float | None = None, count: int | None = None, value: float = 0.0) -> None:
        """Set it, instead of any other. Raises ValueError for a name that is not in the list."""
        if name not in FAULTS:
            raise ValueError(f"{name!r} is none of {', '.join(FAULTS)}")
        until = None if for_s is None else self.clock.monotonic() + for_s
        self._set = Set(name, count, until, value or FAULTS[name].value)
        self.changed()

    def heal(self) -> None:
        """All is well."""
        self._set = None
        self.changed()

    @property
    def now(self) -> Set | None:
        """The fault that is set."""
        one = self._set
        if one is not None and (one.left == 0 or (one.until is not None and self.clock.monotonic() >= one.until)):
            self.heal()
        return self._set

    def strike(self) -> Set | None:
        """The fault, if there is one; this answer is counted."""
        one = self.now
        if one is not None and one.left is not None:
            one.left -= 1
        return one
