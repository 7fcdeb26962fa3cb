"""A person's phone: types SMS, rings, answers or does not, presses keys, speaks, keeps what it received."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from modem.virtual import tpdu
from modem.virtual.dialled import UssdTalk
from modem.virtual.exchange import Call, CallState
from modem.virtual.owner import FIRST_KEY_S, KEY_GAP_S, VOICEMAIL_AFTER_S, Behaviour, Owner
from modem.virtual.smsc import Carried, Taken

if TYPE_CHECKING:
    from modem.virtual.network import Network

__all__ = ["FIRST_KEY_S", "KEY_GAP_S", "RING_S", "VOICEMAIL_AFTER_S", "Behaviour", "Phone", "PhoneCall", "PhoneSms"]

RING_S = 30.0  # how long a person lets it ring


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneSms:
    """A text as the phone shows it, its parts joined. ``parts`` are how many came, of ``of``."""

    sender: str
    text: str
    sent_at: datetime
    received_at: datetime
    parts: int = 1
    of: int = 1


@dataclass(slots=True, kw_only=True)
class PhoneCall:
    """A call as the phone remembers it: ``id`` is the exchange's, ``state`` what it says; ``keys`` are those heard."""

    id: int
    incoming: bool
    number: str
    started_at: datetime
    state: CallState = CallState.SETUP
    alerted_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    cause: str | None = None
    keys: str = ""


@dataclass(slots=True)
class _Long:
    at: int
    pieces: dict[int, tpdu.UserData] = field(default_factory=dict)


