"""The room of calls, joined: the city's voice, the switchboard, every line, and what runs beside them.

Ground ── open_voice ─► Voices ── answers (calls that come in) ─► the modems' listener
                          └── connect(modems) ─► legs ─► whoever orders calls
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from config.phones import is_emergency
from gateway.number import normal
from gateway.post import Ground
from gateway.pulse import Pulse, Status
from ivr.africas_talking_away import Away, Missed
from ivr.conversation import Utterance
from ivr.events import Part
from ivr.flow_data import Flow
from ivr.gsm import CallModem
from ivr.joining import Joining, Ringer
from ivr.legs import Legs
from ivr.switchboard import Desk, Switchboard
from ivr.turning import Hands
from ivr.wording import holes, worded
from modem.insist import insist
from modem.voice import FRAME_S, CallLine, Talk

if TYPE_CHECKING:
    from config.city import City
    from gateway.callbacks import Callbacks
    from ivr.africas_talking_open import VoiceOver
    from ivr.africas_talking_sounds import Shelf
    from ivr.media import Speaker
    from ivr.speech import Speech, Voice

log = logging.getLogger(__name__)

FAREWELL = "line_needed"  # the prompt of a talk that gives its line to a siren or an officer
JOINED = "joined_with"  # the prompt that whoever is rung to be joined hears
PREPARE_AFTER_S = 20.0  # seconds after the start until fixed prompts are spoken: letters and calls that waited go first
LOOK_S = 60.0  # seconds between two looks at how the voice is

Loop = Callable[[], Awaitable[None]]


class Named(Protocol):
    """A modem, as far as a call that comes in needs it."""

    @property
    def name(self) -> str: ...


class NotKept(Exception):
    """A call was answered, and the store kept nothing of it: it is kept as a missed one, to be rung back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaking:
    """How calls are carried: ``voice`` speaks (None: the city's), ``pace_s`` is a frame's length. Both differ on
    virtual time only, where timers and a machine's voice cost."""

    voice: Voice | None = None
    pace_s: float = FRAME_S


@dataclass(slots=True, kw_only=True)
class Voices:
    """See the module. ``legs`` once ``connect`` was called; ``over``: the provider's leg, where there is one.
    ``rings_back``: whether a call of that number asks for one of ours, at once, and is no call for the menu."""

    ground: Ground
    voice: Voice
    speaker: Speaker
    switchboard: Switchboard
    flows: Mapping[str, Flow]
    joining: Joining
    over: VoiceOver | None = None
    loops: dict[str, Loop] = field(default_factory=dict)
    rings_back: Callable[[str], bool] = lambda number: False
    _legs: Legs | None = None

    @property
    def legs(self) -> Legs:
        assert self._legs is not None, "connect the modems first"
        return self._legs

    def connect(self, modems: Sequence[CallModem]) -> Legs:
        """Every line there is: the modems, and the provider."""
        city, clock = self.ground.city, self.ground.clock
        self._legs = Legs(
            modems,
            clock,
            forbidden=lambda number: city.is_sample(number) or is_emergency(number),
            speaker=self.speaker,
            prepare=self.voice.prepare,
            joins=self.joining.exchange,
            provider=self.over.leg if self.over is not None else None,
            obeyed=[number for one in city.stations.values() if one.siren for number in one.siren.whitelist],
        )
        self.joining.ringer = Ringer(
            leg=self._legs,
            voices=self._legs.free_voices,
            clock=clock,
            words=lambda number: worded(city, [Part(prompt=JOINED)], {}, city.languages[0], slow=False),
            ring_s=city.clocks.ring_s,
            sample=city.is_sample,
        )
        return self._legs

    @property
    def sounds(self) -> Shelf | None:
        """What a provider fetches to play; None: there is none."""
        return self.over.shelf if self.over is not None else None

    def listening(self, url: str) -> None:
        """The program's pages are there."""
        if self.over is not None:
            self.over.leg.listening(url)

    def answer(self, callbacks: Callbacks | None, missed: Missed, rings_back: Callable[[str], bool]) -> None:
        """What a provider posts of calls is answered here. ``missed``: keeps a call that was turned away."""
        self.rings_back = rings_back
        if callbacks is not None and self.over is not None:
            callbacks.calls = self.over.calls
            self.over.calls.away = Away(self.turns_away, missed, self.ground.clock)

    def turns_away(self, number: str) -> bool:
        """Whether a call of that number is never answered: a machine's, or of somebody who is to be called."""
        return self.ground.city.siren_of(number) is not None or self.rings_back(number)

    def serve(self, *rooms: Hands) -> None:
        """These do what callers ask for."""
        self.switchboard.serve(*rooms)

    def looked_at(self) -> None:
        """A line became better or worse."""
        if self._legs is not None:
            self._legs.looked_at()

    def holds(self, number: str) -> bool:
        """Whether that number is on a line, and waits to be joined."""
        return self.joining.exchange.holds(number)

    def answers(self, modem: Named, caller: str | None) -> Talk | None:
        """What is said to a call that comes in over that modem: the menu. None: it is turned away."""
        number = normal(caller or "") or caller or ""
        if self.turns_away(number):
            return None

        async def talk(line: CallLine) -> None:
            session = self.switchboard.inbound(number, modem.name, self.ground.clock.now().isoformat())
            try:
                heard = await self.speaker.run(line, session, self.joining.exchange)
            finally:
                await insist(session.over("it was over"))
            if not session.begun or not heard:
                raise NotKept(f"a call over {modem.name} was not served")

        return talk


