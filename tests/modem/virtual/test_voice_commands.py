"""The vendors' commands for a call's sound, each dialect's, and what goes wrong with them."""

from __future__ import annotations

import math
import random
import shutil
import subprocess
from array import array
from operator import mul

import pytest

from modem.port import PortLost
from modem.virtual import memory_opener, sound
from modem.virtual.voice.jack import LATE_S
from modem.voice import FRAME, FRAME_S, RATE
from tests.modem.virtual.client import PERSON, Bench, Client, bench

PIECE = random.Random(7).randbytes(2 * RATE)  # one second


async def port(here: Bench) -> Client:
    return Client(here.clock, await memory_opener(here.network)("modem1-audio"))


async def answered(here: Bench) -> None:
    await here.client.at(f"ATD{PERSON};")
    await here.clock.sleep(0.1)
    assert here.person.answer()
    await here.client.hear(0.1)


async def passes(here: Bench, audio: Client) -> tuple[bool, bool]:
    """Whether sound passes: to the phone, to the client."""
    already = len(here.person.heard())
    audio.writes.clear()
    here.person.say(PIECE[:FRAME])
    audio.send(PIECE[:FRAME])
    await here.clock.sleep(1.0)
    return PIECE[:FRAME] in here.person.heard()[already:], PIECE[:FRAME] in b"".join(audio.writes)


BOTH, NONE = (True, True), (False, False)


def test_sim7600_lets_sound_pass_only_after_its_command_in_an_answered_call() -> None:
    async def walk(here: Bench) -> None:
        audio = await port(here)
        assert await here.client.at("AT+CPCMREG=1") == ["ERROR"], "no call"
        await here.client.at(f"ATD{PERSON};")
        await here.clock.sleep(0.1)
        assert await here.client.at("AT+CPCMREG=1") == ["ERROR"], "it only rings"
        here.person.answer()
        await here.client.hear(0.1)
        assert await passes(here, audio) == NONE
        assert await here.client.at("AT+CPCMREG=1") == ["OK"]
        assert await here.client.at("AT+CPCMREG?") == ["+CPCMREG: 1", "OK"]
        assert await passes(here, audio) == BOTH
        assert await here.client.at("AT+CPCMREG=0,1") == ["OK"]
        assert await passes(here, audio) == NONE
        await here.client.at("AT+CPCMREG=1")
        here.person.hangup()
        assert "VOICE CALL: END" in await here.client.hear(0.1)
        assert await here.client.at("AT+CPCMREG?") == ["+CPCMREG: 0", "OK"]

    bench(walk, "SIM7600")


def test_sim7600_knows_only_8_khz_here() -> None:
    async def walk(here: Bench) -> None:
        assert await here.client.at("AT+CPCMFRM=0") == ["OK"]
        assert await here.client.at("AT+CPCMFRM=1") == ["ERROR"]

    bench(walk, "SIM7600")


def test_ec25_is_told_before_it_dials_in_one_line() -> None:
    async def walk(here: Bench) -> None:
        audio = await port(here)
        assert await here.client.at(f"AT+QPCMV=0;+QPCMV=1,0;D{PERSON};") == ["OK"]
        await here.clock.sleep(0.1)
        here.person.answer()
        assert await passes(here, audio) == BOTH
        assert await here.client.at("AT+QPCMV?") == ["+QPCMV: 1,0", "OK"]
        assert await here.client.at("AT+QPCMV=0") == ["OK"]
        assert await passes(here, audio) == NONE

    bench(walk, "EC25")


def test_ec25_has_no_sound_card_here() -> None:
    async def walk(here: Bench) -> None:
        assert await here.client.at("AT+QPCMV=1,2") == ["+CME ERROR: 50"]
        assert await here.client.at('AT+QGPSCFG="outport","none"') == ["OK"]

    bench(walk, "EC25")


def test_huawei_is_told_while_there_is_a_call() -> None:
    async def walk(here: Bench) -> None:
        audio = await port(here)
        assert await here.client.at("AT^CVOICE?") == ["^CVOICE:0,8000,16,20", "OK"]
        assert await here.client.at("AT^DDSETEX=2") == ["+CME ERROR: 3"]
        await answered(here)
        assert await passes(here, audio) == NONE
        assert await here.client.at("AT^DDSETEX=2") == ["OK"]
        assert await passes(here, audio) == BOTH
        here.person.hangup()
        await here.client.hear(0.1)
        await answered(here)
        assert await passes(here, audio) == NONE, "the next call is asked for anew"

    bench(walk, "Huawei")


@pytest.mark.parametrize(
    ("profile", "foreign"),
    [
        ("generic", "AT+CPCMREG=1"),
        ("SIM800", "AT+QPCMV=1,0"),
        ("SIM7600", "AT^DDSETEX=2"),
        ("EC25", "AT+CREC=5"),
        ("Huawei", 'AT+QPSND=0,"a"'),
    ],
)
def test_a_modem_does_not_know_anothers_commands(profile: str, foreign: str) -> None:
    async def walk(here: Bench) -> None:
        assert await here.client.at(foreign) == ["+CME ERROR: 4"]

    bench(walk, profile)


