"""The leg over the fake provider, joined in memory on virtual time: its SDK, its posts and its fetches are calls."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from config.clock import VirtualClock, run_virtual
from config.settings import AfricasTalkingSettings
from gateway.africas_talking_forms import AfricasTalking
from gateway.callback import Posted, VoicePosted
from gateway.channel import Busy, Doubtful
from gateway.pulse import Pulse
from gateway.virtual import FakeProvider, Pace
from gateway.virtual.poster import Heard
from gateway.virtual.wire import Request
from ivr.africas_talking_leg import VoiceLeg
from ivr.africas_talking_tape import decoded
from ivr.leg import CallOrder, CallResult, Urgency
from modem.virtual import Network
from modem.virtual.phone import Behaviour
from modem.virtual.settings import NetworkSettings
from tests.ivr.provider_room import BASE, OFFICER, PATH, SITI, Desk, Spoken, desk

T = TypeVar("T")
EPOCH = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
LIMIT_S = 7200.0
Behaves = Behaviour


@dataclass(slots=True)
class Wired:
    """The SDK's place: requests are calls of the provider's wire."""

    provider: FakeProvider
    virtual: bool = True
    away: bool = False

    async def call(self, to: str) -> object:
        account = self.provider.account
        fields = {"username": account.username, "from": account.voice_number, "to": to}
        return await self._asked(self.provider.wire.call, fields)

    async def queued(self) -> object:
        account = self.provider.account
        return await self._asked(self.provider.wire.queue, {"username": account.username})

    async def _asked(self, ask: Any, fields: Mapping[str, str]) -> object:
        if self.away:
            raise Busy("refused")
        reply = await ask(Request(method="POST", fields=fields, headers={"apikey": self.provider.account.api_key}))
        if reply.cut:
            raise Doubtful("the connection broke")
        if reply.status != 200:
            raise Busy(reply.body)
        return json.loads(reply.body) if reply.content_type == "application/json" else reply.body


@dataclass(slots=True)
class House:
    """Everybody."""

    clock: VirtualClock
    desk: Desk
    network: Network
    provider: FakeProvider
    leg: VoiceLeg
    api: Wired
    pulse: Pulse
    posts: list[VoicePosted] = field(default_factory=list)
    started: list[float] = field(default_factory=list)

    def spoken(self, **more: Any) -> Spoken:
        return Spoken(self.clock, **more)

    async def place(self, conversation: Spoken | None = None, *, to: str = OFFICER, **more: Any) -> CallResult:
        asked = {"urgency": Urgency.OFFICER, "since": self.clock.now(), "ring_s": 25.0, **more}
        order = CallOrder(to=to, conversation=self.spoken() if conversation is None else conversation, **asked)

        async def rings() -> None:
            self.started.append(self.clock.monotonic())

        return await self.leg.place(order, started=rings)

    async def took(self, url: str, body: bytes, headers: Mapping[str, str]) -> Heard:
        parts = urlsplit(url)
        what = parts.path.rsplit("/", 1)[-1]
        if not parts.path.startswith(PATH.removesuffix("voice")):
            return Heard(status=404, body=b"not found")
        said = AfricasTalking().read(Posted(what=what, body=body, query=parts.query, path=parts.path))
        assert isinstance(said, VoicePosted)
        self.posts.append(said)
        if said.told:
            await self.desk.calls.told("africastalking", said)
            return Heard(status=200)
        return Heard(status=200, body=(await self.desk.calls.posted("africastalking", said)).encode())

    async def gets(self, url: str) -> Heard:
        assert url.startswith(f"{BASE}/p/"), url
        found = await self.desk.shelf.wav(url.removeprefix(f"{BASE}/p/").removesuffix(".wav"))
        return Heard(status=404) if found is None else Heard(status=200, body=found)

    async def calls_in(self, number: str = SITI, *, keys: str = "", ring_s: float = 30.0) -> Any:
        """A phone rings our number; ``keys`` as its owner presses them, ``,`` a second."""
        phone = self.network.phone(number)
        note = phone.call(self.provider.account.voice_number, ring_s)
        await self.clock.sleep(3.0)
        if keys:
            phone.press(keys)
        while phone.engaged():
            await self.clock.sleep(0.5)
        await self.clock.sleep(5.0)
        return note


def play(main: Callable[[House], Coroutine[Any, Any, T]], *, lines: int = 4, seed: int = 1, **leg: Any) -> T:
    """A scene on virtual time."""

    async def limited(clock: VirtualClock) -> T:
        async with clock.timeout(LIMIT_S):
            network = Network(clock, seed, settings=NetworkSettings(setup_s=1.0))
            provider = FakeProvider(network, clock, pace=Pace(), seed=seed)
            there, pulse = desk(clock), Pulse(clock)
            account = AfricasTalkingSettings(
                username="k", api_key="k", voice_number=provider.account.voice_number, voice_lines=lines,
                voice_url="http://127.0.0.1:1", secrets=("s" * 22,),
            )  # fmt: skip
            api = Wired(provider)
            known: dict[str, Any] = {"public_url": BASE, **leg}
            one = VoiceLeg(api, account, there.calls, there.voice, clock, pulse, **known)  # type: ignore[arg-type]
            house = House(clock, there, network, provider, one, api, pulse)
            provider.poster.send, provider.poster.get = house.took, house.gets
            provider.callbacks_at(BASE, "s" * 22)
            there.tape = lambda url: decoded(provider.voice.recording(url[len("/recordings/") : -len(".wav")]) or b"")
            try:
                return await main(house)
            finally:
                await there.calls.close()
                await provider.close()
                network.close()

    return run_virtual(limited, EPOCH)
