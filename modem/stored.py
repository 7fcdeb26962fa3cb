"""What AT+CMGL and AT+CMGR answer in PDU mode (27.005, 3.4.2 and 3.4.3). Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from modem.codes import fits, is_pdu

_HEADER = re.compile(r"\+CMGL:\s*(?P<index>\d+)\s*,\s*(?P<stat>\d)\s*,.*?(?P<length>\d+)$")
_ONE = re.compile(r"\+CMGR:\s*(?P<stat>\d)\s*,.*?(?P<length>\d+)$")
_RECEIVED = ("0", "1")  # unread, read; 2 and 3 are somebody's drafts


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One stored letter. ``whole``: its PDU has the length that its header says."""

    memory: str
    index: int
    pdu: str
    whole: bool

    @property
    def print(self) -> str:
        """By which the same letter in the same slot is known again."""
        return hashlib.sha256(self.pdu.encode()).hexdigest()


def one(memory: str, index: int, lines: Sequence[str]) -> Entry | None:
    """The letter in AT+CMGR's answer; None when there is none, or a draft."""
    header = _ONE.match(_ascii(lines[0])) if lines else None
    body = _body(lines[1:])
    if header is not None and header["stat"] not in _RECEIVED:
        return None
    if not body:
        return None
    length = int(header["length"]) if header is not None else None
    return Entry(memory=memory, index=index, pdu=body, whole=length is not None and fits(body, length))


def listed(memory: str, lines: Sequence[str]) -> tuple[list[Entry], list[int]]:
    """The letters in AT+CMGL's answer, and the indexes whose lines are damaged: read those alone. A header that is
    damaged itself hides its letter until the next sweep."""
    entries: list[Entry] = []
    doubtful: list[int] = []
    last = -1
    for header, body in _pairs(lines):
        index = int(header["index"])
        if header["stat"] not in _RECEIVED:
            continue
        entry = Entry(memory=memory, index=index, pdu=body, whole=fits(body, int(header["length"])))
        if entry.whole and index > last:
            entries.append(entry)
            last = index
        else:
            doubtful.append(index)  # an index out of order lost or gained a digit
    return entries, doubtful


def _pairs(lines: Sequence[str]) -> list[tuple[re.Match[str], str]]:
    """Each whole header with the lines up to the next one that looks like a header, the first of which is its PDU."""
    found: list[tuple[re.Match[str], str]] = []
    header: re.Match[str] | None = None
    body: list[str] = []
    for line in [*map(_ascii, lines), "+CMGL"]:
        if not line.startswith("+"):
            body.append(line)
            continue
        if header is not None:
            found.append((header, _body(body)))
        header, body = _HEADER.match(line), []
    return found


def _body(lines: Sequence[str]) -> str:
    """The PDU among the lines after a header: the first that can be one, else the first as it is."""
    plain = [_ascii(line) for line in lines]
    return next((line.upper() for line in plain if is_pdu(line)), plain[0] if plain else "")


def _ascii(line: str) -> str:
    return line.encode("ascii", "ignore").decode()
