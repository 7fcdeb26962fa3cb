"""A voice port: bit-exact both ways over a real pty, whole samples, and what is late is dropped, oldest first."""

from __future__ import annotations

import asyncio
import os
import random
import termios
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from config.clock import SystemClock
from config.crash import no_crash
from config.settings import ModemSettings
from modem.call import Outcome
from modem.driver import Modem, State
from modem.pcm import HEARD_AT_MOST, LATE_AT_MOST, Pcm
from modem.port import PortLost, open_port, without
from modem.virtual import serve_audio_pty, serve_pty
from modem.virtual.modem import VirtualModem
from modem.virtual.network import Network
from modem.virtual.phone import Behaviour
from modem.voice import FRAME, FRAME_S, RATE, CallLine
from tests.modem.rig import NUMBER, Kept, nothing

LIMIT_S = 20.0  # real seconds for what takes one
OFFICER = "+6281300000001"
SOUND = random.Random(7).randbytes(RATE)  # half a second of every octet there is


class Wire:
    """A port in memory whose far end is the test."""

    name = "wire"

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.closed = False
        self.heard: Callable[[bytes], None] = lambda data: None
        self.lost: Callable[[str], None] = lambda why: None

    def listen(self, heard: Callable[[bytes], None], lost: Callable[[str], None]) -> None:
        self.heard, self.lost = heard, lost

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def close(self) -> None:
        self.closed = True


def on_a_wire(*, flows_always: bool = False) -> tuple[Wire, Pcm]:
    wire = Wire()
    pcm = Pcm(wire, lambda: None)
    pcm.begin(flows_always=flows_always)
    return wire, pcm


async def test_samples_are_whole_however_the_octets_come() -> None:
    wire, pcm = on_a_wire()
    chance = random.Random(3)
    at = 0
    got = b""
    while at < len(SOUND):
        size = chance.randrange(1, 500)
        wire.heard(SOUND[at : at + size])
        at += size
        if at % 2 == 0 or size > 1:
            piece = await pcm.read()
            assert len(piece) % 2 == 0
            got += piece
    assert got == SOUND[: len(got)]
    assert len(got) >= len(SOUND) - 1


async def test_of_what_nobody_reads_the_last_second_is_kept() -> None:
    wire, pcm = on_a_wire()
    sound = random.Random(4).randbytes(5 * 2 * RATE + 1)
    for at in range(0, len(sound), 321):
        wire.heard(sound[at : at + 321])
    kept = await pcm.read()
    assert HEARD_AT_MOST - 2 <= len(kept) <= HEARD_AT_MOST
    assert kept == sound[:-1][-len(kept) :]


async def test_what_came_before_the_call_is_none_of_its() -> None:
    wire = Wire()
    pcm = Pcm(wire, lambda: None)
    wire.heard(b"old")
    pcm.begin(flows_always=False)
    wire.heard(b"\x01\x02")
    assert await pcm.read() == b"\x01\x02"
    wire.heard(b"\x03\x04")
    pcm.end()
    wire.heard(b"between")
    pcm.begin(flows_always=False)
    wire.heard(b"\x05\x06")
    assert await pcm.read() == b"\x05\x06"


async def test_a_port_that_flows_always_keeps_its_samples_whole_when_a_call_begins_between_two_halves() -> None:
    wire = Wire()
    pcm = Pcm(wire, lambda: None)
    wire.heard(b"\x01\x02\x03")  # half of a sample was thrown away
    pcm.begin(flows_always=True)
    wire.heard(b"\x04\x05\x06")
    assert await pcm.read() == b"\x05\x06"


async def test_after_the_call_nothing_is_written_and_a_lost_port_says_so() -> None:
    wire, pcm = on_a_wire()
    pcm.write(b"\x01\x02")
    pcm.end()
    pcm.write(b"\x03\x04")
    assert wire.written == [b"\x01\x02"]
    reading = asyncio.ensure_future(pcm.read())
    await asyncio.sleep(0)
    wire.lost("unplugged")
    with pytest.raises(PortLost, match="unplugged"):
        await reading
    with pytest.raises(PortLost, match="unplugged"):
        pcm.write(b"\x01\x02")
    pcm.close()
    assert wire.closed


async def test_a_full_port_drops_what_is_old_in_whole_samples_and_never_blocks() -> None:
    master, slave = os.openpty()
    try:
        os.set_blocking(master, False)
        pcm = Pcm(await open_port(os.ttyname(slave)), lambda: None)
        pcm.begin(flows_always=False)
        count = 10 * RATE  # 10 s, numbered samples
        sound = b"".join((at % 65_536).to_bytes(2, "little") for at in range(count))
        for at in range(0, len(sound), FRAME):
            pcm.write(sound[at : at + FRAME])
        got = bytearray()
        async with asyncio.timeout(LIMIT_S):
            while not got.endswith(sound[-FRAME:]):
                try:
                    got += os.read(master, 65_536)
                except BlockingIOError:
                    await asyncio.sleep(0.001)
        assert len(got) % 2 == 0
        tail = bytes(got[-LATE_AT_MOST + 2 :])
        assert sound.endswith(tail), "the newest is there, whole"
        assert len(got) < len(sound), "and not all of the old"
        pcm.close()
    finally:
        os.close(master)
        os.close(slave)


