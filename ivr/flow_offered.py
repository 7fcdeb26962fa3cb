"""A flow as one city has it: a key that leads to what the city does not offer is not there, and those behind it move
up. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ivr.flow_data import Flow, Key

if TYPE_CHECKING:
    from config.city import City

HAS: Mapping[str, Callable[[City], bool]] = {"clinics": lambda city: bool(city.clinics.clinics)}
"""What a key may need, and whether a city has it."""


def offered(flow: Flow, city: City) -> Flow:
    """Without the keys that need what the city has not."""
    lacking = {need for need, has in HAS.items() if not has(city)}
    nodes = {name: replace(node, keys=_left(node.keys, lacking)) for name, node in flow.nodes.items()}
    return replace(flow, nodes=nodes)


def _left(keys: Mapping[str, Key], lacking: set[str]) -> Mapping[str, Key]:
    """Counted from 1 without a gap; 0, the star and the hash key stay what they are."""
    kept = {digit: key for digit, key in keys.items() if key.needs not in lacking}
    if len(kept) == len(keys):
        return keys
    counted = [key for digit, key in sorted(kept.items()) if digit in "123456789"]
    others = {digit: key for digit, key in kept.items() if digit not in "123456789"}
    return {str(nth): key for nth, key in enumerate(counted, start=1)} | others
