"""A request's fields, whatever shape they are in: urlencoded, of any quality. Pure; nothing here raises."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from gateway.callback import Posted
from gateway.envelope import storable

_BAD_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_BLANK_PLUS = re.compile(r" +([1-9][0-9]{6,14})")  # ITU-T E.164: at most 15 digits; a short code has fewer than 7
_OFFSET_BLANK = re.compile(r"(T?\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) (\d{2}:?\d{2})$")
LONGEST_INSTANT = 64  # characters; the longest form has 32, and twice encoded twice that
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)  # what a network's stamp may say


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """``values``: the first of each name, storable as they are. ``doubts``: what was wrong, one word or two each.
    ``raw``: the request as text, empty where there is no doubt."""

    values: Mapping[str, str]
    doubts: tuple[str, ...] = ()
    raw: str = ""

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str) -> str:
        """The field; empty where it is absent."""
        return self.values.get(name, "")

    def phone(self, name: str) -> str:
        """The field with its ``+`` restored (``phone``)."""
        return phone(self.values.get(name, ""))


def read_form(posted: Posted) -> Form:
    """The urlencoded fields of the body, then those of the query. Bad UTF-8 becomes U+FFFD; of a name that comes twice
    the first holds; both are doubts."""
    values: dict[str, str] = {}
    doubts: dict[str, None] = {}
    if posted.body:
        _read(posted.body, values, doubts)
    if posted.query:
        _read(posted.query.encode("utf-8", "surrogateescape"), values, doubts)
    return Form(values=values, doubts=tuple(doubts), raw=raw_text(posted) if doubts else "")


def raw_text(posted: Posted) -> str:
    """The request as text, to be kept beside its doubts."""
    body = storable(posted.body.decode("utf-8", "replace"))
    return f"?{storable(posted.query)}\n{body}" if posted.query else body


def _read(source: bytes, values: dict[str, str], doubts: dict[str, None]) -> None:
    escaped = b"%" in source
    if escaped and _BAD_ESCAPE.search(source):
        doubts["bad escape"] = None
    if b"\0" in source or (escaped and b"%00" in source):
        doubts["NUL"] = None
    for piece in source.replace(b"+", b" ").split(b"&"):
        if not piece:
            continue
        name, _, value = piece.partition(b"=")
        key = _decoded(name, doubts)
        if key in values:
            doubts[f"{key[:40]} twice"] = None
        else:
            values[key] = _decoded(value, doubts)


def _decoded(piece: bytes, doubts: dict[str, None]) -> str:
    plain = unquote_to_bytes(piece) if b"%" in piece else piece
    try:
        return storable(plain.decode())
    except UnicodeDecodeError:
        doubts["bad UTF-8"] = None
        return storable(plain.decode("utf-8", "replace"))


def phone(text: str) -> str:
    """The number with the ``+`` that was decoded to a blank, or encoded twice; anything else only trimmed."""
    if found := _BLANK_PLUS.fullmatch(text.rstrip()):
        return f"+{found[1]}"
    text = text.strip()
    return "+" + text[3:] if text[:3].upper() == "%2B" else text


def instant(text: str) -> datetime | None:
    """An instant as ISO 8601 or ``2017-05-03 06:04:45``; UTC where it names no zone. Blanks that were encoded twice
    (``+``, ``%20``) are blanks, and a blank before the zone was a ``+``. None where it is none, or of no century in
    which this program runs."""
    return _instant(text) if len(text) <= LONGEST_INSTANT else None


@lru_cache(1024)  # what one second's letters carry is mostly equal
def _instant(text: str) -> datetime | None:
    plain = text.replace("%20", " ").replace("%3A", ":").replace("%3a", ":").strip()
    if "+" in plain[:11]:
        plain = plain.replace("+", " ", 1)
    plain = _OFFSET_BLANK.sub(r"\1+\2", plain)
    try:
        at = datetime.fromisoformat(plain)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return at if _FIRST <= at < _LAST else None
