"""Reading short messages: PDUs to values. Our own, because ``gsmmodem``'s decoder drops the first character of every
part with a 16-bit reference, leaves halves of surrogate pairs, and raises on a bad time stamp. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from modem.pdu_fields import (
    Alphabet,
    Header,
    Octets,
    Truncated,
    octets_text,
    read_address,
    read_coding,
    read_header,
    read_stamp,
    text_of,
    unpack,
)

UDHI = 0x40  # a user data header is there (TS 23.040, 9.2.3.23)


class PduError(ValueError):
    """A PDU that cannot be read. ``raw`` is the hexadecimal as it came."""

    def __init__(self, message: str, raw: str) -> None:
        super().__init__(message)
        self.raw = raw


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliver:
    """A message that came in. ``text`` None: data, or compressed. ``ref`` None: it stands alone. ``data``: the user
    data without its header (septets one to an octet, or octets), by which parts are joined. ``notes``: what was odd."""

    sender: str
    alphanumeric: bool
    sent_at: datetime | None
    text: str | None
    alphabet: Alphabet
    data: bytes
    dcs: int
    message_class: int | None
    ref: int | None
    part: int
    parts: int
    ref_bits: int | None
    port: int | None = None
    protocol: int = 0
    smsc: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """A message that was written on this SIM to be sent; some modems list them among the others."""

    to: str
    text: str | None
    ref: int | None
    part: int
    parts: int
    message_class: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReport:
    """What became of a message. ``reference`` is the modem's (0-255); ``status`` as in TS 23.040, 9.2.3.15."""

    reference: int
    to: str
    status: int
    sent_at: datetime | None
    done_at: datetime | None


def decode(pdu_hex: str) -> Deliver | Submitted | StatusReport:
    """Read a PDU as a modem shows it, service centre's address first. Raises PduError and nothing else."""
    try:
        octets = Octets(bytes.fromhex(pdu_hex))
    except (ValueError, TypeError):
        raise PduError("not hexadecimal", pdu_hex) from None
    try:
        centre = octets.take(octets.one("service centre"), "service centre")
        smsc = ("+" if centre[:1] == b"\x91" else "") + _digits(centre[1:])
        first = octets.one("first octet")
        if first & 3 == 1:
            return _submitted(first, octets)
        # 3 is reserved, and to be read as a message (9.2.3.1)
        return _report(octets) if first & 3 == 2 else _deliver(first, octets, smsc)
    except Truncated as fault:
        raise PduError(str(fault), pdu_hex) from None


def _digits(value: bytes) -> str:
    return "".join(f"{octet & 15:x}{octet >> 4:x}" for octet in value).rstrip("f")


def _deliver(first: int, octets: Octets, smsc: str) -> Deliver:
    sender, alphanumeric = read_address(octets, "sender")
    protocol, dcs = octets.one("protocol"), octets.one("coding")
    sent_at = read_stamp(octets.take(7, "time stamp"))
    coding = read_coding(dcs)
    data, header = _user_data(octets, coding.alphabet, bool(first & UDHI))
    return Deliver(
        sender=sender,
        alphanumeric=alphanumeric,
        sent_at=sent_at,
        text=_text(coding.alphabet, data),
        alphabet=coding.alphabet,
        data=data,
        dcs=dcs,
        message_class=coding.message_class,
        ref=header.ref,
        part=header.part,
        parts=header.parts,
        ref_bits=header.ref_bits,
        port=header.port,
        protocol=protocol,
        smsc=smsc,
        notes=header.notes,
    )


def _submitted(first: int, octets: Octets) -> Submitted:
    octets.one("reference")
    to, _ = read_address(octets, "recipient")
    octets.one("protocol")
    coding = read_coding(octets.one("coding"))
    octets.take((0, 7, 1, 7)[first >> 3 & 3], "validity")
    data, header = _user_data(octets, coding.alphabet, bool(first & UDHI))
    return Submitted(
        to=to,
        text=_text(coding.alphabet, data),
        ref=header.ref,
        part=header.part,
        parts=header.parts,
        message_class=coding.message_class,
    )


def _report(octets: Octets) -> StatusReport:
    reference = octets.one("reference")
    to, _ = read_address(octets, "recipient")
    sent_at, done_at = (read_stamp(octets.take(7, what)) for what in ("time stamp", "discharge time"))
    return StatusReport(reference=reference, to=to, status=octets.one("status"), sent_at=sent_at, done_at=done_at)


def _user_data(octets: Octets, alphabet: Alphabet, headed: bool) -> tuple[bytes, Header]:
    """TP-UDL and TP-UD (9.2.3.16, 9.2.3.24): the data without its header, and the header."""
    length = octets.one("length")
    packed = alphabet is Alphabet.GSM7
    body = octets.take((length * 7 + 7) // 8 if packed else length, "user data")
    header, used = Header(), 0
    if headed and body:
        used = body[0] + 1
        if used > len(body):
            raise Truncated(f"truncated: the header needs {used} octets of {len(body)}")
        header = read_header(body[1:used])
    if not packed:
        return body[used:], header
    filled = (used * 8 + 6) // 7  # septets that the header and its fill bits take
    return unpack(body, max(0, length - filled), filled * 7), header


def _text(alphabet: Alphabet, data: bytes) -> str | None:
    if alphabet is Alphabet.GSM7:
        return text_of(data)
    if alphabet is Alphabet.UCS2:
        return data.decode("utf-16-be", "replace")
    return octets_text(data) if alphabet is Alphabet.OCTETS else None


def join(parts: Sequence[Deliver]) -> str:
    """The text of parts that follow each other, joined as bytes before it is read: a character may be split between
    two parts. Parts without text read as nothing."""
    ordered = sorted(parts, key=lambda part: part.part)
    runs = groupby(ordered, key=lambda part: part.alphabet)
    return "".join(_text(alphabet, b"".join(one.data for one in run)) or "" for alphabet, run in runs)


def describe(pdu_hex: str) -> dict[str, object]:
    """One PDU as ``kentongan pdu decode`` shows it; never raises. ``error`` None: it could be read."""
    row: dict[str, object] = dict.fromkeys(
        ("type", "sender", "sent_at", "text", "ref", "part", "parts", "class", "error")
    )
    try:
        found = decode(pdu_hex)
    except PduError as fault:
        return {**row, "error": str(fault)}
    if isinstance(found, StatusReport):
        done = _stamp(found.done_at)
        known = {"type": "status-report", "sender": found.to, "sent_at": _stamp(found.sent_at)}
        return {**row, **known, "reference": found.reference, "status": found.status, "done_at": done}
    row |= {"text": found.text, "ref": found.ref, "part": found.part, "parts": found.parts}
    row["class"] = found.message_class
    if isinstance(found, Submitted):
        return {**row, "type": "submit", "to": found.to}
    return {**row, "type": "deliver", "sender": found.sender, "sent_at": _stamp(found.sent_at)}


def _stamp(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
