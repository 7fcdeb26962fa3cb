"""The vocabulary of a modem's lines: final results, unsolicited codes, and the small forms inside them. Pure.

Clauses are those of 3GPP TS 27.005 (SMS) and 27.007 (the rest); final results are V.250, 5.7.1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How a command ended."""

    OK = "ok"
    ERROR = "error"
    NO_CARRIER = "no carrier"
    BUSY = "busy"
    NO_ANSWER = "no answer"
    NO_DIALTONE = "no dialtone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Final:
    """A command's final result. ``cms``/``cme``: the error's number (27.005, 3.2.5; 27.007, 9.2), where it has one."""

    verdict: Verdict
    text: str
    cms: int | None = None
    cme: int | None = None

    @property
    def ok(self) -> bool:
        return self.verdict is Verdict.OK


@dataclass(frozen=True, slots=True)
class Text:
    """One line of the answer to the command outstanding."""

    line: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """``>``: the modem waits for the PDU."""


@dataclass(frozen=True, slots=True)
class Echo:
    """The command came back: the modem echoes (it does so again after a silent reboot)."""

    line: str


@dataclass(frozen=True, slots=True)
class Code:
    """An unsolicited result code: ``name`` up to the colon, ``rest`` after it, ``pdu`` the second line of a two-line
    code ("" when it never came whole)."""

    name: str
    rest: str = ""
    pdu: str = ""

    def fields(self) -> list[str]:
        return fields(self.rest)


@dataclass(frozen=True, slots=True)
class Stray:
    """Nobody asked for it: a late answer, or noise."""

    line: str


Event = Final | Text | Prompt | Echo | Code | Stray

TWO_LINES = ("+CMT", "+CDS", "+CBM", "+CLASS0")

BARE_CODES = frozenset({
    "RING", "NO CARRIER", "BUSY", "NO ANSWER", "NO DIALTONE", "MO RING", "MO CONNECTED", "VOICE CALL", "MISSED_CALL",
    "RDY", "Call Ready", "SMS Ready", "PB DONE", "SMS DONE", "START", "NORMAL POWER DOWN",
    "+SMS FULL", "SMS FULL", "UNDER-VOLTAGE WARNNING", "OVER-VOLTAGE WARNNING",
})  # fmt: skip
"""Codes that are words, not marks; before a colon, the part before it counts. Spelt as the modems spell them."""

KNOWN_CODES = BARE_CODES | {
    "+CMTI", "+CMT", "+CDS", "+CDSI", "+CBM", "+CBMI", "+CLASS0", "+CRING", "+CLIP", "+CCWA", "+CUSD", "+CREG",
    "+CGREG", "+CEREG", "+CLCC", "+COLP", "+CIEV", "+QIND", "+DTMF", "+RXDTMF", "+QTONEDET", "+CPIN", "+CFUN", "+CTZV",
    "+QPSND", "+CREC", "^ORIG", "^CONF", "^CONN", "^CEND", "^DSCI", "^DDTMF", "^RSSI", "^MODE", "^BOOT", "^SMMEMFULL",
    "^SIMST", "^SRVST", "^HCSQ", "*PSUTTZ",
}  # fmt: skip
"""Codes that may stand inside the answer of a command whose lines have no prefix."""

BOOT_CODES = frozenset({"RDY", "^BOOT", "START", "*PSUTTZ", "Call Ready", "SMS Ready", "PB DONE", "SMS DONE"}) | {
    "+CPIN", "^SIMST", "NORMAL POWER DOWN",
}  # fmt: skip
"""The modem has (perhaps) started anew and forgotten every setting; Quectel also says ``+QIND: SMS DONE``."""

FULL_CODES = frozenset({"+SMS FULL", "SMS FULL", "^SMMEMFULL"})
"""A memory for SMS is full; Quectel says it as ``+QIND: "smsfull"``."""

CALL_ENDS = {
    "NO CARRIER": Verdict.NO_CARRIER,
    "BUSY": Verdict.BUSY,
    "NO ANSWER": Verdict.NO_ANSWER,
    "NO DIALTONE": Verdict.NO_DIALTONE,
    "NO DIAL TONE": Verdict.NO_DIALTONE,
}

_HUAWEI_ERRORS = ("COMMAND NOT SUPPORT", "TOO MANY PARAMETERS", "INPUT VALUE IS OUT OF RANGE")
_ERROR = re.compile(r"\+CM([ES]) ERROR:\s*(.*)")
_MARKED = re.compile(r"[+^*$#%&][A-Z][A-Z0-9_]*(?=:|$)", re.ASCII)


def fields(rest: str) -> list[str]:
    """``1,"a,b",,2`` → ``["1", "a,b", "", "2"]``. Never raises: an unclosed quote ends with the line."""
    found = [""]
    quoted = False
    for char in rest:
        if char == '"':
            quoted = not quoted
        elif char == "," and not quoted:
            found.append("")
        else:
            found[-1] += char
    return [field.strip() for field in found]


def number_in(field: str) -> int | None:
    """The decimal number a field is, or None."""
    return int(field) if field.isascii() and field.isdigit() and len(field) <= 9 else None


def is_pdu(line: str) -> bool:
    """Whether a line can be a PDU: whole octets in hexadecimal."""
    return len(line) >= 4 and len(line) % 2 == 0 and re.fullmatch(r"[0-9A-Fa-f]+", line) is not None


def fits(pdu: str, octets: int | None) -> bool:
    """Whether a PDU has the length its header says: ``octets`` without the service centre's address (27.005, 3.1)."""
    return octets is None or (is_pdu(pdu) and len(pdu) // 2 - 1 - int(pdu[:2], 16) == octets)


def code_name(plain: str) -> str | None:
    """The name of the unsolicited code a line is, or None."""
    if plain in BARE_CODES:
        return plain
    before = plain.partition(":")[0]
    if before in BARE_CODES:
        return before
    found = _MARKED.match(plain)
    return found[0] if found else None


def final_result(plain: str, *, dial: bool = False) -> Final | None:
    """The final result a line is, or None. NO CARRIER and its like are final only to a command that dials."""
    if plain == "OK":
        return Final(verdict=Verdict.OK, text=plain)
    if plain == "ERROR" or plain.startswith(_HUAWEI_ERRORS):
        return Final(verdict=Verdict.ERROR, text=plain)
    found = _ERROR.fullmatch(plain)
    if found:
        number = number_in(found[2].strip())
        cms, cme = (number, None) if found[1] == "S" else (None, number)
        return Final(verdict=Verdict.ERROR, text=plain, cms=cms, cme=cme)
    if dial and plain in CALL_ENDS:
        return Final(verdict=CALL_ENDS[plain], text=plain)
    return None
