"""Sound on calls: both ways and bit by bit, between a modem's audio port and a phone, in memory and on ptys."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from config.clock import SystemClock
from modem.port import PortLost, PortTaken
from modem.virtual import Network, VirtualModem, memory_opener, serve_audio_pty, serve_pty, sound
from modem.virtual.voice.track import AHEAD_S, DELAY_S
from modem.voice import FRAME, FRAME_S, RATE
from tests.modem.virtual.client import PERSON, Bench, Client, bench

LIMIT_S = 20.0
PIECE = random.Random(5).randbytes(RATE)  # half a second of every octet there is; no sample may be missed


async def answered(here: Bench) -> Client:
    """A client on the audio port of a modem whose call is up."""
    audio = Client(here.clock, await memory_opener(here.network, silence=True)("modem1-audio"))
    await here.client.at(f"ATD{PERSON};")
    await here.clock.sleep(0.1)
    assert here.person.answer()
    return audio


async def speak(here: Bench, audio: Client, data: bytes) -> None:
    """As a program does: 20 ms at a time."""
    for at in range(0, len(data), FRAME):
        audio.send(data[at : at + FRAME])
        await here.clock.sleep(FRAME_S)


def test_what_the_modem_is_given_the_phone_hears_octet_by_octet() -> None:
    async def walk(here: Bench) -> None:
        audio = await answered(here)
        await here.clock.sleep(1.0)
        await speak(here, audio, PIECE)
        assert here.person.heard()[2 * RATE :].rstrip(b"\0") == PIECE
        assert not here.person.heard()[: 2 * RATE].strip(b"\0"), "nothing was said in the first second"

    bench(walk)


def test_what_the_phone_says_the_modem_gives_octet_by_octet() -> None:
    async def walk(here: Bench) -> None:
        audio = await answered(here)
        assert here.person.say(PIECE) == pytest.approx(0.5)
        await here.clock.sleep(1.5)
        assert b"".join(audio.writes).strip(b"\0") == PIECE.strip(b"\0")
        assert {len(write) for write in audio.writes} == {FRAME}

    bench(walk)


def test_silence_comes_as_frames_of_20_ms_all_the_time() -> None:
    async def walk(here: Bench) -> None:
        audio = await answered(here)
        await here.clock.sleep(10.0)
        assert len(audio.writes) == pytest.approx(10.0 / FRAME_S, abs=2)
        here.person.hangup()
        await here.clock.sleep(0.1)
        audio.writes.clear()
        await here.clock.sleep(1.0)
        assert audio.writes == []

    bench(walk)


def test_in_memory_silence_costs_nothing_unless_it_is_asked_for() -> None:
    async def walk(here: Bench) -> None:
        audio = Client(here.clock, await memory_opener(here.network)("modem1-audio"))
        await here.client.at(f"ATD{PERSON};")
        await here.clock.sleep(0.1)
        here.person.answer()
        await here.clock.sleep(60.0)
        assert audio.writes == []
        here.person.say(PIECE)
        await here.clock.sleep(60.0)
        assert b"".join(audio.writes).rstrip(b"\0") == PIECE
        assert len(audio.writes) < 12

    bench(walk)


def test_a_key_of_the_phone_is_a_tone_on_the_line_and_a_report_of_the_modem() -> None:
    async def walk(here: Bench) -> None:
        audio = await answered(here)
        await here.client.at("AT+DDET=1")
        here.person.press("1,#")
        assert "+DTMF: 1" in await here.client.hear(DELAY_S + 2.0)
        heard = b"".join(audio.writes)
        one, hash_ = heard.find(sound.key_tone("1")), heard.find(sound.key_tone("#"))
        assert one >= 0
        assert hash_ - one == 2 * round(1.3 * RATE)

    bench(walk)


def test_without_reports_the_tone_is_still_there() -> None:
    async def walk(here: Bench) -> None:
        audio = await answered(here)
        await here.client.at("AT+DDET=1")
        here.modem.fault("no_tones")
        here.person.press("5")
        assert await here.client.hear(1.0) == ""
        assert sound.key_tone("5") in b"".join(audio.writes)

    bench(walk)


def test_a_modem_that_answers_has_sound_both_ways() -> None:
    async def walk(here: Bench) -> None:
        audio = Client(here.clock, await memory_opener(here.network)("modem1-audio"))
        here.person.call(here.modem.number)
        await here.clock.sleep(0.5)
        await here.client.at("ATA")
        await speak(here, audio, PIECE)
        here.person.say(PIECE)
        await here.clock.sleep(1.0)
        assert here.person.heard().rstrip(b"\0") == PIECE
        assert b"".join(audio.writes).rstrip(b"\0") == PIECE

    bench(walk)


def test_half_a_sample_waits_for_its_other_half() -> None:
    async def walk(here: Bench) -> None:
        audio = await answered(here)
        for at in range(0, len(PIECE), 319):
            audio.send(PIECE[at : at + 319])
            await here.clock.sleep(319 / 2 / RATE)
        assert here.person.heard().rstrip(b"\0") == PIECE

    bench(walk)


def test_a_stutter_leaves_a_gap_and_a_burst_is_cut() -> None:
    async def walk(here: Bench) -> None:
        audio = await answered(here)
        audio.send(PIECE[:FRAME])
        await here.clock.sleep(1.0)
        audio.send(PIECE[:FRAME])
        await here.clock.sleep(0.1)
        heard = here.person.heard()
        assert heard.count(PIECE[:FRAME]) == 2
        assert heard.rfind(PIECE[:FRAME]) == 2 * RATE
        for _ in range(20):
            audio.send(PIECE)  # ten seconds at once
        await here.clock.sleep(12.0)
        assert sound.seconds(here.person.heard().strip(b"\0")) < 5.0

    bench(walk)


def test_an_audio_port_is_there_once_and_goes_with_the_modem() -> None:
    async def walk(here: Bench) -> None:
        opener = memory_opener(here.network)
        audio = Client(here.clock, await opener("modem1-audio"))
        with pytest.raises(PortTaken):
            await opener("modem1-audio")
        here.modem.unplug()
        await here.clock.sleep(0.01)
        assert audio.lost == ["unplugged"]
        with pytest.raises(PortLost):
            await opener("modem1-audio")
        here.modem.plug()
        await opener("modem1-audio")

    bench(walk)


def test_what_comes_too_fast_is_counted_as_lost() -> None:
    async def walk(here: Bench) -> None:
        audio = await answered(here)
        audio.send(PIECE * 10)
        await here.clock.sleep(0.1)
        (call,) = here.network.exchange.kept
        said = call.said(here.modem)
        assert said is not None
        assert said.lost / RATE == pytest.approx(5.0 - AHEAD_S, abs=0.2)

    bench(walk)


def test_two_programs_on_one_audio_port_both_hear() -> None:
    async def walk(here: Bench) -> None:
        first = Client(here.clock, await memory_opener(here.network)("modem1-audio"))
        second = Client(here.clock, await memory_opener(here.network)("modem1-audio"))
        await here.client.at(f"ATD{PERSON};")
        await here.clock.sleep(0.1)
        here.person.answer()
        here.person.say(PIECE)
        await here.clock.sleep(2.0)
        assert b"".join(first.writes) == b"".join(second.writes) != b""
        first.close()
        here.person.say(PIECE)
        await here.clock.sleep(2.0)
        assert len(b"".join(second.writes)) > len(b"".join(first.writes))

    bench(walk)


def test_a_modem_without_digital_sound_has_no_audio_port() -> None:
    async def walk(here: Bench) -> None:
        with pytest.raises(PortLost):
            await memory_opener(here.network)("modem1-audio")

    bench(walk, "SIM800")


# -- on real terminals, in real time


class Terminal:
    """A program that opens a link and leaves the terminal's settings as it finds them."""

    def __init__(self, link: Path) -> None:
        self.fd = os.open(link, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)

    def read(self) -> bytes:
        try:
            return os.read(self.fd, 65_536)
        except BlockingIOError:
            return b""

    def close(self) -> None:
        os.close(self.fd)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(LIMIT_S):
        while not true():
            await asyncio.sleep(0.005)


