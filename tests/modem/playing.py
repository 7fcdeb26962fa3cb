"""A modem that plays files into the call, in front of a virtual one that carries all the rest: EC25 and SIM800.

From the vendors' manuals, at the wire: it takes octets only after its prompt, exactly as many as were announced, knows
a file only when it is whole, and says the end when it has been played.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from config.clock import Clock
from modem.port import Latest, Opener, Port

RATES = {".wav": 16_000.0, ".amr": 7_400 / 8}  # octets a second


@dataclass
class Plays:
    """What the modem holds and did. ``full_at``: octets it has room for; ``refuses``: names of commands it refuses;
    ``mute``: it never tells the end."""

    clock: Clock
    files: dict[str, bytes] = field(default_factory=dict)
    played: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    full_at: int = 10_000_000
    mute: bool = False
    answer_s: float = 0.01
    playing: asyncio.TimerHandle | None = None


class _Port:
    """The driver's end; between it and the virtual modem's port."""

    def __init__(self, inner: Port, plays: Plays) -> None:
        self.name = inner.name
        self._inner, self._plays = inner, plays
        self._heard: Callable[[bytes], None] = lambda data: None
        self._file: tuple[str, int, bool] | None = None  # name, octets to come, append
        self._data = b""
        self._name = ""

    def listen(self, heard: Callable[[bytes], None], lost: Callable[[str], None]) -> None:
        self._heard = heard
        self._inner.listen(heard, lost)

    def close(self) -> None:
        self._inner.close()

    def write(self, data: bytes) -> None:
        if self._file is not None:
            self._data += data
            self._take()
            return
        text = data.decode("latin-1").strip("\r\x1b")
        if re.match(r"AT\+(Q(FUPL|FLST|FDEL|PSND)|FS[A-Z]+|CREC)\b", text):
            self._plays.commands.append(text)
            name = text[3:].partition("=")[0]
            reply = "\r\n+CME ERROR: 4\r\n" if name in self._plays.refuses else self._reply(text)
            self._say(reply)
        else:
            self._inner.write(data)

    def _reply(self, text: str) -> str:
        plays = self._plays
        names = re.findall(r'"([^"]+)"', text) or re.findall(r"C:\\User\\([\w.]+)", text)
        name = names[0].rpartition("\\")[2] if names else ""
        match text[3:].partition("=")[0]:
            case "QFLST":
                return "".join(f'\r\n+QFLST: "{each}",{len(held)}' for each, held in plays.files.items()) + "\r\nOK\r\n"
            case "FSLS":
                return "".join(f"\r\n{each}" for each in plays.files) + "\r\nOK\r\n"
            case "FSCREATE":
                plays.files[name] = b""
                return "\r\nOK\r\n"
            case "QFUPL":
                return self._upload(name, int(text.split(",")[1]), "\r\nCONNECT\r\n", append=False)
            case "FSWRITE":
                more, size = text.split(",")[1:3]
                return self._upload(name, int(size), "\r\n> ", append=more == "1") if int(size) <= 10_240 else _ERROR
            case "QFDEL" | "FSDEL":
                return "\r\nOK\r\n" if plays.files.pop(name, None) is not None else _ERROR
            case _:
                return self._play(text, name)

    def _upload(self, name: str, size: int, prompt: str, *, append: bool) -> str:
        if sum(map(len, self._plays.files.values())) + size > self._plays.full_at:
            return "\r\n+CME ERROR: 423\r\n"
        self._file, self._data = (name, size, append), b""
        return prompt

    def _take(self) -> None:
        assert self._file is not None
        name, size, append = self._file
        if len(self._data) < size:
            return
        assert len(self._data) == size, "more octets than were announced"
        self._plays.files[name] = (self._plays.files.get(name, b"") if append else b"") + self._data
        self._file = None
        told = f"\r\n+QFUPL: {size},1a2b\r\n" if name.endswith(".wav") else ""
        self._say(f"{told}\r\nOK\r\n")

    def _play(self, text: str, name: str) -> str:
        code = "+QPSND" if "QPSND" in text else "+CREC"
        if text in ("AT+QPSND=0", "AT+CREC=5"):
            if self._plays.playing is not None:
                self._plays.playing.cancel()
                self._plays.stopped.append(self._name)
                self._ended(code)
            return "\r\nOK\r\n"
        assert text.endswith((",0,1,1", ",0,90")), text
        if not self._plays.files.get(name):
            return _ERROR
        self._name = name
        seconds = len(self._plays.files[name]) / RATES[name[-4:]]
        self._plays.playing = asyncio.get_running_loop().call_later(seconds, self._played, code)
        return "\r\nOK\r\n"

    def _played(self, code: str) -> None:
        self._plays.played.append(self._name)
        self._ended(code)

    def _ended(self, code: str) -> None:
        self._plays.playing = None
        if not self._plays.mute:
            self._say(f"\r\n{code}: 0\r\n")

    def _say(self, text: str) -> None:
        asyncio.get_running_loop().call_later(self._plays.answer_s, self._heard, text.encode("latin-1"))


_ERROR = "\r\nERROR\r\n"


def with_player(opener: Opener, plays: Plays) -> Opener:
    """The same ports, with a modem that plays behind each that is no voice port."""

    async def open_port(name: str) -> Port:
        port = await opener(name)
        assert not isinstance(port, Latest)
        return port if name.endswith("-audio") else _Port(port, plays)

    return open_port
