"""Whose network a number is in, by its prefix, as data (``62.csv``: a file a country)."""

from __future__ import annotations

import csv
import functools
from collections.abc import Mapping
from pathlib import Path

TABLES = Path(__file__).parent
LONGEST = 8  # characters of a prefix with its ``+``; the tables are looked up from the longest on


def operator_of(number: str) -> str:
    """The operator of an E.164 number; empty where no table knows its prefix."""
    prefixes = _prefixes()
    return next((prefixes[number[:end]] for end in range(LONGEST, 1, -1) if number[:end] in prefixes), "")


def operators() -> tuple[str, ...]:
    """Every operator that a table names."""
    return tuple(sorted(set(_prefixes().values())))


@functools.cache
def _prefixes() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for path in sorted(TABLES.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            found |= {row["e164_prefix"]: row["operator"] for row in csv.DictReader(file)}
    return found
