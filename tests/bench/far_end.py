"""The other end of the cable, in a process of its own: one virtual modem on a pty, people, officers, sirens.

Every program under measure pays the same pty and the same modem. Asked by JSON lines on stdin, one answer a line on
stdout (``tests/bench/wire.py`` asks). It ends when stdin does.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import modem.virtual.phone
import modem.virtual.siren
from config.clock import SystemClock
from modem.virtual import Behaviour, Network, NetworkSettings, VirtualModem, serve_pty
from modem.virtual.journal import Event

LINE = 2**24  # bytes in one line of the conversation: the log of a few thousand letters
BULK = "Pesan nomor"  # how a letter begins that only fills a queue
SUBMITS = ("AT+CMGS=", "00")  # how a submit looks: its command, its PDU
KEY_S = 0.02  # an officer of the bench presses at once, and its sirens turn a call away at once: what is measured
REJECT_S = 0.02  # lies before both, and a minute of waiting for people tells nothing


class FarEnd:
    """Answers one request after the other. ``plug`` first."""

    def __init__(self) -> None:
        modem.virtual.phone.FIRST_KEY_S = KEY_S
        modem.virtual.siren.REJECT_AFTER_S = REJECT_S
        self.network = Network(SystemClock())
        self.modem: VirtualModem | None = None
        self.submitted = 0
        self.quiet_since = 0.0
        self.network.subscribe(self._count)

    def plug(self, *, folder: str, number: str, profile: str, slots: int, air_s: float) -> dict[str, Any]:
        """Put a modem of ``profile`` on a pty in ``folder``; its first memory has ``slots``."""
        self.network.settings = self._settings(air_s)
        self.modem = self.network.modem(number, profile=profile)
        self.modem.storage.resize(self.modem.dialect.memory, slots)
        serve_pty(self.modem, Path(folder) / "modem1")
        return {"device": str(Path(folder) / "modem1")}

    def people(self, *, officers: list[str], sirens: dict[str, list[str]], others: list[str]) -> dict[str, Any]:
        """Officers pick up at once and press 1; ``sirens`` with their whitelists; ``others`` let it ring."""
        for number in officers:
            self.network.phone(number).behave(Behaviour(answer_after_s=0.0, keys="1"))
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

    def _settings(self, air_s: float) -> NetworkSettings:
        self.network.settings.air_s = air_s
        return self.network.settings

    def _count(self, event: Event) -> None:
        ours = event.kind == "submit" and self.modem is not None and event.fields.get("from") == self.modem.number
        self.submitted += ours
        text = str(event.fields.get("text", ""))
        if (event.kind == "at_in" and not text.startswith(SUBMITS)) or (ours and not text.startswith(BULK)):
            self.quiet_since = asyncio.get_running_loop().time()


async def serve() -> None:
    reader = asyncio.StreamReader(limit=LINE)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    end = FarEnd()
    verbs: dict[str, Callable[..., dict[str, Any]]]
    verbs = {"plug": end.plug, "people": end.people, "sms": end.sms, "state": end.state, "events": end.events}
    while line := await reader.readline():
        asked = json.loads(line)
        print(json.dumps(verbs[asked.pop("verb")](**asked)), flush=True)
    end.network.close()


if __name__ == "__main__":
    asyncio.run(serve())
