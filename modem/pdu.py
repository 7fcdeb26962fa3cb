"""Short messages as PDUs: the one door to ``gsmmodem``, and what the other rooms import.

Reading is our own (``pdu_read.py``). Writing goes through ``gsmmodem``'s ``encodeSmsSubmitPdu``, one call a part, after
our own splitting and normalising; what it cannot write (characters beyond the BMP, ``§``) and the joined parts' user
data are laid behind the head that it made, with its ``Concatenation`` and ``packSeptets``.
"""

from __future__ import annotations

import re
import unicodedata
import warnings
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from config.gsm7 import BASIC, ESC, EXTENSION, septets
from modem.pdu_fields import Alphabet
from modem.pdu_read import UDHI, Deliver, PduError, StatusReport, Submitted, decode, describe, join

with warnings.catch_warnings():  # its regular expressions carry invalid escapes, which are warned of when compiled
    warnings.simplefilter("ignore", DeprecationWarning)
    warnings.simplefilter("ignore", SyntaxWarning)
    from gsmmodem.pdu import Concatenation, encodeGsm7, encodeSmsSubmitPdu, packSeptets

__all__ = [
    "Alphabet",
    "Deliver",
    "PduError",
    "StatusReport",
    "Submit",
    "Submitted",
    "decode",
    "describe",
    "encode",
    "join",
    "split",
]

ONE_SMS = (160, 70)  # septets, UTF-16 units: 140 octets (TS 23.040, 9.2.3.24)
ONE_PART = (153, 67)  # the same less 6 octets of header, an 8-bit reference in it
MOST_PARTS = 255
SHORTEST_VALIDITY = timedelta(minutes=5)  # TP-VP counts in steps of five minutes from five (9.2.3.12.1)
LONGEST_VALIDITY = timedelta(weeks=63)
DCS_UCS2, TOA_UNKNOWN = 0x08, 0x81


@dataclass(frozen=True, slots=True, kw_only=True)
class Submit:
    """A PDU to be sent. ``tpdu_hex`` is without the service centre's address; ``length`` its octets, for AT+CMGS."""

    tpdu_hex: str
    length: int


def normalised(text: str) -> str:
    """``text`` as it will be sent: composed (NFC), ``\\n`` alone between lines, lone surrogates replaced, and the back
    tick, which the GSM alphabet lacks, as an apostrophe where that saves half of the room."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n")
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    plain = text.replace("`", "'")
    return plain if septets(plain) is not None else text


def split(text: str) -> list[str]:
    """The texts of the parts, one at the least. Raises ValueError for more than 255."""
    text = normalised(text)
    whole = septets(text)
    wide = whole is None
    length = len(text.encode("utf-16-be")) // 2 if whole is None else whole
    if length <= ONE_SMS[wide]:
        return [text]
    parts = [""]
    room = ONE_PART[wide]
    for char in text:  # a character is never cut: neither an escape from what it escapes, nor a pair of surrogates
        width = (2 if ord(char) > 0xFFFF else 1) if wide else septets(char) or 0
        if width > room:
            parts.append("")
            room = ONE_PART[wide]
        parts[-1] += char
        room -= width
    if len(parts) > MOST_PARTS:
        raise ValueError(f"the text takes {len(parts)} parts; {MOST_PARTS} is the most")
    return parts


def encode(
    to: str,
    text: str,
    *,
    reference: int = 0,
    report: bool = True,
    validity: timedelta | None = None,
    flash: bool = False,
) -> list[Submit]:
    """The PDUs of a text, in order. ``to`` is a number, never a name. ``reference`` joins the parts (its last 8 bits: a
    16-bit one takes a character from each part, and some phones do not know it). ``report`` asks for a status report.
    ``validity``: how long the network may try (5 minutes at the least, 63 weeks at the most). Raises ValueError."""
    if not re.fullmatch(r"\+?[0-9]{3,15}", to):
        raise ValueError(f"{to!r} is not a number a modem may send to")
    texts = split(text)
    wide = any(septets(part) is None for part in texts)
    if validity is not None:
        validity = min(max(validity, SHORTEST_VALIDITY), LONGEST_VALIDITY)
    frame = {"reference": reference % 256, "requestStatusReport": report, "validity": validity, "sendFlash": flash}
    if len(texts) == 1 and _alike(texts[0], wide):
        return [_submit(to, encodeSmsSubmitPdu(to, texts[0], **frame)[0])]
    return [
        _laid(to, encodeSmsSubmitPdu(to, "", **frame)[0], part, wide, _header(reference, place, len(texts)))
        for place, part in enumerate(texts, 1)
    ]


def _header(reference: int, part: int, parts: int) -> bytes:
    """The header that joins a part to its siblings (9.2.3.24.1); nothing for a message that stands alone."""
    if parts == 1:
        return b""
    element = bytes(Concatenation(0x00, 3, [reference % 256, parts, part]).encode())
    return bytes((len(element), *element))


def _alike(text: str, wide: bool) -> bool:
    """Whether gsmmodem writes ``text`` as we do: its alphabet has the back tick for ``§``, an escape and a ``ÿ``."""
    if not text or any(char in "`§\x1b\xff\f" or ord(char) > 0xFFFF for char in text):
        return False
    return wide or bytes(encodeGsm7(text)) == _septets_of(text)


def _laid(to: str, head: Any, text: str, wide: bool, header: bytes) -> Submit:
    """Our user data behind the head that gsmmodem made for an empty text (it ends in TP-UDL 0)."""
    data = bytearray(head.data)
    data[1] |= UDHI if header else 0
    if wide:
        body = text.encode("utf-16-be")
        data[_coding_at(data)] |= DCS_UCS2
        data[-1] = len(header) + len(body)
        head.data = data + header + body
    else:
        filled = (len(header) * 8 + 6) // 7
        body = bytes(packSeptets(bytearray(_septets_of(text)), padBits=len(header) * 8 % 7))
        data[-1] = filled + (septets(text) or 0)
        head.data = data + header + body
    return _submit(to, head)


def _coding_at(data: bytearray) -> int:
    """Where TP-DCS stands: behind service centre, first octet, reference, recipient and protocol."""
    return 3 + 2 + (data[3] + 1) // 2 + 1


def _submit(to: str, pdu: Any) -> Submit:
    data = bytearray(pdu.data)
    if not to.startswith("+"):
        data[4] = TOA_UNKNOWN  # gsmmodem says "national", by which short codes are lost
    return Submit(tpdu_hex=bytes(data[1:]).hex().upper(), length=len(data) - 1)


_SEPTETS = {
    **{char: bytes((code,)) for code, char in enumerate(BASIC) if code != ESC},
    **{char: bytes((ESC, code)) for code, char in EXTENSION.items()},
}


def _septets_of(text: str) -> bytes:
    return b"".join(_SEPTETS[char] for char in text)