async def test_a_full_tcp_port_drops_what_is_old_too() -> None:
    taken = asyncio.Event()
    got = bytearray()
    done = asyncio.Event()

    async def far(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await taken.wait()
        while data := await reader.read(65_536):
            got.extend(data)
        writer.close()
        done.set()

    server = await asyncio.start_server(far, "127.0.0.1", 0, limit=4096)
    host, port = server.sockets[0].getsockname()
    pcm = Pcm(await open_port(f"socket://{host}:{port}"), lambda: None)
    pcm.begin(flows_always=False)
    sent = 0
    last = b""
    for at in range(400):  # 26 MB: far more than the far end's kernel holds
        last = at.to_bytes(4, "little") * 16_384
        sent += len(last)
        pcm.write(last)
        await asyncio.sleep(0)
    taken.set()
    async with asyncio.timeout(LIMIT_S):
        while not got.endswith(last[-LATE_AT_MOST:]):
            await asyncio.sleep(0.01)
    assert len(got) < sent / 2
    pcm.close()
    async with asyncio.timeout(LIMIT_S):
        await done.wait()
    server.close()
    await server.wait_closed()


# -- over a real pty, in real time


@pytest.fixture
async def network() -> AsyncIterator[Network]:
    made = Network(SystemClock())
    made.settings.setup_s = 0.1
    yield made
    made.close()


@pytest.fixture(params=["sim7600", "ec25", "huawei"])
async def virtual(network: Network, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[VirtualModem]:
    modem = network.modem(NUMBER, profile=request.param)
    cables = serve_pty(modem, tmp_path / "modem1"), serve_audio_pty(modem, tmp_path)
    yield modem
    for cable in cables:
        cable.close()


async def ready(modem: Modem) -> None:
    async with asyncio.timeout(LIMIT_S):
        while modem.state is not State.READY:
            await asyncio.sleep(0.01)


async def test_both_ways_bit_by_bit_over_a_pty_that_is_raw_at_both_ends(
    network: Network, virtual: VirtualModem, tmp_path: Path
) -> None:
    phone = network.phone(OFFICER)
    phone.behave(Behaviour(answer_after_s=0.1))
    settings = ModemSettings(
        name="one", port=str(tmp_path / "modem1"), number=NUMBER, audio=str(tmp_path / "modem1-audio")
    )
    clock = SystemClock()
    modem = Modem(settings, clock=clock, open_port=open_port, listener=Kept(clock), crash=no_crash, virtual=True)
    running = asyncio.ensure_future(modem.run())
    heard = bytearray()

    async def hear(line: CallLine) -> None:
        assert line.audio is not None
        while True:
            heard.extend(await line.audio.read())

    async def talk(line: CallLine) -> None:
        assert line.audio is not None
        hearing = asyncio.ensure_future(hear(line))
        phone.say(SOUND)
        try:
            due = clock.monotonic()
            for at in range(0, len(SOUND), FRAME):
                line.audio.write(SOUND[at : at + FRAME])
                due += FRAME_S
                await clock.sleep(max(0.0, due - clock.monotonic()))
            async with asyncio.timeout(LIMIT_S):
                while SOUND.strip(b"\0") not in heard:
                    await clock.sleep(0.02)
        finally:
            hearing.cancel()
            await asyncio.gather(hearing, return_exceptions=True)

    try:
        await ready(modem)
        assert modem.speaks
        far = os.open(tmp_path / "modem1-audio", os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        flags = termios.tcgetattr(far)
        os.close(far)
        assert not flags[3] & (termios.ICANON | termios.ECHO | termios.ISIG)
        assert not flags[0] & (termios.ICRNL | termios.IXON | termios.IXOFF)
        assert not flags[1] & termios.OPOST
        async with asyncio.timeout(LIMIT_S):
            end = await modem.call(OFFICER, ring_s=10, urgency=1, since=0, started=nothing, talk=talk, talk_s=LIMIT_S)
        assert (end.outcome, end.detail) == (Outcome.ANSWERED, "we hung up")
        assert phone.heard().strip(b"\0") == SOUND.strip(b"\0")
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_voice_port_of_another_program_is_left_alone_and_letters_go_on(
    network: Network, virtual: VirtualModem, tmp_path: Path
) -> None:
    held = await open_port(str(tmp_path / "modem1-audio"))
    clock = SystemClock()
    settings = ModemSettings(
        name="one", port=str(tmp_path / "modem1"), number=NUMBER, audio=str(tmp_path / "modem1-audio")
    )
    listener = Kept(clock)
    modem = Modem(settings, clock=clock, open_port=open_port, listener=listener, crash=no_crash, virtual=True)
    running = asyncio.ensure_future(modem.run())
    try:
        async with asyncio.timeout(LIMIT_S):
            while not modem.well:
                await asyncio.sleep(0.01)
        assert "another program" in modem.detail
        network.phone(OFFICER).sms(NUMBER, "TOLONG")
        async with asyncio.timeout(LIMIT_S):
            while listener.texts() != ["TOLONG"]:
                await asyncio.sleep(0.01)
    finally:
        held.close()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


def test_a_modem_that_left_is_not_looked_for_at_its_own_voice_port(tmp_path: Path) -> None:
    for name in ("ttyUSB0", "ttyUSB1", "ttyUSB4"):
        (tmp_path / name).touch()
    (tmp_path / "voice").symlink_to(tmp_path / "ttyUSB4")
    names = [str(tmp_path / name) for name in ("ttyUSB0", "ttyUSB1", "ttyUSB4")]
    assert without(str(tmp_path / "voice"), names) == names[:2]
    assert without(str(tmp_path / "ttyUSB4"), names) == names[:2]
    assert without(str(tmp_path / "voic*"), names) == names[:2]
    assert without(str(tmp_path / "ttyUSB*"), names) == names, "it may be any of them"
    assert without("", names) == names
    assert without("socket://here:1", ["socket://here:2"]) == ["socket://here:2"]
