"""Which channel carries a letter now. Pure: what is known of the letter and of every channel goes in.

``takes`` is asked by a channel that is free, of each waiting letter in turn. Hard rules say whether the channel may
carry the letter at all (``may``); among the channels that may and are well, the best take it (``rank``; equals share).
A letter that its best channel has not taken within ``PATIENCE_S`` goes by any that may.

| lane | hard | order |
|---|---|---|
| emergency | – | a modem kept for calls last; a resting, an occupied, a failed channel after the others |
| service | not a resting channel, nor one whose ceiling is reached | the channel the letter came by, unless a call |
|         | | has held it for long; then the free before the occupied, the cheap before the dear |
| bulk | the same; not a modem kept for calls; only the cheapest | the free before the occupied |

*Kept for calls* is a modem with ``use = "calls"``, and, where bulk could go by any other channel (well or not), the
last well modem that can call. *The cheapest* is reckoned over all channels that may carry the letter, also those that
are not well: bulk waits for them, an hour at most.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gateway.messages import Lane, Outbound

PATIENCE_S = {Lane.EMERGENCY: 5.0, Lane.SERVICE: 20.0, Lane.BULK: float("inf")}
"""From when it was due. An emergency: about one SMS on the air; a service reply: a few. Bulk always waits."""
OCCUPIED_S = (
    15.0  # a reply waits that long for the end of a call on the channel its letter came by; a call takes 25-75 s
)
GIVEN_UP_S = 3600.0  # a channel down for that long no longer holds bulk back from a dearer one


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A channel as it is now. ``calls``: it can also call, and its ``use`` allows it. ``rests``: several letters in a
    row came back from it. ``full``: its ceiling of today is reached. ``down_s``: how long it has not been well."""

    name: str
    serves: Callable[[str, Lane], bool]
    cost: Callable[[Outbound], float]
    calls: bool = False
    well: bool = True
    occupied: bool = False
    rests: bool = False
    full: bool = False
    down_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """A letter that waits. ``prefer``: the channel of the letter it answers; ``tried``: the channel from which it came
    back last; ``barred``: channels that refused it, and for now those on which it is in doubt; ``waited_s``: since it
    was due."""

    letter: Outbound
    prefer: str = ""
    tried: str = ""
    barred: frozenset[str] = frozenset()
    waited_s: float = 0.0


def takes(errand: Errand, name: str, ways: Sequence[Way]) -> bool:
    """Whether the channel of that name, which is free, carries the letter now."""
    mine = next(way for way in ways if way.name == name)
    if not may(errand, mine, ways):
        return False
    if len(ways) == 1 or errand.waited_s >= PATIENCE_S[errand.letter.lane]:
        return True
    others = [way for way in ways if way is not mine and way.well and may(errand, way, ways)]
    if not others:
        return True
    best = rank(errand, mine)
    return all(best <= rank(errand, other) for other in others)


def may(errand: Errand, way: Way, ways: Sequence[Way]) -> bool:
    """Whether the channel may carry the letter at all now (whether it is well is not asked)."""
    letter = errand.letter
    if letter.channel not in (None, way.name) or way.name in errand.barred or not way.serves(letter.to, letter.lane):
        return False
    if letter.lane is Lane.EMERGENCY:
        return True
    if way.full or way.rests:
        return False
    return letter.lane is Lane.SERVICE or _bulk(letter, way, ways)


def rank(errand: Errand, way: Way) -> tuple[float, ...]:
    """The lower the better."""
    failed = way.name == errand.tried
    if errand.letter.lane is Lane.EMERGENCY:
        reserved = not way.serves(errand.letter.to, Lane.SERVICE)
        return (reserved, way.rests, way.occupied, failed)
    if errand.letter.lane is Lane.BULK:
        return (failed, way.occupied)
    held = way.occupied and errand.waited_s >= OCCUPIED_S
    preferred = way.name == errand.prefer and not held and not failed
    return (not preferred, failed, way.occupied, way.cost(errand.letter))


def _bulk(letter: Outbound, way: Way, ways: Sequence[Way]) -> bool:
    if letter.channel is not None or len(ways) == 1:
        return True
    serving = [one for one in ways if one.serves(letter.to, Lane.BULK)]
    if _kept_for_calls(way, serving, ways):
        return False
    near = [one for one in serving if one.down_s < GIVEN_UP_S and not _kept_for_calls(one, serving, ways)]
    return all(way.cost(letter) <= one.cost(letter) for one in near if one is not way)


def _kept_for_calls(way: Way, serving: Sequence[Way], ways: Sequence[Way]) -> bool:
    """Whether it is the last modem that can call, and bulk has another way."""
    if not way.calls or all(one is way for one in serving):
        return False
    return not any(one.calls and one.well for one in ways if one is not way)
