"""Answers of a city's system as octets, well and spoilt. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Answered:
    """What goes back."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


Make = Callable[[bytes], Answered]
"""What is said instead of the answer with that body."""


def text(value: Any) -> str:
    """As JSON, each letter as it is."""
    return json.dumps(value, ensure_ascii=False)


def spoilt(instead: bytes) -> Make:
    """The answer ends with these octets inside a text."""
    return lambda body: Answered(200, body[:-2] + b', "catatan": ' + instead + b"}}")


def other(change: Callable[[Any], Any], *, key: bool = False) -> Make:
    """Each value changed; of ``key`` each row's number instead."""

    def make(body: bytes) -> Answered:
        said = json.loads(body)
        for row in said["hasil"]["daftar"]:
            if key:
                row["nomor"] = change(row["nomor"])
            for cell in row["isi"].values():
                cell["nilai"] = cell["nilai"] if key else change(cell["nilai"])
        return Answered(200, text(said).encode())

    return make


def nested(depth: int) -> bytes:
    """So many lists in each other."""
    return b'{"hasil": ' + b"[" * depth + b"]" * depth + b"}"