def test_a_restart_forgets_that_sound_was_asked_for() -> None:
    async def walk(here: Bench) -> None:
        await here.client.at("AT+QPCMV=1,0")
        here.modem.reboot()
        await here.clock.sleep(0.1)
        assert (await here.client.at("AT+QPCMV?"))[-2:] == ["+QPCMV: 0,0", "OK"]

    bench(walk, "EC25")


# -- what a modem plays by itself


async def upload(here: Bench, name: str, data: bytes) -> list[str]:
    assert (await here.client.raw(f'AT+QFUPL="{name}",{len(data)}\r')).strip() == "CONNECT"
    here.client.send(data)
    return [line for line in (await here.client.hear()).split("\r\n") if line]


def test_ec25_plays_an_uploaded_wav_in_real_time_and_says_when_it_is_over() -> None:
    async def walk(here: Bench) -> None:
        file = sound.wav(PIECE)
        answer = await upload(here, "UFS:a.wav", file)
        assert answer[0].startswith(f"+QFUPL: {len(file)},")
        assert answer[1] == "OK"
        assert await here.client.at("AT+QFLST") == [f'+QFLST: "a.wav",{len(file)}', "OK"]
        assert await here.client.at('AT+QPSND=1,"a.wav",0,1,1') == ["+CME ERROR: 3"], "no call"
        await answered(here)
        assert await here.client.at('AT+QPSND=1,"a.wav",0,1,1') == ["OK"]
        assert await here.client.hear(0.9) == ""
        assert "+QPSND: 0" in await here.client.hear(0.2)
        assert PIECE in here.person.heard()

    bench(walk, "EC25")


def test_ec25_stops_when_told_and_when_the_call_ends() -> None:
    async def walk(here: Bench) -> None:
        await upload(here, "a.wav", sound.wav(PIECE))
        await answered(here)
        await here.client.at('AT+QPSND=1,"a.wav"')
        await here.clock.sleep(0.4)
        await here.client.at("AT+QPSND=0")
        assert "QPSND" not in await here.client.hear(5.0)
        assert sound.seconds(here.person.heard().rstrip(b"\0").lstrip(b"\0")) < 0.5
        await here.client.at('AT+QPSND=1,"a.wav"')
        here.person.hangup()
        assert "QPSND" not in await here.client.hear(5.0)

    bench(walk, "EC25")


def test_an_upload_holds_every_octet_and_codes_wait_for_its_end() -> None:
    async def walk(here: Bench) -> None:
        data = bytes(range(256)) * 4
        assert "CONNECT" in await here.client.raw('AT+QFUPL="b.bin",1024,60\r')
        here.client.send(data[:500])
        here.network.phone("+62877").sms(here.modem.number, "TOLONG")
        assert await here.client.hear(1.0) == ""
        here.client.send(data[500:] + b"AT\r")
        said = await here.client.hear(1.0)
        assert said.index("+QFUPL: 1024,") < said.index("OK")
        assert said.count("OK") == 2, "what was typed behind it is a command again"
        assert here.modem.files["b.bin"] == data

    bench(walk, "EC25")


def test_what_cannot_be_uploaded_is_refused_by_its_number() -> None:
    async def walk(here: Bench) -> None:
        await upload(here, "a.wav", b"not a wav")
        assert await here.client.at('AT+QFUPL="a.wav",10') == ["+CME ERROR: 407"]
        assert await here.client.at('AT+QFUPL="big.wav",99000000') == ["+CME ERROR: 20"]
        assert await here.client.at('AT+QFDEL="c.wav"') == ["+CME ERROR: 405"]
        assert "CONNECT" in await here.client.raw('AT+QFUPL="late.wav",10\r')
        here.client.send(b"only")
        assert await here.client.hear(6.0) == "\r\n+CME ERROR: 421\r\n"
        assert await here.client.at("AT") == ["OK"]
        await answered(here)
        assert await here.client.at('AT+QPSND=1,"a.wav"') == ["+CME ERROR: 50"]
        assert await here.client.at('AT+QPSND=1,"c.wav"') == ["+CME ERROR: 405"]
        assert await here.client.at('AT+QFDEL="a.wav"') == ["OK"]

    bench(walk, "EC25")


PATH = r"C:\User\1.amr"


async def put_amr(here: Bench, data: bytes) -> None:
    assert await here.client.at(f"AT+FSCREATE={PATH}") == ["OK"]
    for at in range(0, len(data), 700):
        piece = data[at : at + 700]
        assert (await here.client.raw(f"AT+FSWRITE={PATH},{int(at > 0)},{len(piece)},10\r")).strip() == ">"
        here.client.send(piece)
        assert (await here.client.hear()).strip() == "OK"
    assert await here.client.at(f"AT+FSFLSIZE={PATH}") == [f"+FSFLSIZE: {len(data)}", "OK"]


