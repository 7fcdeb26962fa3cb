"""A modem's audio port: the second cable, on which sound passes while a call is up and the vendor's command says so.

On a pty or a socket it talks as a real modem does, 320 octets every 20 ms, silence included. In memory, where time is
virtual and each frame would be a timer, it says only what is not silence, in longer pieces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from modem.virtual.dialect import AudioSwitch
from modem.virtual.exchange import Call, CallState
from modem.virtual.sound import LOUDEST, OCTETS, mixed, samples
from modem.virtual.timers import Timer
from modem.virtual.voice.track import DELAY_S, CallSound, Track
from modem.virtual.wire import Line
from modem.voice import FRAME_S, RATE

if TYPE_CHECKING:
    from modem.virtual.modem import VirtualModem

LATE_S = 1.5  # what the fault late_audio takes from the beginning
PIECE_S = 0.1  # of sound in memory
HANGOVER_S = 0.3  # of silence after sound in memory: a listener must hear that a key has been let go
NOISE = LOUDEST // 30  # about -30 dBFS
DELAY = samples(DELAY_S)


class Jack:
    """Towards cables it is a device (``name``, ``plugged``, ``moved``, ``attach``, ``detach``, ``feed``); towards the
    modem it has ``open``, and is told of calls."""

    def __init__(self, modem: VirtualModem) -> None:
        self._modem = modem
        self.moved = modem.moved
        self.switched = False
        self._lines: dict[Line, bool] = {}  # and whether silence is sent on it too
        self._call: Call | None = None
        self._half = b""
        self._opens = 0  # sample from which on sound passes
        self._at = 0  # sample that the client hears next
        self._timer: Timer | None = None

    # -- as a device

    @property
    def name(self) -> str:
        """Where a client finds it."""
        return f"{self._modem.name}-audio"

    @name.setter
    def name(self, name: str) -> None:
        """It is always the modem's."""

    @property
    def plugged(self) -> bool:
        """The modem is."""
        return self._modem.plugged

    @property
    def attached(self) -> bool:
        """Some client holds it."""
        return bool(self._lines)

    def attach(self, line: Line, *, steady: bool = True) -> None:
        """A client opened its end. ``steady``: silence is sent too, frame by frame."""
        if self._refuses_all():
            line.hangup("refused")
            return
        self._lines[line] = steady
        self._half = b""
        self._begin()

    def detach(self, line: Line) -> None:
        """A client closed its end."""
        self._lines.pop(line, None)
        if not self._lines:
            self._stop()

    def hangup(self, reason: str) -> None:
        """The port is gone."""
        lines, self._lines = tuple(self._lines), {}
        self._stop()
        for line in lines:
            line.hangup(reason)

    def feed(self, data: bytes) -> None:
        """What the client says into the call. Nothing of it is kept while no sound passes."""
        data, self._half = self._half + data, b""
        if len(data) % OCTETS:
            data, self._half = data[:-1], data[-1:]
        sound = self._sound()
        if sound is None or not self._passes(sound) or not data:
            return
        assert self._call is not None
        self._modem.network.exchange.speak(self._call, self._modem, self._noisy(data))

    # -- as the modem's part

    def switch(self, on: bool) -> None:
        """The vendor's command: sound from now on, or none any more."""
        fresh = on and not self.switched
        self.switched = on
        if fresh:
            self._open()
        elif not on:
            self._stop()

    def call_changed(self, call: Call) -> None:
        """The modem's call was answered, or ended."""
        if call.state is CallState.ACTIVE and call is not self._call:
            self._call = call
            self._open()
        elif call.state is CallState.ENDED:
            self._call = None
            self.switched = False
            self._half = b""
            self._stop()

    def reset(self) -> None:
        """Power cut: the command is forgotten."""
        self.switched = False
        self._stop()

    def _refuses_all(self) -> bool:
        return self._modem.faults.has("audio_refused") and self._modem.dialect.audio is AudioSwitch.ALWAYS

    def _sound(self) -> CallSound | None:
        on = self.switched or self._modem.dialect.audio is AudioSwitch.ALWAYS
        return self._call.sound if self._call is not None and on else None

    def _passes(self, sound: CallSound) -> bool:
        return sound.now >= self._opens and not self._modem.faults.has("audio_dead")

    def _open(self) -> None:
        """Sound begins to pass: what was said before is not heard."""
        sound = self._sound()
        if sound is not None:
            late = samples(LATE_S) if self._modem.faults.has("late_audio") else 0
            self._opens = sound.now + late
            self._begin()

    def _begin(self) -> None:
        sound = self._sound()
        if sound is None or not self._lines or self._call is None:
            return
        self._stop()
        far = self._heard(sound)
        self._at = sound.now - DELAY
        if self._steady:
            self._next(sound)
            return
        far.grown.append(self._grown)
        if far.filled > max(0, self._at):
            self._grown(self._at)

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        call = self._call
        if call is not None and call.sound is not None:
            for track in (call.sound.caller, call.sound.callee):
                if self._grown in track.grown:
                    track.grown.remove(self._grown)

    def _heard(self, sound: CallSound) -> Track:
        assert self._call is not None
        return sound.callee if self._call.caller is self._modem else sound.caller

    # -- what the client hears

    def _grown(self, start: int) -> None:
        """In memory: there is something to hear."""
        sound = self._sound()
        if sound is not None and self._timer is None:
            self._at = max(self._at, start)
            self._next(sound)

    def _next(self, sound: CallSound) -> None:
        """Wait until the next piece has been spoken and has come over; by absolute times, so that nothing drifts."""
        due = self._at + self._piece + DELAY
        self._timer = self._modem.network.timers.after((due - sound.now) / RATE, self._tick)

    @property
    def _steady(self) -> bool:
        return any(self._lines.values())

    @property
    def _piece(self) -> int:
        return samples(FRAME_S if self._steady else PIECE_S)

    def _tick(self) -> None:
        self._timer = None
        sound = self._sound()
        if sound is None or sound.over or not self._lines:
            return
        far, piece = self._heard(sound), self._piece
        while self._at + piece + DELAY <= sound.now:
            data = far.read(self._at, self._at + piece)
            self._at += piece
            if self._passes(sound):
                self._send(self._noisy(data))
        if self._steady or self._at < far.filled + samples(HANGOVER_S):
            self._next(sound)

    def damaged(self, data: bytes) -> bytes:
        """Sound as the faults of now leave it, when all of it is handed over at once."""
        if self._modem.faults.has("audio_dead"):
            return bytes(len(data))
        if self._modem.faults.has("late_audio"):
            lost = samples(LATE_S) * OCTETS
            data = bytes(min(lost, len(data))) + data[lost:]
        return self._noisy(data)

    def _send(self, data: bytes) -> None:
        for line in tuple(self._lines):
            line.send(data)

    def _noisy(self, data: bytes) -> bytes:
        if not self._modem.faults.has("audio_noise"):
            return data
        chance = self._modem.network.random
        noise = b"".join(
            chance.randint(-NOISE, NOISE).to_bytes(OCTETS, "little", signed=True) for _ in range(len(data) // OCTETS)
        )
        return mixed(data, noise)