@pytest.fixture
async def modem() -> AsyncIterator[VirtualModem]:
    network = Network(SystemClock())
    yield network.modem("+628110000001")
    network.close()


@pytest.fixture
async def audio(modem: VirtualModem, tmp_path: Path) -> AsyncIterator[Terminal]:
    cables = [serve_pty(modem, tmp_path / "modem1"), serve_audio_pty(modem, tmp_path)]
    terminal = Terminal(tmp_path / "modem1-audio")
    await asyncio.sleep(0.02)
    yield terminal
    terminal.close()
    for cable in cables:
        cable.close()


async def test_on_a_pty_every_octet_comes_through_both_ways(modem: VirtualModem, audio: Terminal) -> None:
    phone = modem.network.phone(PERSON)
    modem.line.dial(PERSON)
    await until(phone.answer)
    await until(lambda: phone.talking)
    every = bytes(range(256)) * 40  # XON, XOFF, CR, LF, Ctrl-C and Ctrl-D among them
    phone.say(every)
    heard = bytearray()
    loop = asyncio.get_running_loop()
    start = loop.time()
    for at in range(0, len(every), FRAME):
        os.write(audio.fd, every[at : at + FRAME])
        heard += audio.read()
        await asyncio.sleep(max(0.0, start + (at / FRAME + 1) * FRAME_S - loop.time()))
    await until(lambda: len(phone.heard().strip(b"\0")) >= len(every) - 2)
    assert every.strip(b"\0") in phone.heard()

    def all_heard() -> bool:
        heard.extend(audio.read())
        return every.strip(b"\0") in heard

    await until(all_heard)


async def test_on_a_pty_a_real_modems_frames_come_in_real_time(modem: VirtualModem, audio: Terminal) -> None:
    phone = modem.network.phone(PERSON)
    modem.line.dial(PERSON)
    await until(phone.answer)
    heard = bytearray()

    def two_seconds() -> bool:
        heard.extend(audio.read())
        return len(heard) >= 2 * 2 * RATE

    begun = asyncio.get_running_loop().time()
    await until(two_seconds)
    assert asyncio.get_running_loop().time() - begun > 1.5, "sound cannot be heard before it is spoken"


async def test_the_audio_link_goes_with_the_modem_and_comes_back_under_its_new_name(
    modem: VirtualModem, audio: Terminal, tmp_path: Path
) -> None:
    modem.unplug()
    assert sorted(path.name for path in tmp_path.iterdir()) == []
    modem.plug("modem9")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["modem9", "modem9-audio"]
    with pytest.raises(OSError, match="Input/output"):
        os.write(audio.fd, b"\0\0")
