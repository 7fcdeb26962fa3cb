"""SMS transfer PDUs as the network's side makes and reads them (3GPP TS 23.040, 9.2).

Independent of ``modem/pdu.py`` on purpose: this code makes SMS-DELIVER and SMS-STATUS-REPORT and reads SMS-SUBMIT;
that code does the reverse. Neither imports the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from modem.virtual import alphabet

SEPTETS_WHOLE, SEPTETS_PART = 160, 153  # 140 octets; a 6-octet header takes 7 septets
OCTETS_WHOLE, OCTETS_PART = 140, 134
GSM7, EIGHT_BIT, UCS2 = 0x00, 0x04, 0x08


class TpduError(ValueError):
    """The octets are not an SMS-SUBMIT: a modem answers +CMS ERROR: 304."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserData:
    """TP-DCS, TP-UDHI, TP-UDL and TP-UD, carried by the network as they came."""

    dcs: int
    header: bool
    length: int
    octets: bytes

    @property
    def alphabet(self) -> int:
        """GSM7, EIGHT_BIT or UCS2, by the data coding scheme (TS 23.038, 4)."""
        if self.dcs & 0xC0 == 0x00:
            return self.dcs & 0x0C if self.dcs & 0x0C != 0x0C else GSM7
        if self.dcs & 0xF0 == 0xE0:
            return UCS2
        if self.dcs & 0xF0 == 0xF0:
            return self.dcs & 0x04
        return GSM7

    @property
    def message_class(self) -> int | None:
        """0 to 3, or None where the scheme names no class."""
        if self.dcs & 0xD0 == 0x10 or self.dcs & 0xF0 == 0xF0:
            return self.dcs & 0x03
        return None

    @property
    def header_octets(self) -> bytes:
        """The information elements, without their length octet."""
        return self.octets[1 : 1 + self.octets[0]] if self.header and self.octets else b""

    @property
    def part(self) -> tuple[int, int, int] | None:
        """(reference, parts, this part) of a concatenated message (9.2.3.24.1 and .8), or None."""
        elements = self.header_octets
        while len(elements) >= 2:
            kind, size = elements[0], elements[1]
            value, elements = elements[2 : 2 + size], elements[2 + size :]
            if kind == 0x00 and len(value) == 3:
                return value[0], value[1], value[2]
            if kind == 0x08 and len(value) == 4:
                return value[0] << 8 | value[1], value[2], value[3]
        return None

    def text(self) -> str:
        """What a phone shows. Undecodable UCS-2 shows replacement characters."""
        return text_of(self.alphabet, self.content())

    def content(self) -> bytes:
        """The user's octets after the header; for GSM 7-bit one octet a septet. Parts are joined in this form."""
        skip = 1 + self.octets[0] if self.header and self.octets else 0
        if self.alphabet != GSM7:
            return self.octets[skip : self.length]
        skipped = (skip * 8 + 6) // 7
        return bytes(alphabet.unpack(self.octets, max(0, self.length - skipped), skipped * 7))


def text_of(alphabet_code: int, content: bytes) -> str:
    """The text of joined contents in one alphabet."""
    if alphabet_code == UCS2:
        return content.decode("utf-16-be", "replace")
    return alphabet.decode(content) if alphabet_code == GSM7 else content.decode("latin-1")


def user_data(text: str, reference: int = 0, *, dcs_class: int | None = None) -> list[UserData]:
    """``text`` as one part or more: GSM 7-bit where it fits that alphabet, else UCS-2; 8-bit reference."""
    septets = alphabet.encode(text)
    coding = 0x00 if dcs_class is None else 0x10 | dcs_class
    if septets is not None:
        return _gsm7(septets, reference & 0xFF, coding)
    return _ucs2(text.encode("utf-16-be"), reference & 0xFF, coding | UCS2)


def _gsm7(septets: list[int], reference: int, dcs: int) -> list[UserData]:
    if len(septets) <= SEPTETS_WHOLE:
        return [UserData(dcs=dcs, header=False, length=len(septets), octets=alphabet.pack(septets))]
    pieces: list[list[int]] = []
    while septets:
        size = SEPTETS_PART
        if len(septets) > size and septets[size - 1] == alphabet.ESCAPE:
            size -= 1  # an escape stays with its character
        pieces.append(septets[:size])
        septets = septets[size:]
    return [
        UserData(
            dcs=dcs,
            header=True,
            length=7 + len(piece),
            octets=bytes((5, 0, 3, reference, len(pieces), at)) + alphabet.pack(piece, fill_bits=1),
        )
        for at, piece in enumerate(pieces, 1)
    ]


def _ucs2(octets: bytes, reference: int, dcs: int) -> list[UserData]:
    if len(octets) <= OCTETS_WHOLE:
        return [UserData(dcs=dcs, header=False, length=len(octets), octets=octets)]
    pieces = [octets[at : at + OCTETS_PART] for at in range(0, len(octets), OCTETS_PART)]
    return [
        UserData(
            dcs=dcs,
            header=True,
            length=6 + len(piece),
            octets=bytes((5, 0, 3, reference, len(pieces), at)) + piece,
        )
        for at, piece in enumerate(pieces, 1)
    ]


# -- addresses (9.1.2.5) and time stamps (9.2.3.11)


