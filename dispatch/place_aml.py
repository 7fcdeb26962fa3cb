"""Advanced Mobile Location: the SMS that a smartphone sends by itself beside an emergency call (ETSI TS 103 625,
section 6.1; its first users write ``lg`` for ``lo``). Pure.

``A"ML=1;lt=+3.60123;lo=+98.48765;rd=25;top=20260301030000;lc=90;pm=W;si=…;ei=…;mcc=510;ml=120``
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

_HEAD = re.compile(r"\bA\s*[\"'”“`]?\s*ML\s*=\s*(?P<version>\d{1,2})\s*(?=;)", re.IGNORECASE)
_FIELD = re.compile(r";\s*(?P<key>[A-Za-z]{2,4})\s*=\s*(?P<value>[^;\s]*)")
_DEGREES = re.compile(r"[+-]?\d{1,3}(?:\.\d{1,10})?")
_METHODS = {"G": "satellites", "W": "wifi", "C": "cell", "N": "none", "A": "several", "U": "unknown"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Aml:
    """One AML message. ``lat``, ``lon``: degrees WGS 84, None where the phone had no position; ``radius_m`` at
    ``confidence`` per cent; ``at``: when the position was taken; ``method`` in words; ``imsi``, ``imei``, ``mcc``,
    ``mnc``: as sent; ``length``: what the message says of its own (characters);
    ``begin``, ``end``: where in the text."""

    version: int
    begin: int
    end: int
    lat: float | None = None
    lon: float | None = None
    radius_m: float | None = None
    confidence: int | None = None
    at: datetime | None = None
    method: str = "unknown"
    imsi: str = ""
    imei: str = ""
    mcc: str = ""
    mnc: str = ""
    length: int | None = None


def read_aml(text: str) -> Aml | None:
    """The AML message in a text, or None. A field that is missing, or nonsense, is as if not sent."""
    head = _HEAD.search(text)
    if head is None:
        return None
    fields: dict[str, str] = {}
    end = head.end()
    while (field := _FIELD.match(text, end)) is not None:
        fields.setdefault(field["key"].lower(), field["value"])
        end = field.end()
    lat, lon = _degrees(fields.get("lt", ""), 90), _degrees(fields.get("lo") or fields.get("lg", ""), 180)
    method = _METHODS.get(fields.get("pm", "").upper(), "unknown")
    placed = lat is not None and lon is not None and (lat, lon) != (0.0, 0.0) and method != "none"
    return Aml(
        version=int(head["version"]),
        begin=head.start(),
        end=end,
        lat=lat if placed else None,
        lon=lon if placed else None,
        radius_m=_number(fields.get("rd", "")),
        confidence=_whole(fields.get("lc", ""), 100),
        at=_instant(fields.get("top", "")),
        method=method,
        imsi=fields.get("si", ""),
        imei=fields.get("ei", ""),
        mcc=fields.get("mcc", ""),
        mnc=fields.get("mnc", ""),
        length=_whole(fields.get("ml", ""), 9999),
    )


def _degrees(said: str, most: int) -> float | None:
    value = float(said) if _DEGREES.fullmatch(said) else None
    return value if value is not None and abs(value) <= most else None


def _number(said: str) -> float | None:
    return float(said) if re.fullmatch(r"\d{1,7}(?:\.\d{1,6})?", said, re.ASCII) else None


def _whole(said: str, most: int) -> int | None:
    value = _number(said)
    return int(value) if value is not None and value <= most else None


def _instant(said: str) -> datetime | None:
    """``YYYYMMDDhhmmss`` in UTC."""
    if not re.fullmatch(r"\d{14}", said, re.ASCII):
        return None
    try:
        return datetime.strptime(said, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
