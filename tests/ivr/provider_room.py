"""A provider's posts against the real callbacks and a conversation in memory, whose flow has every kind of turn."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit
from xml.etree.ElementTree import Element, fromstring

from config.clock import Clock, VirtualClock, run_virtual
from gateway.africas_talking_forms import AfricasTalking
from gateway.callback import Posted, VoicePosted
from ivr.africas_talking_calls import Calls, Fixed
from ivr.africas_talking_sounds import Shelf
from ivr.africas_talking_talks import Taped
from ivr.conversation import Conversation, Turn, Utterance
from ivr.events import Begun, End, Event, Hold, Join, Listen, Part, Record, Say
from ivr.flow import step
from ivr.flow_data import Flow, Key, Kind, Node, State
from ivr.sound import Recorded as Wave
from ivr.sound import read_wav
from ivr.synth import Mute

T = TypeVar("T")

OFFICER, SITI, RIZAL, OURS = "+6281260000001", "+6281234567890", "+6281260000002", "+622150880000"
BASE, PATH = "https://kota.example", "/callbacks/africastalking/" + "s" * 22 + "/voice"
LIMIT_S = 5 * 3600.0

FLOW = Flow(
    name="all",
    start="ask",
    sorry="sorry",
    urgent="urgent",
    fields=frozenset({"reporter"}),
    nodes={
        node.name: node
        for node in (
            Node(
                name="ask",
                kind=Kind.MENU,
                prompts=("fire", "where"),
                timeout_s=8,
                tries=3,
                silent="nobody",
                keys={
                    "1": Key(label="to_accept", next="thanks"),
                    "2": Key(label="to_speak", next="speak"),
                    "3": Key(label="to_hold", next="wait"),
                    "4": Key(label="to_join", next="join"),
                },
            ),
            Node(name="thanks", kind=Kind.END, prompts=("accepted",)),
            Node(name="speak", kind=Kind.RECORD, prompts=("speak",), seconds=30, timeout_s=5, tries=2, into="words",
                 next="kept", silent="nobody"),
            Node(name="kept", kind=Kind.END, prompts=("kept",)),
            Node(name="wait", kind=Kind.HOLD, act="how", seconds=10, tries=3, silent="nobody", next="kept",
                 results={"came": "kept"}),
            Node(name="join", kind=Kind.JOIN, prompts=("joining",), number="reporter",
                 results={"ended": "kept", "failed": "ask"}),
            Node(name="nobody", kind=Kind.END, prompts=("nobody",)),
            Node(name="urgent", kind=Kind.END, prompts=("urgent",)),
            Node(name="sorry", kind=Kind.END, prompts=("sorry",)),
        )
    },
)  # fmt: skip


@dataclass(slots=True, eq=False)
class Spoken(Conversation):
    """A conversation in memory. ``takes``: what it was told. ``slow_s``: how long each turn takes; ``breaks``: it
    raises what it should not."""

    clock: Clock
    number: str = OFFICER
    id: str = "c-0"
    reporter: str = SITI
    flow: Flow = FLOW
    state: State = field(default_factory=State)
    seq: int = 0
    turn: Turn | None = None
    takes: list[tuple[int, Event]] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    tapes: list[tuple[int, bytes, int]] = field(default_factory=list)
    slow_s: float = 0.0
    breaks: bool = False
    ended: bool = False

    @property
    def live(self) -> bool:
        return not self.ended

    def first(self) -> Sequence[Utterance]:
        return ()

    async def begin(self, leg: str) -> Turn:
        return await self._step(0, Begun())

    async def take(self, seq: int, event: Event) -> Turn:
        if self.turn is None:
            return await self.begin("")
        if seq != self.turn.seq:
            return self.turn
        return await self._step(seq, event)

    async def keep(self, seq: int, audio: bytes, rate: int) -> str:
        self.tapes.append((seq, audio, rate))
        return f"tape-{seq}" if audio else ""

    async def over(self, why: str = "") -> None:
        self.ends.append(why)
        self.ended = True

    async def _step(self, seq: int, event: Event) -> Turn:
        await self.clock.sleep(self.slow_s)
        if self.breaks:
            raise RuntimeError("a fault of ours")
        self.takes.append((seq, event))
        if not self.state.fields:
            self.state = State(fields={"reporter": self.reporter})
        self.state, actions = step(self.flow, self.state, event)
        then = actions[-1]
        if not isinstance(then, Listen | Record | Hold | Join | End):
            self.state, actions = step(self.flow, self.state, _waits())
            then = actions[-1]
        assert isinstance(then, Listen | Record | Hold | Join | End)
        self.seq += 1
        self.ended = isinstance(then, End)
        parts = [part for one in actions if isinstance(one, Say) for part in one.parts]
        self.turn = Turn(seq=self.seq, say=tuple(map(_utter, parts)), then=then, instead=_utter(Part(prompt="instead")))
        return self.turn


def _waits() -> Any:
    from ivr.events import Done

    return Done("waits", say="waits")


def _utter(part: Part) -> Utterance:
    said = " ".join([part.prompt, *part.fields.values()])
    return Utterance(text=said, lang="id", prompt=part.prompt, whole=not part.fields)


@dataclass(slots=True)
class Tones:
    """A voice: each text is its own length of a constant. ``mute``: texts that it cannot say (``*``: any)."""

    mute: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    async def sound(self, one: Utterance) -> bytes:
        self.asked.append(one.text)
        if "*" in self.mute or one.text in self.mute:
            raise Mute("no voice")
        return (len(one.text) * 100).to_bytes(2, "little") * 800

    async def prepare(self, ones: Any) -> None:
        for one in ones:
            await self.sound(one)


@dataclass(slots=True)
class Desk:
    """The posts, and everybody behind them."""

    clock: Clock
    calls: Calls
    shelf: Shelf
    voice: Tones
    spoken: dict[str, Spoken] = field(default_factory=dict)
    tapes: dict[str, Taped | None] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    fetch_s: float = 0.0
    tape: Callable[[str], Taped | None] = lambda url: None
    forbidden: set[str] = field(default_factory=set)

    async def post(self, at: str = PATH, **fields: str) -> str:
        """Post to an address (ours in full, or its path); the document."""
        parts = urlsplit(at)
        return await self.calls.posted("africastalking", self.read("voice", urlencode(fields), parts.query))

    def read(self, what: str, body: str, query: str = "") -> VoicePosted:
        said = AfricasTalking().read(Posted(what=what, body=body.encode(), query=query, path=PATH))
        assert isinstance(said, VoicePosted)
        return said

    async def event(self, **fields: str) -> None:
        await self.calls.told("africastalking", self.read("voice-events", urlencode(fields)))

    async def hears(self, xml: str) -> list[str]:
        """What the first sound of a document says, in texts, by the voice's memory."""
        before = len(self.voice.asked)
        url = next(fromstring(xml).iter("Play")).get("url", "")
        assert await self.fetch(url) is not None
        return self.voice.asked[before:]

    async def fetch(self, url: str) -> Wave | None:
        found = re.fullmatch(re.escape(BASE) + r"/p/([A-Za-z0-9_-]{32})\.wav", url)
        assert found, url
        wav = await self.shelf.wav(found[1])
        return None if wav is None else read_wav(wav)