@pytest.mark.skipif(shutil.which("sox") is None, reason="needs the Debian package sox")
def test_sim800_plays_an_amr_file_into_the_call() -> None:
    spoken = sound.murmur(2.0)
    command = [
        "sox",
        "-t",
        "raw",
        "-r",
        "8000",
        "-e",
        "signed",
        "-b",
        "16",
        "-c",
        "1",
        "-",
        "-C",
        "7",
        "-t",
        "amr-nb",
        "-",
    ]
    amr = subprocess.run(command, input=spoken, capture_output=True, check=True, timeout=20).stdout

    async def walk(here: Bench) -> None:
        await put_amr(here, amr)
        await answered(here)
        assert await here.client.at(f'AT+CREC=4,"{PATH}",0,90') == ["OK"]
        await here.clock.sleep(1.5)
        assert "+CREC: 0" in await here.client.hear(1.0)
        heard = here.person.heard().lstrip(b"\0").rstrip(b"\0")
        assert sound.seconds(heard) == pytest.approx(2.0, abs=0.1)
        assert alike(heard, spoken) > 0.5  # the codec moves the phases of a hum
        assert await here.client.at(f"AT+FSDEL={PATH}") == ["OK"]

    bench(walk, "SIM800")


def alike(one: bytes, other: bytes) -> float:
    """How much of one shape two sounds have, at the best of a few shifts."""
    a, b = array("h", one[: len(one) // 2 * 2]), array("h", other)
    size = min(len(a), len(b)) - 400
    norm = math.sqrt(sum(x * x for x in a[:size]) * sum(x * x for x in b[:size]))
    shifts = ((s, 0) if s > 0 else (0, -s) for s in range(-200, 200))
    return max(float(sum(map(mul, a[s : s + size], b[r : r + size]))) for s, r in shifts) / norm


def test_without_a_decoder_a_file_lasts_as_long_as_its_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    amr = b"#!AMR\n" + (b"\x3c" + bytes(31)) * 75  # 1.5 s of mode 7

    async def walk(here: Bench) -> None:
        await put_amr(here, amr)
        await answered(here)
        assert await here.client.at(f'AT+CREC=4,"{PATH}",0,90') == ["OK"]
        assert "CREC" not in await here.client.hear(1.4)
        assert "+CREC: 0" in await here.client.hear(0.3)

    bench(walk, "SIM800")


# -- what goes wrong


@pytest.mark.parametrize(
    ("profile", "command"),
    [("SIM7600", "AT+CPCMREG=1"), ("EC25", "AT+QPCMV=1,0"), ("Huawei", "AT^DDSETEX=2")],
)
def test_refused_sound_is_refused_until_the_fault_is_over(profile: str, command: str) -> None:
    async def walk(here: Bench) -> None:
        await answered(here)
        here.modem.fault("audio_refused")
        assert await here.client.at(command) == ["ERROR"]
        here.modem.heal()
        assert await here.client.at(command) == ["OK"]

    bench(walk, profile)


def test_where_no_command_is_needed_a_refused_port_cannot_be_opened() -> None:
    async def walk(here: Bench) -> None:
        here.modem.fault("audio_refused")
        with pytest.raises(PortLost):
            await port(here)
        here.modem.heal()
        await port(here)

    bench(walk)


def test_a_dead_port_opens_and_nothing_passes() -> None:
    async def walk(here: Bench) -> None:
        audio = await port(here)
        here.modem.fault("audio_dead")
        await answered(here)
        assert await passes(here, audio) == NONE
        here.modem.heal()
        assert await passes(here, audio) == BOTH

    bench(walk)


def test_late_sound_loses_the_beginning() -> None:
    async def walk(here: Bench) -> None:
        audio = await port(here)
        here.modem.fault("late_audio")
        await answered(here)
        for at in range(0, 2 * len(PIECE), FRAME):
            audio.send(PIECE[at % len(PIECE) :][:FRAME])
            await here.clock.sleep(FRAME_S)
        heard = here.person.heard()
        assert not heard[: int(LATE_S * RATE) * 2].strip(b"\0")
        assert heard.rstrip(b"\0").endswith(PIECE[-FRAME:])

    bench(walk)


def test_noise_is_on_the_line_both_ways_and_the_voice_above_it() -> None:
    async def walk(here: Bench) -> None:
        audio = await port(here)
        here.modem.fault("audio_noise")
        await answered(here)
        here.person.say(sound.tones("5"))
        for at in range(0, 3200, FRAME):
            audio.send(sound.tones("7" * 3)[at : at + FRAME])
            await here.clock.sleep(FRAME_S)
        await here.clock.sleep(0.5)
        for heard in (here.person.heard(), b"".join(audio.writes)):
            assert heard.strip(b"\0")
            assert sound.key_tone("5") not in heard
            assert sound.key_tone("7") not in heard

    bench(walk)