class Phone:
    """One phone in the network. Made by ``Network.phone``."""

    def __init__(self, network: Network, number: str) -> None:
        self.network = network
        self.number = number
        self.behaviour = Behaviour()
        self.inbox: list[PhoneSms] = []
        self.calls: list[PhoneCall] = []
        self.ussd: UssdTalk | None = None
        """The last USSD session; its text stays on the glass until another begins or ``put_away``."""
        self._owner = Owner(self)
        self._call: Call | None = None
        self._last: Call | None = None  # whose sound can be asked for when it is over
        self._note: PhoneCall | None = None
        self._long: dict[tuple[str, int, int], _Long] = {}
        self._reference = 0
        self.on_sms: Callable[[PhoneSms], None] = lambda sms: None
        """Called with each text as it comes: a test's scripted person may answer from here."""

    # -- what its owner does

    def behave(self, behaviour: Behaviour) -> None:
        """From now on the owner does this. Switching on fetches what waits; switching off drops a call."""
        was, self.behaviour = self.behaviour, behaviour
        if behaviour.off and not was.off and self._call is not None:
            self.hangup()
        if behaviour.off and self.ussd is not None:
            self.put_away()
        if was.off and not behaviour.off:
            self.network.smsc.available(self.number)

    def sms(self, to: str, text: str) -> int:
        """Send a text, in as many parts as it needs; returns how many."""
        self._reference = (self._reference + 1) & 0xFF
        parts = tpdu.user_data(text, self._reference)
        for data in parts:
            submit = tpdu.Submit(reference=0, to=to, pid=0, data=data, valid_s=None, report=False)
            self.network.smsc.submit(self.number, submit)
        return len(parts)

    def call(self, to: str, ring_s: float = RING_S, *, withheld: bool = False) -> PhoneCall:
        """Ring a number and hang up after ``ring_s`` of ringing, unless it is answered."""
        if self._call is not None:
            raise RuntimeError(f"{self.number} is in a call already")
        call = self.network.exchange.dial(self, to, shown="" if withheld else None)
        self._begin(call, PhoneCall(id=call.id, incoming=False, number=call.to, started_at=call.started_at))
        self._ring_s = ring_s
        assert self._note is not None
        return self._note

    def answer(self) -> bool:
        """Pick up a ringing call. False where none rings."""
        if self._call is None or self._call.callee is not self:
            return False
        self.network.exchange.answer(self._call)
        return True

    def hangup(self) -> bool:
        """Hang up, or turn a ringing call away. False where there is no call."""
        if self._call is None:
            return False
        self.network.exchange.release(self._call, self)
        return True

    def press(self, keys: str) -> bool:
        """Press keys, 0.3 s apart; ``,`` waits a second. The far end hears their tones. False where no call is up."""
        if self._call is None or not self.talking:
            return False
        self._owner.press(self._call, keys)
        return True

    def say(self, sound: bytes) -> float:
        """Speak (8 kHz s16le), behind what it is saying already. Returns the seconds until it has been said; 0.0 where
        no call is up."""
        return 0.0 if self._call is None else self.network.exchange.say(self._call, self, sound)

    def hush(self) -> None:
        """Stop speaking."""
        if self._call is not None:
            self.network.exchange.hush(self._call, self)

    def heard(self) -> bytes:
        """What it has heard since the answer (8 kHz s16le, silences included), in this call or else the last."""
        track = None if self._last is None else self._last.heard(self)
        return b"" if track is None or self._last is None or self._last.sound is None else self._last.sound.whole(track)

    def in_call(self, call: Call) -> bool:
        """That call is the one it has now."""
        return call is self._call

    def dial(self, code: str) -> UssdTalk | None:
        """Dial a USSD code, perhaps with a path behind it (``*384*1*2#``). None while off, in a call or in another
        session."""
        if self.behaviour.off or self._call is not None or (self.ussd is not None and self.ussd.open):
            return None
        self.ussd = self.network.dialled(self.number, code)
        return self.ussd

    async def settled(self) -> str:
        """Wait until no USSD answer is awaited; the text on the glass."""
        if self.ussd is not None:
            await self.ussd.settled()
        return "" if self.ussd is None else self.ussd.text

    def type(self, text: str) -> bool:
        """Answer the USSD screen. False where nothing is asked."""
        return self.ussd is not None and self.ussd.type(text)

    def put_away(self) -> bool:
        """Cancel the USSD session, or clear what it left on the glass. False where there is nothing."""
        talk, self.ussd = self.ussd, None
        if talk is not None:
            talk.put_away()
        return talk is not None

    @property
    def ringing(self) -> bool:
        """An incoming call rings here now."""
        call = self._call
        return call is not None and call.callee is self and call.state is CallState.ALERTING

    @property
    def talking(self) -> bool:
        """A call is up now."""
        return self._call is not None and self._call.state is CallState.ACTIVE

    # -- what the network does with it

    ours = False

    def reachable(self) -> bool:
        """Switched on."""
        return not self.behaviour.off

    def can_ring(self) -> bool:
        """On, or its mailbox takes the calls."""
        return not self.behaviour.off or self.behaviour.voicemail

    def receive(self, carried: Carried, done: Callable[[Taken], None]) -> None:
        """A part of an SMS arrives: acknowledged, joined, shown."""
        done(Taken.KEPT)
        data = carried.data
        if data is None:
            return
        now = self.network.clock.now()
        text, parts, of, at = data.text(), 1, 1, len(self.inbox)
        if data.part is not None and data.part[1] > 1:
            reference, of, part = data.part
            long = self._long.setdefault((carried.sender, reference, of), _Long(len(self.inbox)))
            long.pieces[part] = data
            whole = b"".join(piece.content() for _, piece in sorted(long.pieces.items()))
            text, parts, at = tpdu.text_of(data.alphabet, whole), len(long.pieces), long.at
            if parts == of:
                del self._long[carried.sender, reference, of]
        sms = PhoneSms(sender=carried.sender, text=text, sent_at=carried.sent_at, received_at=now, parts=parts, of=of)
        self.inbox[at : at + 1] = [sms]
        self.on_sms(sms)

    def engaged(self) -> bool:
        """In a call."""
        return self._call is not None

    def rings(self, call: Call) -> None:
        """An incoming call: do what the owner does."""
        self._begin(call, PhoneCall(id=call.id, incoming=True, number=call.caller_shown, started_at=call.started_at))
        self._remember(call)
        self._owner.rung(call)

    def call_changed(self, call: Call) -> None:
        """The exchange moved a call of ours."""
        if call is not self._call:
            return
        self._remember(call)
        if call.state is CallState.ALERTING and call.caller is self:
            self.network.timers.after(self._ring_s, lambda: self._give_up(call))
        elif call.state is CallState.ACTIVE:
            self._owner.answered(call)
        elif call.state is CallState.ENDED:
            self._call = self._note = None

    def key_heard(self, call: Call, key: str) -> None:
        """The far end pressed a key."""
        if self._note is not None:
            self._note.keys += key
        self._owner.heard(call, key)

    _ring_s = RING_S

    def _begin(self, call: Call, note: PhoneCall) -> None:
        self._call, self._note, self._last = call, note, call
        self.calls.append(note)

    def _remember(self, call: Call) -> None:
        note = self._note
        if note is not None:
            note.state, note.alerted_at, note.answered_at = call.state, call.alerted_at, call.answered_at
            note.ended_at, note.cause = call.ended_at, None if call.cause is None else call.cause.value

    def _give_up(self, call: Call) -> None:
        if call is self._call and call.state is CallState.ALERTING:
            self.network.exchange.release(call, self)
