"""Phones of one household: the same kelurahan and the same house. Linked by the clock, shown only when confirmed."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from config.language import language_of
from gateway.registry import Resident
from gateway.store import Tx
from gateway.store.people import living_in, save
from gateway.words import words

if TYPE_CHECKING:
    from config.city import City


def house_of(city: City, address: str) -> str:
    """The street and the number as one word, however they are written (``Jl. Kentang No. 7, Lk. III`` and ``jalan
    kentang 7`` are the same); empty without a number: a street alone is no house."""
    lists = language_of(city).address
    parts: list[str] = []
    for word in words(address):
        if word.typed in lists.ward or word.typed in ("rt", "rw"):
            break
        if word.typed not in lists.street and word.typed not in lists.number:
            parts.append(word.typed)
        if any(char.isdigit() for char in word.typed):
            return "".join(parts) if len(parts) > 1 else ""
    return ""


def new_household(seed: str) -> str:
    """A name that says nothing of who lives there."""
    return hashlib.sha256(seed.encode()).hexdigest()[:12]


def join_household(tx: Tx, city: City, line: Resident, seed: str) -> None:
    """Give the line the household of those who live in the same house, where there are any."""
    house = house_of(city, line.address)
    if not house or line.household:
        return
    there = [one for one in living_in(tx, line.kelurahan) if one.phone != line.phone]
    same = [one for one in there if house_of(city, one.address) == house]
    if not same:
        return
    household = next((one.household for one in same if one.household), "") or new_household(seed)
    for one in (line, *same):
        if not one.household:
            save(tx, replace(one, household=household))