@contextlib.asynccontextmanager
async def open_voice(
    ground: Ground, speaking: Speaking | None = None, *, done: Callable[[], None]
) -> AsyncIterator[Voices]:
    """Join the room; nothing runs yet. ``done``: called after a commit in which something was done for a caller.
    Raises FlowFault: a shipped flow cannot be spoken with this city's prompts."""
    from ivr.flow_read import flows
    from ivr.media import Speaker

    speaking = speaking or Speaking()
    settings, city, clock, pace_s = ground.settings, ground.city, ground.clock, speaking.pace_s
    read = flows(city)
    desk = Desk(
        store=ground.store,
        catalogue=city,
        clock=clock,
        flows=read,
        recordings=settings.data_dir / "recordings",
        crash=ground.crash,
    )
    speech = speaking.voice or city_voice(ground)
    joining, pulse = Joining(), ground.pulse
    board = Switchboard(desk, done=done, moved=lambda count: _tell_calls(pulse, count))
    voices = Voices(
        ground=ground,
        voice=speech,
        speaker=Speaker(speech, clock, pace_s=pace_s, farewell=lambda lang: farewell(city, lang)),
        switchboard=board,
        flows=read,
        joining=joining,
    )
    voices.loops["calls"] = lambda: board.run(pulse)
    if speaking.voice is None:
        voices.loops["speech"] = _Watch(ground, speech, read).run  # type: ignore[arg-type]
    async with contextlib.AsyncExitStack() as stack:
        if settings.africastalking.voice_number:
            voices.over = await stack.enter_async_context(_provider(ground, voices))
            voices.loops |= voices.over.loops if voices.over is not None else {}
        stack.push_async_callback(joining.close)
        yield voices


def city_voice(ground: Ground) -> Speech:
    """The voice that the city's pack describes."""
    from ivr.speech import Speech
    from ivr.speech_cache import Cache
    from ivr.speech_fixed import Fixed
    from ivr.synth import Espeak

    city = ground.city
    return Speech(
        Espeak(city.voice.variant_of),
        ground.clock,
        Cache(ground.settings.data_dir / "prompts"),
        recordings=Fixed(city.path / "recordings"),
        incident_wpm=city.voice.incident_wpm,
        menu_wpm=city.voice.menu_wpm,
    )


def farewell(city: City, lang: str) -> Utterance:
    """What is said before a talk gives its line away; the city's first language where that one is not known."""
    lang = lang if lang in city.prompts else city.languages[0]
    return Utterance(text=city.prompt(lang, FAREWELL), lang=lang, prompt=FAREWELL, whole=True)


def fixed_words(city: City, flows: Mapping[str, Flow]) -> Iterator[Utterance]:
    """Everything that calls say and that has no fields: it may be spoken before anybody rings. An officer's first."""
    for flow in sorted(flows.values(), key=lambda flow: flow.slow):
        nodes = flow.nodes.values()
        ids = dict.fromkeys(id for node in nodes for id in (*node.prompts, *node.again))
        for lang in city.languages:
            whole = [Part(prompt=id) for id in ids if not holes(city.prompts[lang][id])]
            yield from worded(city, whole, {}, lang, slow=flow.slow)
    yield from (farewell(city, lang) for lang in city.languages)


def _provider(ground: Ground, voices: Voices) -> contextlib.AbstractAsyncContextManager[VoiceOver | None]:
    from ivr.africas_talking_open import open_voice as over_the_provider

    board = voices.switchboard
    common = (ground.settings, ground.city, ground.clock, ground.pulse, voices.voice)
    return over_the_provider(*common, inbound=board.inbound, find=board.find, changed=voices.looked_at)


def _tell_calls(pulse: Pulse, count: int) -> None:
    pulse.report("calls", "calls", Status.OK, f"{count} under way" if count else "")


class _Watch:
    """How the voice is, told to the pulse; and fixed prompts, spoken while nobody waits."""

    def __init__(self, ground: Ground, speech: Speech, flows: Mapping[str, Flow]) -> None:
        self._ground, self._speech, self._flows = ground, speech, flows

    async def run(self) -> None:
        """For ever."""
        clock = self._ground.clock
        await self._look()
        await clock.sleep(PREPARE_AFTER_S)
        await self._speech.prepare(fixed_words(self._ground.city, self._flows))
        while True:
            await self._look()
            await clock.sleep(LOOK_S)

    async def _look(self) -> None:
        pulse, speech = self._ground.pulse, self._speech
        pulse.beat("speech", limit_s=10 * LOOK_S)
        well = await speech.check()
        pulse.report("speech", "speech", Status.OK if well else Status.DEGRADED, speech.detail)
