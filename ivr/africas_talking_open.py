"""The voice leg over Africa's Talking, joined: what is posted, what is fetched, what is called."""

from __future__ import annotations

import contextlib
import math
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from config.clock import Clock
from config.phones import is_emergency
from config.settings import Settings
from gateway.pulse import Pulse, Status
from ivr.africas_talking import AfricasTalkingVoice, Tapes
from ivr.africas_talking_calls import Calls, Fixed
from ivr.africas_talking_known import Find, Inbound
from ivr.africas_talking_leg import CIRCUIT, VoiceLeg
from ivr.africas_talking_sounds import Shelf
from ivr.africas_talking_tape import INSTALL, reader
from ivr.conversation import Utterance
from ivr.speech import Voice
from ivr.synth import Mute
from modem.voice import RATE

if TYPE_CHECKING:
    from config.city import City

SORRY, INSTEAD, OVER = "menu_sorry", "menu_instead", "call_back_over"
"""Prompts: an apology that says whom to call; the same, as it ships as sound; that the call is over."""
TICK_S, TICK_HZ, TICK_PEAK = 0.06, 425.0, 1000  # 30 dB below full scale: the line lives


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceOver:
    """What the front door joins: ``calls`` go to the callbacks (``Callbacks.calls``), ``shelf`` to the pages
    (``ivr.web.add_sounds``), ``leg`` beside the modems' (it is told the address: ``listening``), ``loops`` are
    supervised by their names."""

    calls: Calls
    shelf: Shelf
    leg: VoiceLeg
    loops: Mapping[str, Callable[[], Awaitable[None]]]


@contextlib.asynccontextmanager
async def open_voice(
    settings: Settings,
    city: City,
    clock: Clock,
    pulse: Pulse,
    voice: Voice,
    *,
    inbound: Inbound,
    find: Find,
    changed: Callable[[], None] = lambda: None,
) -> AsyncIterator[VoiceOver | None]:
    """Join them; None where the settings name no account or no number for calls. ``inbound`` and ``find``: the
    switchboard's. ``changed``: the leg became better or worse. At the end what is being committed is waited for."""
    account = settings.africastalking
    if not account.username or not account.voice_number:
        yield None
        return
    api, shelf = AfricasTalkingVoice(account, clock), Shelf(voice, clock)
    await api.open()

    def forbidden(number: str) -> bool:
        return is_emergency(number) or (not api.virtual and city.is_sample(number))

    tapes = Tapes(clock, account.recording_hosts, account.voice_url if api.virtual else "")
    calls = Calls(
        *(clock, shelf, await _fixed(shelf, voice, city)),
        inbound=inbound,
        find=find,
        fetch=tapes.fetch,
        may_dial=lambda number: not forbidden(number),
        caller=account.voice_number,
    )
    common = (api, account, calls, voice, clock, pulse)
    leg = VoiceLeg(*common, public_url=settings.http.public_url, forbidden=forbidden, changed=changed)
    _tell_of_recordings(pulse)
    try:
        yield VoiceOver(calls=calls, shelf=shelf, leg=leg, loops={f"provider {CIRCUIT}": leg.circuit.run})
    finally:
        await calls.close()


def _tell_of_recordings(pulse: Pulse) -> None:
    if reader() is None:
        pulse.report("recordings", CIRCUIT, Status.DEGRADED, f"what callers say cannot be read; run: {INSTALL}")


async def _fixed(shelf: Shelf, voice: Voice, city: City) -> Fixed:
    """The sounds that are there whatever happens later, spoken now."""
    lang, call = city.languages[0], city.emergency_call

    def utterance(prompt: str, *, whole: bool) -> Utterance:
        return Utterance(text=city.prompt(lang, prompt, call=call), lang=lang, prompt=prompt, whole=whole, slow=True)

    instead = utterance(INSTEAD, whole=True)
    sorry = await _said(voice, utterance(SORRY, whole=False), instead)
    over = await _said(voice, utterance(OVER, whole=True), instead)
    return Fixed(sorry=shelf.fix(sorry), over=shelf.fix(over), tick=shelf.fix(tick()))


async def _said(voice: Voice, *ones: Utterance) -> bytes:
    for one in ones:
        with contextlib.suppress(Mute):
            return await voice.sound(one)
    return b""


def tick() -> bytes:
    """A soft short tone, 8 kHz s16le."""
    many = round(TICK_S * RATE)
    wave = (TICK_PEAK * math.sin(math.pi * n / many) * math.sin(math.tau * TICK_HZ * n / RATE) for n in range(many))
    return b"".join(round(one).to_bytes(2, "little", signed=True) for one in wave)
