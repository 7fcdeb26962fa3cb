"""Acts, things and details of the audit in words. Lines hold them as they were written, and so do exports. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

SAID = "{number}"  # stands for a number that is kept apart
DETAILS: Mapping[str, re.Pattern[str]] = {
    "whole": re.compile(r"whole"),
    "faults": re.compile(r"faults=(?P<n>\d+)"),
    "rows": re.compile(r"rows=(?P<n>\d+)|(?P<m>\d+) rows"),
    "proofs": re.compile(r"wrong proofs"),
    "from": re.compile(r"from (?P<n>\S+)"),
    "moved": re.compile(r"(?P<n>\d+) moved, (?P<m>\d+) not"),
}
Piece = Callable[[str], str]


def act_said(what: str, piece: Piece) -> str:
    """``clinic.walkin`` as ``klinik: datang langsung``. ``piece``: the word for one part, or the part itself."""
    thing, _, done = what.partition(".")
    return f"{piece(thing)}: {piece(done)}" if done else piece(thing)


def thing_said(thing: str, piece: Piece) -> str:
    """``incident/12`` as ``kejadian 12``, ``/people/{number}/notes`` as ``warga catatan``."""
    parts = [part for part in thing.split("/") if part and part != SAID]
    return " ".join(piece(part) for part in parts) if parts else piece("board") if thing else ""


def detail_said(detail: str, say: Callable[[str, Mapping[str, str]], str]) -> str:
    """A detail that is known, by its words; else itself."""
    for key, form in DETAILS.items():
        if found := form.fullmatch(detail):
            said = {name: value for name, value in found.groupdict().items() if value is not None}
            return say(key, {"n": "", "m": "", **(said if key != "rows" else {"n": said.get("n") or said["m"]})})
    return detail
