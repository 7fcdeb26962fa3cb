"""The fields inside a short message's PDU, octet by octet: 3GPP TS 23.040 clause 9 and TS 23.038. Pure; stdlib only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

from config.gsm7 import BASIC, ESC, EXTENSION

SEMI_OCTET = "0123456789*#abc"  # TS 23.040, 9.1.2.3; 0xF fills the last octet of an odd length
MAX_OFFSET = 56  # quarters of an hour: no place on earth is 14 h or more from UTC, bar one at exactly 14


class Truncated(Exception):
    """The octets end before the field does."""


class Octets:
    """Octets read one field after the other."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def take(self, count: int, what: str) -> bytes:
        """The next ``count`` octets. Raises Truncated, naming ``what`` they should have been."""
        piece = self._data[self._at : self._at + count]
        if len(piece) < count:
            raise Truncated(f"truncated: {what} needs {count} octets, {len(piece)} are left")
        self._at += count
        return piece

    def one(self, what: str) -> int:
        return self.take(1, what)[0]


class Alphabet(StrEnum):
    """What the user data is."""

    GSM7 = "gsm7"
    OCTETS = "octets"  # 8-bit data
    UCS2 = "ucs2"
    COMPRESSED = "compressed"  # TS 23.042; nobody sends it, we do not read it


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """TP-DCS, read (TS 23.038, 4). ``message_class`` 0 is shown at once and not stored; None: none given."""

    alphabet: Alphabet
    message_class: int | None = None


def read_coding(dcs: int) -> Coding:
    """Every value of TP-DCS; reserved ones mean the default alphabet, as the standard asks of receivers."""
    group = dcs >> 4
    if group <= 0x7:  # general data coding, and the same with automatic deletion
        if dcs & 0x20:
            return Coding(alphabet=Alphabet.COMPRESSED, message_class=dcs & 3 if dcs & 0x10 else None)
        kinds = (Alphabet.GSM7, Alphabet.OCTETS, Alphabet.UCS2, Alphabet.GSM7)
        return Coding(alphabet=kinds[dcs >> 2 & 3], message_class=dcs & 3 if dcs & 0x10 else None)
    if group == 0xE:  # message waiting, text in UCS-2
        return Coding(alphabet=Alphabet.UCS2)
    if group == 0xF:
        return Coding(alphabet=Alphabet.OCTETS if dcs & 4 else Alphabet.GSM7, message_class=dcs & 3)
    return Coding(alphabet=Alphabet.GSM7)


def read_address(octets: Octets, what: str) -> tuple[str, bool]:
    """TP-OA, TP-DA, TP-RA (9.1.2.5): the number with its +, or the name, and whether it is a name."""
    digits = octets.one(what)
    kind = octets.one(what)
    value = octets.take((digits + 1) // 2, what)
    if kind >> 4 & 7 == 5:  # alphanumeric: GSM 7-bit, packed
        septets = unpack(value, digits * 4 // 7)
        if len(septets) % 8 == 0 and septets[-1:] == b"\0":
            septets = septets[:-1]  # a name of 7 characters, its last septet only fill
        return text_of(septets), True
    number = semi_octets(value)[:digits]
    return ("+" if kind >> 4 & 7 == 1 and number else "") + number, False


def semi_octets(value: bytes) -> str:
    """Digits, low nibble first; ends at the fill."""
    nibbles = [nibble for octet in value for nibble in (octet & 15, octet >> 4)]
    end = nibbles.index(15) if 15 in nibbles else len(nibbles)
    return "".join(SEMI_OCTET[nibble] for nibble in nibbles[:end])


def read_stamp(value: bytes) -> datetime | None:
    """TP-SCTS, TP-DT (9.2.3.11): aware, in the offset it came with; None where it is zero or no such moment."""
    pairs = [(octet & 15, octet >> 4) for octet in value]
    if any(tens > 9 or units > 9 for tens, units in pairs[:6]):
        return None
    (tens, units), sign = pairs[6], pairs[6][0] & 8
    quarters = (tens & 7) * 10 + units
    if units > 9 or quarters > MAX_OFFSET:
        return None
    year, month, day, hour, minute, second = (tens * 10 + units for tens, units in pairs[:6])
    offset = timedelta(minutes=15 * quarters)
    try:
        zone = timezone(-offset if sign else offset) if quarters else UTC
        century = 1900 if year >= 90 else 2000  # there was no SMS before 1992
        return datetime(century + year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None


def unpack(packed: bytes, count: int, skip_bits: int = 0) -> bytes:
    """``count`` septets, an octet each, from octets packed as TS 23.038, 6.1.2.1; the first begins at ``skip_bits``."""
    bits = int.from_bytes(packed, "little") >> skip_bits
    return bytes(bits >> 7 * place & 0x7F for place in range(count))


def text_of(septets: bytes) -> str:
    """Septets in words. An unknown extension reads as the plain character of that code, as 6.2.1.1 asks; an escape that
    nothing follows is a blank."""
    text: list[str] = []
    escaped = False
    for septet in septets:
        if escaped:
            text.append(EXTENSION.get(septet) or (" " if septet == ESC else BASIC[septet]))
            escaped = False
        elif septet == ESC:
            escaped = True
        else:
            text.append(BASIC[septet])
    return "".join(text) + (" " if escaped else "")


def octets_text(data: bytes) -> str | None:
    """8-bit data as text where a person could have written it, else None."""
    for encoding in ("utf-8", "latin-1"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if all(char.isprintable() or char in "\r\n\t" for char in text):
            return text
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The user data header (9.2.3.24). ``ref`` None: the message stands alone."""

    ref: int | None = None
    part: int = 1
    parts: int = 1
    ref_bits: int | None = None
    port: int | None = None
    notes: tuple[str, ...] = ()


def read_header(data: bytes) -> Header:
    """The elements of a header. Of two of a kind the last counts (9.2.3.24); a joined message with nonsense for its
    numbers stands alone (9.2.3.24.1); an element that runs over the end is noted, and what came before it holds."""
    found, at = Header(), 0
    notes: list[str] = []
    while at < len(data):
        kind, value = data[at], data[at + 2 : at + 2 + (data[at + 1] if at + 1 < len(data) else 1)]
        if at + 1 >= len(data) or len(value) < data[at + 1]:
            notes.append("a header element runs over its end")
            break
        at += 2 + len(value)
        found = _element(found, kind, value, notes)
    return Header(
        ref=found.ref,
        part=found.part,
        parts=found.parts,
        ref_bits=found.ref_bits,
        port=found.port,
        notes=tuple(notes),
    )


def _element(found: Header, kind: int, value: bytes, notes: list[str]) -> Header:
    if (kind, len(value)) in ((0x00, 3), (0x08, 4)):
        *ref, parts, part = value
        if parts == 0 or not 1 <= part <= parts:
            notes.append("part numbers that cannot be were ignored")
            return found
        number = int.from_bytes(bytes(ref), "big")
        return Header(ref=number, part=part, parts=parts, ref_bits=8 * len(ref), port=found.port)
    if (kind, len(value)) in ((0x04, 2), (0x05, 4)):
        port = int.from_bytes(value[: len(value) // 2], "big")
        return Header(ref=found.ref, part=found.part, parts=found.parts, ref_bits=found.ref_bits, port=port)
    if kind in (0x24, 0x25):
        shift = "single" if kind == 0x24 else "locking"
        notes.append(f"national language {shift} shift {value.hex()} ignored: read in the default alphabet")
    return found
