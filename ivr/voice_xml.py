"""A turn as the XML that a voice provider carries out, element by element. Pure.

    Listen   GetDigits of one key, with what is said inside it, so that a key may be pressed meanwhile; then Redirect,
             for a GetDigits that nobody answers falls through without a word to us
    Record   GetDigits to the sharp, or Record; then Redirect
    Hold     GetDigits of one key beside a tick; then Redirect
    Join     Dial, and nothing after it
    End      what is said: the end of the document hangs up

All that is said is our own sound, by its address: no word of anybody stands in the document.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from ivr.conversation import Turn
from ivr.events import Hold, Join, Listen, Record
from ivr.flow_data import MORE

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SHORTEST_S, LONGEST_S = 1, 600  # seconds of a wait: whole ones are written

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0 (fifth edition), 2.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Addresses. ``sound``: of what the turn says, empty where it says nothing; ``tick``: of the sign that the line
    lives; ``answered`` and ``quiet``: where it goes on with what came of the turn, and with nothing."""

    sound: str
    tick: str
    answered: str
    quiet: str


def render(turn: Turn, where: Where, *, caller: str = "") -> str:
    """The turn. ``caller``: our number, which a person who is dialled is shown."""
    root, then = Element("Response"), turn.then
    match then:
        case Listen():
            _play(_digits(root, where, then.timeout_s, numDigits="1"), where.sound)
        case Hold():
            _play(_digits(root, where, then.seconds, numDigits="1"), where.sound or where.tick)
        case Record(most_s=0):
            _play(_digits(root, where, then.timeout_s, finishOnKey=MORE), where.sound)
        case Record():
            _play(_record(root, where, then), where.sound)
        case Join():
            _play(root, where.sound)
            _add(root, "Dial", phoneNumbers=then.number, **({"callerId": caller} if caller else {}))
            return _whole(root)
        case _:
            _play(root, where.sound)
            return _whole(root)
    _add(root, "Redirect").text = legal(where.quiet)
    return _whole(root)


def saying(sound: str) -> str:
    """Say this, and hang up."""
    root = Element("Response")
    _play(root, sound)
    return _whole(root)


def waiting(tick: str, then: str) -> str:
    """A moment, then ask again there."""
    root = Element("Response")
    _play(root, tick)
    _add(root, "Redirect").text = legal(then)
    return _whole(root)


REJECT = HEAD + "<Response><Reject /></Response>"
"""Turn the call away, free of charge."""
NOTHING = HEAD + "<Response />"
"""Leave the call as it is; where nothing is under way, hang up."""


def legal(text: str) -> str:
    """The text without what XML cannot hold."""
    return _ILLEGAL.sub("", text)


def _digits(root: Element, where: Where, wait_s: float, **more: str) -> Element:
    return _add(root, "GetDigits", **more, timeout=_seconds(wait_s), callbackUrl=where.answered)


def _record(root: Element, where: Where, record: Record) -> Element:
    lasts = {"maxLength": _seconds(record.most_s), "timeout": _seconds(record.timeout_s)}
    return _add(
        root,
        "Record",
        finishOnKey=MORE,
        **lasts,
        trimSilence="true",
        playBeep="true",
        callbackUrl=where.answered,
    )


def _seconds(wait_s: float) -> str:
    return str(min(max(math.ceil(wait_s), SHORTEST_S), LONGEST_S))


def _play(parent: Element, url: str) -> None:
    if url:
        _add(parent, "Play", url=url)


def _add(parent: Element, tag: str, **attributes: str) -> Element:
    return SubElement(parent, tag, {name: legal(value) for name, value in attributes.items()})


def _whole(root: Element) -> str:
    return HEAD + tostring(root, encoding="unicode")