def address(number: str) -> bytes:
    """The address field: length in digits, type, digits. ``+62…`` international, letters alphanumeric."""
    digits = number.removeprefix("+")
    if not digits.isdigit():
        septets = alphabet.encode(number) or alphabet.encode("?") or []
        packed = alphabet.pack(septets[:11])
        return bytes(((7 * min(11, len(septets)) + 3) // 4, 0xD0)) + packed
    return bytes((len(digits), 0x91 if number.startswith("+") else 0x81)) + semi_octets(digits)


def service_centre(number: str) -> bytes:
    """The service centre's address before a TPDU at a modem: length in octets (TS 27.005, 3.1)."""
    whole = address(number)[1:]
    return bytes((len(whole),)) + whole


def semi_octets(digits: str) -> bytes:
    """Digits two an octet, the first in the low half, filled with F."""
    padded = digits + "F" * (len(digits) % 2)
    return bytes(int(padded[at + 1] + padded[at], 16) for at in range(0, len(padded), 2))


def stamp(at: datetime, offset: timedelta) -> bytes:
    """TP-SCTS of an instant, in the local time of a zone that far from UTC (quarters of an hour)."""
    local = at.astimezone(timezone(offset))
    quarters = int(abs(offset.total_seconds()) // 900)
    digits = local.strftime("%y%m%d%H%M%S") + f"{quarters:02d}"
    octets = bytearray(semi_octets(digits))
    if offset < timedelta(0):
        octets[6] |= 0x08
    return bytes(octets)


# -- network to phone


def deliver(sender: str, sent: bytes, data: UserData, *, pid: int = 0, more: bool = False) -> bytes:
    """An SMS-DELIVER (9.2.2.1). ``sent`` is its stamp; ``more`` says that others wait in the centre."""
    first = 0x00 | (0x00 if more else 0x04) | (0x40 if data.header else 0x00)
    head = bytes((first,)) + address(sender) + bytes((pid, data.dcs)) + sent
    return head + bytes((data.length,)) + data.octets


def status_report(reference: int, recipient: str, sent: bytes, done: bytes, status: int) -> bytes:
    """An SMS-STATUS-REPORT (9.2.2.3); ``status`` as 9.2.3.15: 0x00 delivered, 0x46 expired."""
    return bytes((0x06, reference & 0xFF)) + address(recipient) + sent + done + bytes((status,))


# -- phone to network


@dataclass(frozen=True, slots=True, kw_only=True)
class Submit:
    """An SMS-SUBMIT as read (9.2.2.2). ``valid_s`` None: the centre's own validity. ``report``: one was asked for."""

    reference: int
    to: str
    pid: int
    data: UserData
    valid_s: float | None
    report: bool


def parse_submit(octets: bytes, now: datetime) -> Submit:
    """Read an SMS-SUBMIT without its service centre's address. Raises TpduError."""
    try:
        return _submit(octets, now)
    except IndexError:
        raise TpduError("the PDU ends too soon") from None


def _submit(octets: bytes, now: datetime) -> Submit:
    first, reference, digits, kind = octets[0], octets[1], octets[2], octets[3]
    if first & 0x03 != 0x01:
        raise TpduError(f"message type {first & 0x03} is not SMS-SUBMIT")
    at = 4 + (digits + 1) // 2
    to = read_digits(octets[4:at], digits, kind)
    pid, dcs = octets[at], octets[at + 1]
    validity_size = {0x00: 0, 0x10: 1}.get(first & 0x18, 7)
    validity = octets[at + 2 : at + 2 + validity_size]
    at += 2 + validity_size
    data = UserData(dcs=dcs, header=bool(first & 0x40), length=octets[at], octets=octets[at + 1 :])
    expected = (data.length * 7 + 7) // 8 if data.alphabet == GSM7 else data.length
    if len(data.octets) != expected or expected > OCTETS_WHOLE:
        raise TpduError(f"user data has {len(data.octets)} octets, its length says {expected}")
    if data.header and (not data.octets or 1 + data.octets[0] > len(data.octets)):
        raise TpduError("the header is longer than the user data")
    return Submit(
        reference=reference,
        to=to,
        pid=pid,
        data=data,
        valid_s=_valid_s(first & 0x18, validity, now),
        report=bool(first & 0x20),
    )


def read_digits(octets: bytes, count: int, kind: int) -> str:
    """The number of an address field's octets. Raises TpduError for letters or missing octets."""
    digits = "".join(f"{octet & 0x0F:x}{octet >> 4:x}" for octet in octets)[:count]
    if len(digits) < count or not digits or any(digit not in "0123456789abc" for digit in digits):
        raise TpduError("the destination is not a number")
    digits = digits.translate(str.maketrans("abc", "*#a"))
    return f"+{digits}" if kind & 0x70 == 0x10 else digits


def _valid_s(form: int, value: bytes, now: datetime) -> float | None:
    """Validity in seconds (9.2.3.12): relative by its formula, absolute from ``now``; enhanced is not read."""
    if form == 0x10:
        code = value[0]
        if code <= 143:
            return (code + 1) * 300.0
        if code <= 167:
            return 43_200.0 + (code - 143) * 1_800.0
        return (code - 166) * 86_400.0 if code <= 196 else (code - 192) * 604_800.0
    if form == 0x18:
        return max(0.0, (_absolute(value) - now).total_seconds())
    return None


def _absolute(value: bytes) -> datetime:
    if len(value) < 7:
        raise TpduError("the validity ends too soon")
    year, month, day, hour, minute, second = (10 * (octet & 0x0F) + (octet >> 4) for octet in value[:6])
    quarters = 10 * (value[6] & 0x07) + (value[6] >> 4)
    offset = timedelta(minutes=15 * quarters) * (-1 if value[6] & 0x08 else 1)
    try:
        return datetime(2000 + year, month, day, hour, minute, second, tzinfo=UTC) - offset
    except ValueError as fault:
        raise TpduError(f"the validity is no time: {fault}") from None
