"""The other end of the cable, in a process of its own: one virtual modem on a pty, people, officers, sirens.

Every program under measure pays the same pty and the same modem. Asked by JSON lines on stdin, one answer a line on
stdout (``tests/bench/wire.py`` asks). It ends when stdin does.
"""

from __future__ import annotations

import asyncio
import json
import sys
from array import array
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import modem.virtual.siren
from config.clock import SystemClock
from modem.virtual import Behaviour, Network, NetworkSettings, VirtualModem, serve_pty
from modem.virtual.exchange import Call
from modem.virtual.journal import Event
from modem.virtual.pty import serve_audio_pty
from modem.voice import RATE

LINE = 2**24  # bytes in one line of the conversation: the log of a few thousand letters
BULK = "Pesan nomor"  # how a letter begins that only fills a queue
SUBMITS = ("AT+CMGS=", "00")  # how a submit looks: its command, its PDU
PLAYS = "AT+QPSND=1"  # how a modem that plays files by itself is told to
KEY_S = 0.02  # an officer of the bench presses as soon as he is spoken to, and its sirens turn a call away at once:
REJECT_S = 0.02  # what is measured lies before both, and a minute of waiting for people tells nothing
LISTENS_S = 1.0  # of sound that an officer hears before he presses, where there is sound
LEAVES_S = 3.0  # of sound after which he hangs up: he has heard that he is the one
HEARD = 300  # of 32768: -40 dBFS; what is less loud is silence


class FarEnd:
    """Answers one request after the other. ``plug`` first."""

    def __init__(self) -> None:
        modem.virtual.siren.REJECT_AFTER_S = REJECT_S
        self.network = Network(SystemClock())
        self.modem: VirtualModem | None = None
        self.submitted = 0
        self.quiet_since = 0.0
        self.ears: list[tuple[str, float, float]] = []
        self.deaf: set[str] = set()  # officers who press at the first word and hang up at the next
        self.pressed: set[int] = set()  # calls
        self.network.subscribe(self._count)

    def plug(self, *, folder: str, number: str, profile: str, slots: int, air_s: float, audio: bool) -> dict[str, Any]:
        """Put a modem of ``profile`` on a pty in ``folder``, with a second one for sound where ``audio`` says so; its
        first memory has ``slots``."""
        self.network.settings = self._settings(air_s)
        self.modem = self.network.modem(number, profile=profile)
        self.modem.storage.resize(self.modem.dialect.memory, slots)
        serve_pty(self.modem, Path(folder) / "modem1")
        if audio:
            serve_audio_pty(self.modem, folder)
        return {"device": str(Path(folder) / "modem1")}

    def people(
        self, *, officers: list[str], sirens: dict[str, list[str]], others: list[str], listen: bool
    ) -> dict[str, Any]:
        """Officers pick up at once, press 1 when they are spoken to and hang up when they are answered, with ``listen``
        when they have heard a little; ``sirens`` with their whitelists; ``others`` let it ring."""
        self.deaf = set() if listen else set(officers)
        for number in officers:
            does = Behaviour(answer_after_s=0.0, keys="1")
            if listen:
                does = replace(does, key_after_s=LISTENS_S, hangup_heard_s=LEAVES_S)
            self.network.phone(number).behave(does)
        for number, whitelist in sirens.items():
            self.network.siren(number, whitelist=whitelist)
        for number in others:
            self.network.phone(number)
        return {}

    def sms(self, *, to: str, letters: list[list[str]]) -> dict[str, Any]:
        """Each ``[from, text]`` is typed and sent."""
        for sender, text in letters:
            self.network.phone(sender).sms(to, text)
        return {}

    def state(self) -> dict[str, Any]:
        """What a measurement waits for. ``idle_s``: since the modem was last told anything but to send a letter that
        only fills a queue."""
        assert self.modem is not None
        names = [name for name in self.modem.storage.names if name not in ("MT", "SM_P", "ME_P")]
        return {
            "seq": self.network.log.last,
            "stored": sum(self.modem.storage.used(name)[0] for name in names),
            "submitted": self.submitted,
            "idle_s": asyncio.get_running_loop().time() - self.quiet_since,
            "calls": len(self.network.exchange.calls),
        }

    def events(self, *, after: int) -> dict[str, Any]:
        """The log after a sequence number: ``[seq, seconds, kind, text]``, text where there is one."""
        rows = [
            [event.seq, event.t.timestamp(), event.kind, event.fields.get("text", "")]
            for event in self.network.log.after(after)
        ]
        return {"events": rows}

    def heard(self) -> dict[str, Any]:
        """Each answered call in which something was heard: ``[number, answered, first heard]``, in seconds."""
        return {"heard": self.ears}

    def _settings(self, air_s: float) -> NetworkSettings:
        self.network.settings.air_s = air_s
        return self.network.settings

    def _count(self, event: Event) -> None:
        text = str(event.fields.get("text", ""))
        ours = event.kind == "submit" and self.modem is not None and event.fields.get("from") == self.modem.number
        self.submitted += ours
        if event.kind == "at_in" and text.startswith(PLAYS):
            asyncio.get_running_loop().call_later(KEY_S, self._spoken_to)
        if event.kind == "answer":
            self._listen(next(one for one in self.network.exchange.calls if one.id == event.fields["call"]))
        if (event.kind == "at_in" and not text.startswith(SUBMITS)) or (ours and not text.startswith(BULK)):
            self.quiet_since = asyncio.get_running_loop().time()

    def _spoken_to(self) -> None:
        """The modem plays something to who is on the line."""
        for call in self.network.exchange.calls:
            if call.to in self.deaf and call.id in self.pressed:
                self.network.phone(call.to).hangup()
            elif call.to in self.deaf and self.network.phone(call.to).press("1"):
                self.pressed.add(call.id)

    def _listen(self, call: Call) -> None:
        """Note when the one who was called hears the first frame that is not silent."""
        track, sound = call.heard(self.network.phone(call.to)), call.sound
        assert track is not None
        assert sound is not None
        assert call.answered_at is not None
        answered = call.answered_at.timestamp()

        def grown(start: int) -> None:
            if not any(abs(one) > HEARD for one in array("h", track.read(start, track.filled))):
                return
            track.grown.remove(grown)
            came = answered + max(sound.now, start) / RATE  # a frame that came early is heard in its place
            self.ears.append((call.to, answered, came))

        track.grown.append(grown)


async def serve() -> None:
    reader = asyncio.StreamReader(limit=LINE)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    end = FarEnd()
    verbs: dict[str, Callable[..., dict[str, Any]]]
    verbs = {"plug": end.plug, "people": end.people, "sms": end.sms, "state": end.state, "events": end.events}
    verbs["heard"] = end.heard
    while line := await reader.readline():
        asked = json.loads(line)
        print(json.dumps(verbs[asked.pop("verb")](**asked)), flush=True)
    end.network.close()


if __name__ == "__main__":
    asyncio.run(serve())
