"""The telephones of the house: the lines, the switchboard over them, and what this room does for whoever is on one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from config.phones import is_emergency
from dispatch.voice import Lines
from dispatch.voice_caller import hands
from gateway.dialogue import Dialogue
from gateway.post import Ground
from gateway.ussd import Letters
from ivr.flow_read import flows
from ivr.gsm import CallModem
from ivr.legs import Legs
from ivr.switchboard import Desk, Switchboard
from ivr.talking import Talking

RECORDINGS = "recordings"  # the folder of what people said, in the data folder


def telephones(
    ground: Ground,
    modems: Sequence[CallModem],
    dialogues: Sequence[Dialogue],
    inbox: Letters,
    *,
    done: Callable[[], None],
) -> tuple[Legs, Switchboard]:
    """``dialogues``: as for USSD; ``inbox``: where they put letters. ``done``: something was done for a caller."""
    city, clock = ground.city, ground.clock
    leg = Legs(modems, clock, forbidden=lambda number: city.is_sample(number) or is_emergency(number))
    desk = Desk(
        store=ground.store,
        catalogue=city,
        clock=clock,
        flows=flows(city),
        recordings=ground.settings.data_dir / RECORDINGS,
        crash=ground.crash,
    )
    switchboard = Switchboard(desk, done=done)
    lines = Lines(free=leg.free, voices=leg.free_voices)
    switchboard.serve(*hands(city, lines), Talking(dialogues, city, inbox))
    return leg, switchboard
