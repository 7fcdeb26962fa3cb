"""A modem that plays a file into the call by itself: Quectel's AT+QPSND, SIMCom's AT+CREC=4."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from modem.virtual.command import Command, Form
from modem.virtual.dialect import Plays
from modem.virtual.exchange import Call, CallState
from modem.virtual.reply import OK, AtError, Reply, cme
from modem.virtual.sound import OCTETS, murmur, read_wav, samples, seconds
from modem.virtual.timers import Timer
from modem.virtual.voice.commands import allowed
from modem.virtual.voice.files import MISSING, belongs, plain

if TYPE_CHECKING:
    from modem.virtual.modem import VirtualModem

AMR = b"#!AMR\n"
AMR_FRAMES = (13, 14, 16, 18, 20, 21, 27, 32, 6, 1, 1, 1, 1, 1, 1, 1)  # octets of a frame by its type (TS 26.101)
AMR_FRAME_S = 0.02
DECODE_S = 20.0  # for which sox may think


class Player:
    """What a modem is playing into its call."""

    def __init__(self, modem: VirtualModem) -> None:
        self._modem = modem
        self._call: Call | None = None
        self._ends: Timer | None = None
        self._decoding: asyncio.Future[bytes] | None = None

    def play(self, data: bytes, code: str) -> None:
        """Let the far end hear a file, and say ``code`` when it has been. Raises AtError without a call, for what is
        no WAV or AMR file, and while something is being played."""
        call = self._modem.line.call
        if call is None or call.state is not CallState.ACTIVE or self._call is not None:
            raise cme(3)
        allowed(self._modem)
        if data.startswith(AMR):
            self._call = call
            self._decoding = asyncio.get_running_loop().run_in_executor(None, decode_amr, data)
            self._decoding.add_done_callback(lambda done: self._decoded(call, done, code))
            return
        try:
            sound = read_wav(data)
        except ValueError:
            raise cme(50) from None
        self._call = call
        self._start(call, sound, code)

    def stop(self) -> None:
        """Fall silent: told to, or the call is over. Idempotent."""
        call, self._call = self._call, None
        if self._ends is not None:
            self._ends.cancel()
            self._ends = None
        if call is not None and call.state is CallState.ACTIVE:
            self._modem.network.exchange.hush(call, self._modem)

    def _decoded(self, call: Call, done: asyncio.Future[bytes], code: str) -> None:
        if not done.cancelled() and call is self._call:
            self._start(call, done.result(), code)

    def _start(self, call: Call, sound: bytes, code: str) -> None:
        self._modem.network.exchange.say(call, self._modem, self._modem.jack.damaged(sound))
        self._ends = self._modem.later(seconds(sound), lambda: self._ended(code))

    def _ended(self, code: str) -> None:
        self._call = self._ends = None
        self._modem.vendor_code(code)


def decode_amr(data: bytes) -> bytes:
    """What an AMR file says, by sox; without sox a murmur of its length."""
    if shutil.which("sox"):
        command = ["sox", "-t", "amr-nb", "-", "-t", "raw", "-r", "8000", "-e", "signed", "-b", "16", "-c", "1", "-"]
        done = subprocess.run(command, input=data, capture_output=True, timeout=DECODE_S, check=False)
        if done.returncode == 0:
            return done.stdout
    at, frames = len(AMR), 0
    while at < len(data):
        at += AMR_FRAMES[data[at] >> 3 & 0x0F]
        frames += 1
    return murmur(1.0) * int(frames * AMR_FRAME_S) + bytes(OCTETS * samples(frames * AMR_FRAME_S % 1.0))


def _quectel(modem: VirtualModem, command: Command) -> Reply:
    """AT+QPSND=1,"name"[,repeat[,ulmute[,dlmute]]] and =0; only repeat 0 (once) is here."""
    belongs(modem, Plays.QPSND)
    if command.form is Form.TEST:
        return Reply(("+QPSND: (0,1),<filename>,(0,1),(0,1),(0,1)",))
    if command.form is not Form.SET:
        raise cme(50)
    on, *more = command.parameters()
    if on == "0":
        modem.player.stop()
        return OK
    if on != "1" or not more or more[1:2] not in ([], ["0"]):
        raise cme(50)
    data = modem.files.get(plain(more[0]))
    if data is None:
        raise AtError("CME", MISSING)
    modem.player.play(data, "+QPSND: 0")
    return OK


def _simcom(modem: VirtualModem, command: Command) -> Reply:
    """AT+CREC=4,"path",channel,level and =5; recording (1 to 3) is not here."""
    belongs(modem, Plays.CREC)
    if command.form is Form.TEST:
        return Reply(("+CREC: (4,5)",))
    if command.form is not Form.SET:
        return Reply(("+CREC: 0",))
    mode, *more = command.parameters()
    if mode == "5":
        modem.player.stop()
        return OK
    data = modem.files.get(more[0]) if mode == "4" and more else None
    if data is None or not data.startswith(AMR):
        raise AtError()
    modem.player.play(data, "+CREC: 0")
    return OK


HANDLERS: Mapping[str, Callable[[VirtualModem, Command], Reply | None]] = {"+QPSND": _quectel, "+CREC": _simcom}
