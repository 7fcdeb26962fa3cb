"""Where a call stands, and its last turn, as JSON and back. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from gateway.dialogue import Choice, Screen
from ivr.conversation import Turn, Utterance
from ivr.events import End, Hold, Join, Listen, Record
from ivr.flow_data import State

_THEN: Mapping[str, type[Listen | Record | Hold | Join | End]] = {
    "listen": Listen,
    "record": Record,
    "hold": Hold,
    "join": Join,
    "end": End,
}


def packed_state(state: State) -> str:
    """The state as JSON, in ASCII: any character that people type survives every database."""
    screen = state.screen
    choices = [[choice.key, choice.label] for choice in screen.choices] if screen is not None else []
    shown = screen and [screen.text, choices, screen.last, screen.figures]
    plain = {name: getattr(state, name) for name in ("at", "rounds", "page", "held", "ended")}
    return json.dumps({**plain, "fields": dict(state.fields), "screen": shown})


def unpacked_state(text: str) -> State:
    """Raises ValueError, KeyError or TypeError for what another version wrote."""
    data = json.loads(text)
    screen, shown = None, data.pop("screen")
    if shown:
        said, lines, last, *more = shown
        choices = tuple(Choice(key=key, label=label) for key, label in lines)
        screen = Screen(text=said, choices=choices, last=last, figures=any(more))
    return State(**data, screen=screen)


def packed_turn(turn: Turn) -> str:
    """The turn as JSON, in ASCII."""
    kind = next(name for name, made in _THEN.items() if isinstance(turn.then, made))
    return json.dumps(
        {
            "seq": turn.seq,
            "say": [asdict(one) for one in turn.say],
            "then": {"is": kind, **asdict(turn.then)},
            "instead": asdict(turn.instead) if turn.instead is not None else None,
        }
    )


def unpacked_turn(text: str) -> Turn:
    """Raises ValueError, KeyError or TypeError for what another version wrote."""
    data = json.loads(text)
    then: dict[str, Any] = data["then"]
    return Turn(
        seq=data["seq"],
        say=tuple(Utterance(**one) for one in data["say"]),
        then=_THEN[then.pop("is")](**then),
        instead=Utterance(**data["instead"]) if data["instead"] else None,
    )
