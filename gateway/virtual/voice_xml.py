"""The documents that a customer answers a call with, read as the provider reads them: element by element, in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError, XMLParser

MOST_OCTETS = 100_000  # of a document
DIGITS_S, RECORD_S, RECORDED_S = 30.0, 3600.0, 600.0  # seconds: what the provider takes where none is said


class Malformed(Exception):
    """No document: the call is dropped. The message says what is wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """Its own voice says ``text``."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """Fetches a sound and plays it."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GetDigits:
    """Waits for keys, during the prompt too. ``most`` None: the first key, or up to ``finish`` where it is given."""

    prompt: Say | Play | None
    most: int | None
    finish: str
    timeout_s: float
    callback: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Records what is said. ``ends``: terminal, without an address."""

    prompt: Say | Play | None
    finish: str
    most_s: float
    timeout_s: float
    beep: bool
    callback: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial:
    """Connects the call; the first of the numbers that picks up."""

    numbers: tuple[str, ...]
    caller: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """Asks that address what to do."""

    url: str


@dataclass(frozen=True, slots=True)
class Reject:
    """Turns the call away."""


Verb = Say | Play | GetDigits | Record | Dial | Redirect | Reject


def read(body: bytes) -> tuple[Verb, ...]:
    """The verbs. Raises Malformed for anything that is not well-formed, no ``Response``, or not known here."""
    if len(body) > MOST_OCTETS:
        raise Malformed("the document is too long")
    if b"<!DOCTYPE" in body.upper():  # no document of a customer has one: that is how such a reader is attacked
        raise Malformed("the document has a declaration")
    parser = XMLParser()  # noqa: S314  see above
    try:
        parser.feed(body)
        root = parser.close()
    except (ParseError, ValueError) as error:
        raise Malformed(f"no XML: {error}") from None
    if root.tag != "Response":
        raise Malformed(f"<{root.tag}> instead of <Response>")
    return tuple(_verb(one) for one in root)


def _verb(one: Element) -> Verb:
    made = _READ.get(one.tag)
    if made is None:
        raise Malformed(f"<{one.tag}> is not known")
    return made(one)


def _say(one: Element) -> Say:
    return Say(text="".join(one.itertext()))


def _play(one: Element) -> Play:
    if not one.get("url"):
        raise Malformed("<Play> without url")
    return Play(url=one.get("url", ""))


def _digits(one: Element) -> GetDigits:
    most = one.get("numDigits")
    return GetDigits(
        prompt=_prompt(one),
        most=None if most is None else round(_number(one, "numDigits", 1.0)),
        finish=_finish(one),
        timeout_s=_number(one, "timeout", DIGITS_S),
        callback=one.get("callbackUrl", ""),
    )


def _record(one: Element) -> Record:
    return Record(
        prompt=_prompt(one),
        finish=_finish(one),
        most_s=_number(one, "maxLength", RECORDED_S),
        timeout_s=_number(one, "timeout", RECORD_S),
        beep=one.get("playBeep") == "true",
        callback=one.get("callbackUrl", ""),
    )


def _dial(one: Element) -> Dial:
    numbers = tuple(number.strip() for number in one.get("phoneNumbers", "").split(",") if number.strip())
    if not numbers:
        raise Malformed("<Dial> without phoneNumbers")
    return Dial(numbers=numbers, caller=one.get("callerId", ""))


def _redirect(one: Element) -> Redirect:
    url = (one.text or "").strip()
    if not url:
        raise Malformed("<Redirect> without an address")
    return Redirect(url=url)


def _prompt(one: Element) -> Say | Play | None:
    inner = [_verb(child) for child in one]
    if len(inner) > 1 or not all(isinstance(child, Say | Play) for child in inner):
        raise Malformed(f"<{one.tag}> takes one <Say> or <Play> inside")
    found = inner[0] if inner else None
    assert found is None or isinstance(found, Say | Play)
    return found


def _finish(one: Element) -> str:
    finish = one.get("finishOnKey", "")
    if len(finish) > 1:
        raise Malformed("finishOnKey is one key")
    return finish


def _number(one: Element, name: str, default: float) -> float:
    said = one.get(name)
    if said is None:
        return default
    if not said.isdigit():
        raise Malformed(f"{name} of <{one.tag}> is no whole number")
    return float(said)


_READ: Mapping[str, Callable[[Element], Verb]] = {
    "Say": _say,
    "Play": _play,
    "GetDigits": _digits,
    "Record": _record,
    "Dial": _dial,
    "Redirect": _redirect,
    "Reject": lambda _: Reject(),
}
