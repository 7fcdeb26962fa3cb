"""What people outside ask of the virtual network, read at the edge: JSON or TOML to values, each fault by its field."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from modem.virtual.network import Network
from modem.virtual.owner import PAUSE
from modem.virtual.phone import Behaviour, Phone
from modem.virtual.settings import NetworkSettings
from modem.virtual.siren import CLOSE_S, Siren, SirenMode, SirenState

T = TypeVar("T")
KEYS = frozenset("0123456789*#ABCDabcd" + PAUSE)
LONGEST_TONE_MS = 5000  # ms; a finger stays on a key no longer


class AskError(ValueError):
    """What was asked cannot be read; the message says which field, and what it takes."""


class Fields:
    """The fields of one body. Each reader gives the value, or ``otherwise`` where the field is not there."""

    def __init__(self, body: object, known: Iterable[str]) -> None:
        """Raises AskError where ``body`` is no object or has a field that is not known."""
        if not isinstance(body, dict):
            raise AskError("an object is wanted")
        unknown = sorted(set(body) - set(known))
        if unknown:
            raise AskError(f"unknown: {', '.join(unknown)}; known: {', '.join(known)}")
        self._body = body

    def has(self, name: str) -> bool:
        """The field is there."""
        return name in self._body

    def text(self, name: str, otherwise: str | None = None) -> str:
        """A text. Raises AskError, also where it is missing and nothing is given otherwise."""
        value = self._body.get(name, otherwise)
        if not isinstance(value, str):
            raise AskError(f"{name}: a text is wanted")
        return value

    def maybe_text(self, name: str) -> str | None:
        """A text, or None where it is null or not there."""
        return None if self._body.get(name) is None else self.text(name)

    def number(self, name: str, otherwise: float, most: float = float("inf")) -> float:
        """A number from 0 to ``most``."""
        value = self._body.get(name, otherwise)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            raise AskError(f"{name}: a number from 0 to {most:g} is wanted")
        return float(value)

    def maybe(self, name: str, otherwise: float | None) -> float | None:
        """A number of at least 0, or null."""
        if name in self._body and self._body[name] is None:
            return None
        return otherwise if name not in self._body else self.number(name, 0.0)

    def flag(self, name: str, otherwise: bool) -> bool:
        """True or false."""
        value = self._body.get(name, otherwise)
        if not isinstance(value, bool):
            raise AskError(f"{name}: true or false is wanted")
        return value

    def texts(self, name: str) -> tuple[str, ...] | None:
        """A list of texts, or None where it is not there."""
        value = self._body.get(name)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise AskError(f"{name}: a list of texts is wanted")
        return tuple(value)

    def mapping(self, name: str) -> dict[str, str]:
        """An object of texts; empty where it is not there."""
        value = self._body.get(name, {})
        if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
            raise AskError(f"{name}: an object of texts is wanted")
        return value

    def scalar(self, name: str) -> str | float | None:
        """A text or a number, or None where it is null or not there."""
        value = self._body.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, str | int | float)):
            raise AskError(f"{name}: a text or a number is wanted")
        return value

    def one_of(self, name: str, make: Callable[[str], T]) -> T | None:
        """A text that names one of a few, or None where it is not there."""
        if name not in self._body:
            return None
        try:
            return make(self.text(name))
        except ValueError as error:
            raise AskError(f"{name}: {error}") from None


BEHAVIOUR = (
    "answer_after_s", "keys", "voicemail", "off", "hangup_after_s",
    "key_after_s", "tone_ms", "hangup_heard_s", "echo",
)  # fmt: skip
USSD = ("dial", "input", "cancel")
SIREN = ("mode", "whitelist", "relay_sms_to", "state", "close_s")
TIMES = ("delay_s", "air_s", "setup_s", "ussd_s", "boot_s", "retry_s")
CHANCES = ("loss", "duplicate", "reorder")


def behaviour(fields: Fields, was: Behaviour) -> Behaviour:
    """A phone's behaviour: what is given, on top of what it was."""
    keys = fields.text("keys", was.keys)
    if not set(keys) <= KEYS:
        raise AskError("keys: only 0-9, *, #, A-D, and a comma for a pause")
    return replace(
        was,
        answer_after_s=fields.maybe("answer_after_s", was.answer_after_s),
        keys=keys,
        voicemail=fields.flag("voicemail", was.voicemail),
        off=fields.flag("off", was.off),
        hangup_after_s=fields.maybe("hangup_after_s", was.hangup_after_s),
        key_after_s=fields.maybe("key_after_s", was.key_after_s),
        tone_ms=int(fields.number("tone_ms", was.tone_ms, most=LONGEST_TONE_MS)),
        hangup_heard_s=fields.maybe("hangup_heard_s", was.hangup_heard_s),
        echo=fields.flag("echo", was.echo),
    )


def ussd(fields: Fields) -> Callable[[Phone], bool]:
    """What is to be done on a phone's USSD screen: dial, type or cancel; it says whether that could be."""
    if sum(map(fields.has, USSD)) != 1:
        raise AskError("one of dial, input, cancel is wanted")
    if fields.has("dial"):
        code = fields.text("dial")
        if not code.startswith(("*", "#")) or not code.endswith("#"):
            raise AskError("dial: a code like *384*1*2# is wanted")
        return lambda phone: phone.dial(code) is not None
    if fields.has("input"):
        text = fields.text("input")
        return lambda phone: phone.type(text)
    fields.flag("cancel", True)
    return lambda phone: phone.put_away()


def siren(network: Network, number: str, fields: Fields) -> Siren:
    """A siren with what is given, on top of what it was; ``relay_sms_to`` null sends none."""
    relay = None
    if fields.has("relay_sms_to"):
        relay = fields.maybe_text("relay_sms_to") or ""
    known = network.find(number)
    close_s = fields.number("close_s", known.close_s if isinstance(known, Siren) else CLOSE_S)
    try:
        return network.siren(
            number,
            mode=fields.one_of("mode", SirenMode),
            whitelist=fields.texts("whitelist"),
            relay_sms_to=relay,
            state=fields.one_of("state", SirenState),
            close_s=close_s,
        )
    except AskError:
        raise
    except ValueError as error:
        raise AskError(str(error)) from None


def settings(fields: Fields, into: NetworkSettings) -> None:
    """Change the network's times and chances that are given. All are read before one is changed."""
    times = {name: fields.number(name, getattr(into, name)) for name in TIMES}
    chances = {name: fields.number(name, getattr(into, name), most=1.0) for name in CHANCES}
    for name, value in {**times, **chances}.items():
        setattr(into, name, value)
