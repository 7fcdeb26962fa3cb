"""Opening one raw SMS: pure, repeatable, and it never raises; what cannot be read is kept as it came."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from gateway.messages import Delivery
from gateway.number import normal, subscriber
from modem.pdu import Deliver, PduError, StatusReport, decode, join

LONGEST_PDU = 65_536  # characters kept of a raw message; an SMS has at most 352, the rest is noise
_BROKEN = dict.fromkeys((0, *range(0xD800, 0xE000)), "\ufffd")  # NUL and halves of pairs: no database takes them


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A raw message and what is in it. ``content`` None: it could not be read, ``fault`` says why. ``digest`` is the
    sha256 of the PDU as the modem gave it."""

    pdu: str
    digest: str
    content: Deliver | StatusReport | None
    fault: str | None = None

    @property
    def stamp(self) -> datetime | None:
        """The service centre's stamp; None where it is zero or invalid."""
        return self.content.sent_at if self.content is not None else None


def open_envelope(pdu: str) -> Envelope:
    """Read one PDU (hex, from the service centre's address on)."""
    pdu = storable(pdu.strip()[:LONGEST_PDU])
    digest = hashlib.sha256(pdu.upper().encode()).hexdigest()
    try:
        content = decode(pdu)
    except PduError as error:
        return Envelope(pdu=pdu, digest=digest, content=None, fault=str(error) or "undecodable")
    except Exception as error:  # a fault of ours: the letter is kept all the same, and read again when it is mended
        return Envelope(pdu=pdu, digest=digest, content=None, fault=f"the decoder failed: {error!r}")
    if not isinstance(content, Deliver | StatusReport):
        return Envelope(pdu=pdu, digest=digest, content=None, fault=f"not for us: {type(content).__name__}")
    return Envelope(pdu=pdu, digest=digest, content=content)


def storable(text: str) -> str:
    """The text with U+FFFD in place of NUL and of unpaired surrogates."""
    if text.isascii() and "\0" not in text:
        return text  # nearly all: ``translate`` walks every character
    return text.translate(_BROKEN)


def sender_of(letter: Deliver) -> str:
    """E.164 where the sender is a subscriber, else as it came. A name that looks like a number (anybody may buy one)
    is put in quotes: it is never taken for that number."""
    if letter.alphanumeric:
        name = storable(letter.sender)
        return f'"{name}"' if subscriber(name) or normal(name) else name
    return normal(letter.sender) or storable(letter.sender)


def text_of(letter: Deliver) -> str:
    """The words; empty where the letter carries data."""
    return storable(letter.text or "")


def is_part(letter: Deliver) -> bool:
    """Whether other messages belong to it. A count of 0 or 1, or a number outside the count, is no part (3GPP
    TS 23.040, 9.2.3.24.1: such a header is ignored)."""
    if letter.ref is None or letter.part is None or letter.parts is None:
        return False
    return letter.parts > 1 and 1 <= letter.part <= letter.parts


def whole_text(pdus: Mapping[int, str], parts: int) -> str:
    """The text of a long letter from its parts' PDUs, joined as bytes (a character may be split between two). What is
    missing is named in its place: ``[2/3 hilang]``."""
    pieces: list[str] = []
    run: list[Deliver] = []
    for number in range(1, parts + 1):
        here = decode(pdus[number]) if number in pdus else None
        if isinstance(here, Deliver):
            run.append(here)
            continue
        if run:
            pieces.append(_joined(run))
            run = []
        pieces.append(f"[{number}/{parts} hilang]")
    if run:
        pieces.append(_joined(run))
    return storable(" ".join(pieces))


def _joined(run: list[Deliver]) -> str:
    try:
        return join(run)
    except PduError:  # parts of different alphabets: no phone does that, but words are words
        return "".join(text_of(part) for part in run)


def delivery_of(report: StatusReport) -> Delivery:
    """3GPP TS 23.040, 9.2.3.15: up to 0x1F done, 0x20-0x3F still trying, from 0x40 given up."""
    if report.status < 0x20:
        return Delivery.DELIVERED
    return Delivery.TRYING if report.status < 0x40 else Delivery.FAILED
