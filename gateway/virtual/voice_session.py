"""One call of the provider's: it asks its customer what to do, does it, and asks again, until the call is over.

rung, or answered ── post ── a document ── verb after verb ── GetDigits, Record, Redirect, Dial: post ── … ── last post
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from gateway.virtual import forms
from gateway.virtual.account import Account, Pace
from gateway.virtual.faults import Faults
from gateway.virtual.jobs import Jobs
from gateway.virtual.poster import Heard, Poster
from gateway.virtual.voice_ear import Ear, Over
from gateway.virtual.voice_line import Bridge, CallEnd, VoiceNumber
from gateway.virtual.voice_xml import Dial, GetDigits, Malformed, Play, Record, Redirect, Reject, Say, Verb, read
from modem.virtual.journal import Journal
from modem.virtual.network import Network

LOOK_S = 0.1  # seconds between two looks at the other call
MOST_DOCUMENTS = 2_000  # of one call: a customer that leads it in a circle


class Recordings(Protocol):
    """Where recordings are put."""

    def put(self, sound: bytes) -> str:
        """Keep it (8 kHz s16le); the address at which it is fetched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What every session stands on."""

    network: Network
    account: Account
    pace: Pace
    poster: Poster
    faults: Faults
    jobs: Jobs
    log: Journal
    number: VoiceNumber
    recordings: Recordings


@dataclass(slots=True, eq=False)
class VoiceSession:
    """``posts``: how many were answered; ``trail``: the verbs that were carried out, for those who look on."""

    around: Around
    id: str
    end: CallEnd
    inbound: bool
    far: str
    url: str = ""
    state: str = "Ringing"
    error: str = ""
    posts: int = 0
    trail: list[str] = field(default_factory=list)
    began: datetime | None = None
    answered: float | None = None
    ear: Ear = field(init=False)

    def __post_init__(self) -> None:
        self.ear = Ear(self.around.network.clock, self.end, self._fetched)

    def row(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "id": self.id,
            "number": self.far,
            "inbound": self.inbound,
            "call": self.end.call.id,
            "state": self.state,
            "posts": self.posts,
            "trail": list(self.trail),
            "error": self.error,
        }

    async def run(self) -> None:
        """From the first ring to the last post."""
        self.url, self.began = self.around.account.callbacks.get("voice", ""), self.around.network.clock.now()
        try:
            await self._talk()
        except Over:
            pass
        except Malformed as fault:
            self.error = str(fault)
        finally:
            self.end.release()
        await self._finish()

    async def _talk(self) -> None:
        if self.inbound:
            self._event()
            verbs = await self._post()
            if verbs and isinstance(verbs[0], Reject):
                return
            self.end.answer()
        else:
            await self._until_answered()
            verbs = None
        self.state, self.answered = "Active", self.ear.now
        if (cut := self.around.faults.strike("voice_cut")) is not None:
            self.around.network.timers.after(cut.number, self.end.release)
        self._event()
        verbs = await self._post() if verbs is None else verbs
        for _ in range(MOST_DOCUMENTS):
            more = await self._document(verbs)
            if more is None:
                return
            verbs = await self._post(more)
        raise Malformed("the call is led in a circle")

    async def _until_answered(self) -> None:
        told = False
        while not self.end.up:
            if self.end.over:
                raise Over
            if self.end.rings and not told:
                told = True
                self._event()
            await self.end.moved.wait()
            self.end.moved.clear()

    # -- a document

    async def _document(self, verbs: tuple[Verb, ...]) -> forms.Form | None:
        """Carry it out; what is posted then, or None: it is at its end."""
        for verb in verbs:
            self.trail.append(type(verb).__name__)
            match verb:
                case Play() | Say():
                    await self.ear.rest(await self.ear.sound(verb))
                case GetDigits():
                    if (keys := await self.ear.digits(verb)) is not None:
                        self.url = verb.callback or self.url
                        return (("dtmfDigits", "" if self.around.faults.strike("voice_no_keys") else keys),)
                case Record():
                    if (sound := await self.ear.record(verb)) is not None:
                        self.url = verb.callback or self.url
                        return (("recordingUrl", self.around.recordings.put(sound)),)
                case Redirect():
                    self.url = verb.url
                    return ()
                case Dial():
                    return await self._dial(verb)
                case Reject():
                    return None
        return None

    async def _fetched(self, url: str) -> bytes:
        if self.around.faults.strike("sound_deaf"):
            return b""
        heard = await self.around.poster.fetch(url)
        return heard.body if heard.status == 200 else b""

    # -- connecting

    async def _dial(self, verb: Dial) -> forms.Form:
        """Ring them one after the other; who picks up is connected. Then it asks again, with how that went."""
        why = ""
        for number in verb.numbers:
            other = self.around.number.dial(number, verb.caller)
            try:
                while not other.up and not other.over:
                    await self.ear.rest(LOOK_S)
                if other.up:
                    return await self._connected(other, number)
                why = other.why
            finally:
                other.release()
        return (("dialDestinationNumber", number), ("dialStatus", why or "Failed"), ("dialDurationInSeconds", "0"))

    async def _connected(self, other: CallEnd, number: str) -> forms.Form:
        began, at = self.ear.now, self.around.network.clock.now()
        self.state = "Bridged"
        self._event()
        told: forms.Form = (("dialDestinationNumber", number), ("dialStartTime", at.strftime(forms.PLAIN)))
        verbs = await self._post(told)
        if verbs:  # whatever it is, it cuts the bridge (seen in production)
            other.release()
        bridge = Bridge(self.around.network, self.end, other)
        try:
            while not other.over:
                await self.ear.rest(LOOK_S)
        finally:
            bridge.close()
        self.state = "Active"
        return (*told, ("dialStatus", "Completed"), ("dialDurationInSeconds", str(round(self.ear.now - began))))

    # -- posts

    async def _post(self, more: forms.Form = ()) -> tuple[Verb, ...]:
        """Ask what to do. Raises Malformed for no answer or a bad one, Over where the call ended meanwhile."""
        faults, jobs, form = self.around.faults, self.around.jobs, self._form(more)
        if faults.strike("voice_twice"):
            jobs.start(self._again(form, self.url), f"voice-again-{self.id}")
        heard = await self._asked(form, self.url)
        self.posts += 1
        if self.end.over:
            raise Over
        if heard.error or heard.status != 200:
            raise Malformed(heard.error or f"HTTP {heard.status}")
        return read(heard.body)

    async def _asked(self, form: forms.Form, url: str) -> Heard:
        around = self.around
        if around.faults.strike("voice_wrong_secret"):
            head, _, last = url.rpartition("/")
            url = f"{head.rpartition('/')[0]}/{'x' * 22}/{last}"
        return await around.poster.ask("voice", form, {}, id=self.id, url=url, answer_s=around.pace.voice_answer_s)

    async def _again(self, form: forms.Form, url: str) -> None:
        await self._asked(form, url)

    def _event(self, more: forms.Form = (), *, active: bool = True) -> None:
        if not self.around.faults.strike("voice_no_events"):
            self.around.poster.post("voice-events", self._form(more, active=active), id=self.id)

    def _form(self, more: forms.Form = (), *, active: bool = True) -> forms.Form:
        return forms.voice(
            session=self.id,
            inbound=self.inbound,
            active=active,
            number=self.far,
            ours=self.around.account.voice_number,
            began=self.began or self.around.network.clock.now(),
            state=self.state,
            more=more,
        )

    async def _finish(self) -> None:
        """The last post, as often and as late as the faults say."""
        faults, pace, account = self.around.faults, self.around.pace, self.around.account
        self.state = "Completed" if self.answered is not None else "NotAnswered"
        talked = 0 if self.answered is None else round(self.ear.now - self.answered)
        self.around.log.add("voice", id=self.id, state=self.state, cause=self.end.why, error=self.error or None)
        late = faults.strike("final_late")
        await self.around.network.clock.sleep(pace.final_s + (late.number if late is not None else 0.0))
        if faults.strike("no_final"):
            return
        cost = math.ceil(talked / 60) * account.voice_price
        cause: forms.Form = ()
        if not faults.strike("no_cause"):
            other = faults.strike("cause")
            cause = (("hangupCause", self.end.why if other is None else str(other.value)),)
        more: forms.Form = (
            ("durationInSeconds", str(talked)),
            ("currencyCode", account.currency),
            ("amount", f"{cost:.4f}"),
            *cause,
        )
        twice = faults.strike("final_twice")
        for _ in range(max(1, int(twice.number)) if twice is not None else 1):
            self._event(more, active=False)
            await self._asked(self._form(more, active=False), self.url)