def root(xml: str) -> Element:
    """The document; it must be whole, and say what it is."""
    assert xml.startswith('<?xml version="1.0" encoding="UTF-8"?>\n')
    found = fromstring(xml)
    assert found.tag == "Response"
    return found


def shape(xml: str) -> str:
    """The elements, in order, what is inside in brackets."""
    return " ".join(_shape(one) for one in root(xml))


def _shape(one: Element) -> str:
    inner = " ".join(_shape(child) for child in one)
    return f"{one.tag}({inner})" if inner else one.tag


def goes_on(xml: str) -> tuple[str, str]:
    """Where the provider goes on: with an answer, and with none."""
    found = root(xml)
    (asked,) = [one for one in found if one.tag in ("GetDigits", "Record")]
    (redirect,) = found.iter("Redirect")
    return asked.get("callbackUrl", ""), redirect.text or ""


def asked_of(url: str) -> dict[str, str]:
    """The query of an address of ours."""
    return dict(parse_qsl(urlsplit(url).query))


def desk(clock: Clock) -> Desk:
    """A room with nobody in it yet."""
    voice, numbers = Tones(), count(1)
    shelf = Shelf(voice, clock)
    fixed = Fixed(sorry=shelf.fix(b"\1\0" * 800), over=shelf.fix(b"\2\0" * 800), tick=shelf.fix(b"\3\0" * 800))

    def inbound(number: str, leg: str, key: str) -> Conversation:
        return there.spoken.setdefault(key, Spoken(clock, number=number, id=f"c-{next(numbers)}"))

    async def find(id: str) -> Conversation | None:
        return next((one for one in there.spoken.values() if one.id == id), None)

    async def fetch(url: str) -> Taped | None:
        there.fetched.append(url)
        await clock.sleep(there.fetch_s)
        return there.tapes.get(url) or there.tape(url)

    calls = Calls(
        clock, shelf, fixed, inbound=inbound, find=find, fetch=fetch,
        may_dial=lambda number: number not in there.forbidden, caller=OURS,
    )  # fmt: skip
    calls.base = BASE
    there = Desk(clock, calls, shelf, voice)
    return there


def play(main: Callable[[Desk], Coroutine[Any, Any, T]]) -> T:
    """A scene on virtual time."""

    async def limited(clock: VirtualClock) -> T:
        async with clock.timeout(LIMIT_S):
            there = desk(clock)
            try:
                return await main(there)
            finally:
                await there.calls.close()

    return run_virtual(limited, datetime(2026, 11, 22, 5, 0, tzinfo=UTC))


CALL = {
    "isActive": "1",
    "sessionId": "ATVId_1",
    "direction": "Inbound",
    "callerNumber": SITI,
    "destinationNumber": OURS,
    "callSessionState": "Active",
}
"""The first post of somebody who rings."""
