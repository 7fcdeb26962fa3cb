"""Talks on answered calls, in every dialect: commands in order, the voice both ways bit by bit, and whoever ends it."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace

import pytest

from config.settings import ModemSettings
from modem.call import CallEnd, Outcome
from modem.driver import State
from modem.port import PortLost
from modem.virtual.modem import VirtualModem
from modem.virtual.network import Network
from modem.virtual.phone import Behaviour
from modem.voice import FRAME, FRAME_S, RATE, CallLine, Talk
from tests.modem.rig import NUMBER, RESIDENT, Rig, nothing, on_a_modem

OFFICER = "+6281300000001"
SIREN = "+6281400000001"
WITH_PORT = ["generic", "sim7600", "ec25", "huawei"]
VOICE = ModemSettings(name="one", port="modem1", number=NUMBER, audio="modem1-audio")
SOUND = random.Random(5).randbytes(RATE)  # half a second of every octet there is
OFF = {"sim7600": ["AT+CPCMREG=0,1"], "ec25": ["AT+QPCMV=0"]}
ON = {"sim7600": ["AT+CPCMREG=1"], "ec25": ["AT+QPCMV=1,0"], "huawei": ["AT^DDSETEX=2"]}


def world(network: Network, virtual: VirtualModem) -> None:
    network.settings.setup_s = 2.0
    network.phone(OFFICER).behave(Behaviour(answer_after_s=3))
    network.phone(RESIDENT)
    network.siren(SIREN, whitelist=[NUMBER])


async def ring(rig: Rig, talk: Talk | None, *, talk_s: float = 120, urgency: int = 1, to: str = OFFICER) -> CallEnd:
    return await rig.modem.call(to, ring_s=25, urgency=urgency, since=0, started=nothing, talk=talk, talk_s=talk_s)


async def speak(rig: Rig, line: CallLine, sound: bytes) -> None:
    """As the program does: a frame every 20 ms."""
    assert line.audio is not None
    for at in range(0, len(sound), FRAME):
        line.audio.write(sound[at : at + FRAME])
        await rig.clock.sleep(FRAME_S)


class Heard:
    """A talk that listens for ever, and notes how it went."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.ended = ""
        self.line: CallLine | None = None
        self.sound = b""

    async def __call__(self, line: CallLine) -> None:
        self.line = line
        self.begun.set()
        try:
            while line.audio is not None:
                self.sound += await line.audio.read()
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.ended = "cancelled"
            raise
        except PortLost:
            self.ended = "lost"
            raise


@pytest.mark.parametrize("profile", WITH_PORT)
def test_what_is_said_into_the_call_is_heard_octet_by_octet_and_the_commands_come_in_order(profile: str) -> None:
    async def walk(rig: Rig) -> None:
        assert rig.modem.speaks
        mark = rig.mark()

        async def talk(line: CallLine) -> None:
            await speak(rig, line, SOUND)

        end = await ring(rig, talk)
        assert (end.outcome, end.answered, end.lost, end.detail) == (Outcome.ANSWERED, True, False, "we hung up")
        assert end.alerted_s == pytest.approx(3, abs=1.5)
        assert rig.network.phone(OFFICER).heard().strip(b"\0") == SOUND.strip(b"\0")
        assert not rig.virtual.engaged()
        said = [each for each in rig.commands(mark) if not each.startswith(("AT+CLCC", "AT+CREG", "AT+CSQ"))]
        off = OFF.get(profile, [])
        assert said == [*off, f"ATD{OFFICER};", *ON.get(profile, []), "AT+CHUP", *off]

    on_a_modem(walk, profile=profile, prepare=world, settings=VOICE)


@pytest.mark.parametrize("profile", WITH_PORT)
def test_what_the_far_end_says_is_heard_octet_by_octet(profile: str) -> None:
    async def walk(rig: Rig) -> None:
        heard = Heard()
        calling = asyncio.ensure_future(ring(rig, heard))
        await heard.begun.wait()
        await rig.clock.sleep(0.5)
        rig.network.phone(OFFICER).say(SOUND)
        await rig.clock.sleep(2)
        rig.network.phone(OFFICER).hangup()
        end = await calling
        assert heard.sound.strip(b"\0") == SOUND.strip(b"\0")
        assert heard.ended == "cancelled"
        assert (end.outcome, end.lost) == (Outcome.ANSWERED, False)
        assert end.detail.startswith("the far end hung up")

    on_a_modem(walk, profile=profile, prepare=world, settings=VOICE)


@pytest.mark.parametrize("profile", WITH_PORT)
def test_keys_that_the_modem_hears_reach_the_talk_from_the_answer_on(profile: str) -> None:
    async def walk(rig: Rig) -> None:
        rig.network.phone(OFFICER).behave(Behaviour(answer_after_s=3, keys="91"))
        keys: list[str] = []

        async def talk(line: CallLine) -> None:
            while "1" not in keys:
                keys.append(await line.keys.get())

        assert (await ring(rig, talk)).outcome is Outcome.ANSWERED
        assert keys == ["9", "1"]

    on_a_modem(walk, profile=profile, prepare=world, settings=VOICE)


def test_a_talk_without_end_is_cut_off_and_waited_for() -> None:
    async def walk(rig: Rig) -> None:
        kept: list[str] = []

        async def talk(line: CallLine) -> None:
            try:
                await asyncio.Event().wait()
            finally:
                await rig.clock.sleep(2)  # a slow commit
                kept.append("kept")

        begun = rig.clock.monotonic()
        end = await ring(rig, talk, talk_s=30)
        assert kept == ["kept"]
        assert (end.outcome, end.detail) == (Outcome.ANSWERED, "cut off: too long")
        assert rig.clock.monotonic() - begun == pytest.approx(2 + 3 + 30 + 2, abs=3)

    on_a_modem(walk, prepare=world, settings=VOICE)


def test_a_talk_that_will_not_end_holds_the_modem_for_half_a_minute_and_no_longer() -> None:
    async def walk(rig: Rig) -> None:
        stop = asyncio.Event()

        async def talk(line: CallLine) -> None:
            while not stop.is_set():
                try:
                    await stop.wait()
                except asyncio.CancelledError:
                    continue

        begun = rig.clock.monotonic()
        await ring(rig, talk, talk_s=10)
        assert rig.clock.monotonic() - begun < 60
        assert rig.modem.calls_free
        stop.set()
        await rig.clock.sleep(0)

    on_a_modem(walk, prepare=world, settings=VOICE)


def test_a_talk_that_raises_is_the_calls_fault_and_nobody_elses() -> None:
    async def walk(rig: Rig) -> None:
        async def talk(line: CallLine) -> None:
            raise ZeroDivisionError("ours")

        end = await ring(rig, talk)
        assert (end.outcome, end.answered, end.lost) == (Outcome.ANSWERED, True, False)
        assert end.detail == "the talk failed: ZeroDivisionError: ours"
        assert not rig.virtual.engaged()
        assert rig.modem.state is State.READY
        assert (await ring(rig, None, to=SIREN)).outcome is Outcome.REJECTED

    on_a_modem(walk, prepare=world, settings=VOICE)


@pytest.mark.parametrize("profile", WITH_PORT)
def test_unplugged_in_mid_word_the_talk_is_ended_and_the_call_is_lost(profile: str) -> None:
    async def walk(rig: Rig) -> None:
        heard = Heard()
        calling = asyncio.ensure_future(ring(rig, heard))
        await heard.begun.wait()
        begun = rig.clock.monotonic()
        rig.virtual.unplug()
        end = await asyncio.wait_for(calling, 5)
        assert rig.clock.monotonic() - begun < 0.5
        assert (end.outcome, end.answered, end.lost) == (Outcome.FAILED, True, True)
        assert heard.ended in ("lost", "cancelled")
        await rig.until(lambda: not rig.modem.speaks, within_s=1)
        rig.virtual.plug()
        await rig.ready()
        assert rig.modem.speaks

    on_a_modem(walk, profile=profile, prepare=world, settings=VOICE)


def test_a_voice_port_lost_in_mid_call_loses_the_call_and_not_the_modem() -> None:
    async def walk(rig: Rig) -> None:
        heard = Heard()
        calling = asyncio.ensure_future(ring(rig, heard))
        await heard.begun.wait()
        rig.virtual.jack.hangup("pulled out")
        end = await asyncio.wait_for(calling, 5)
        assert (end.outcome, end.answered, end.lost) == (Outcome.FAILED, True, True)
        assert heard.ended == "lost"
        assert not rig.virtual.engaged()
        assert rig.modem.well
        assert (await ring(rig, None, to=SIREN)).outcome is Outcome.REJECTED
        await rig.until(lambda: rig.modem.speaks, within_s=30)
        assert rig.modem.state is State.READY

    on_a_modem(walk, profile="sim7600", prepare=world, settings=VOICE)


@pytest.mark.parametrize("pulled_out", [False, True])
@pytest.mark.parametrize("profile", ["sim7600", "huawei"])
def test_a_refused_audio_command_leaves_a_silent_call_to_another_leg_and_says_so(
    profile: str, pulled_out: bool
) -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.fault("audio_refused")
        lines: list[CallLine] = []

        async def talk(line: CallLine) -> None:
            lines.append(line)

        end = await ring(rig, talk)
        assert (end.outcome, end.lost) == (Outcome.ANSWERED, True), "another leg may say it"
        assert (lines[0].audio, lines[0].player) == (None, None)
        assert not rig.modem.speaks
        assert (rig.modem.well, rig.modem.state) == (True, State.DEGRADED)
        assert "refused" in rig.modem.detail
        rig.virtual.heal("audio_refused")
        if pulled_out:
            rig.virtual.jack.hangup("pulled out")
        await rig.clock.sleep(20 if pulled_out else 320)
        assert rig.modem.speaks
        assert rig.modem.state is State.READY

    on_a_modem(walk, profile=profile, prepare=world, settings=VOICE)


def test_a_voice_port_that_is_not_there_is_looked_for_and_the_modem_is_well_without() -> None:
    async def walk(rig: Rig) -> None:
        await rig.until(lambda: rig.modem.well)
        assert not rig.modem.speaks
        assert "modem7-audio" in rig.modem.detail
        assert (await ring(rig, None, to=SIREN)).outcome is Outcome.REJECTED

    settings = ModemSettings(name="one", port="modem1", number=NUMBER, audio="modem7-audio")
    on_a_modem(walk, prepare=world, settings=settings, until_ready=False)


def test_a_huawei_locked_against_voice_does_not_speak() -> None:
    def locked(network: Network, virtual: VirtualModem) -> None:
        world(network, virtual)
        virtual.dialect = replace(virtual.dialect, answers={**virtual.dialect.answers, "^CVOICE?": "^CVOICE:1"})

    async def walk(rig: Rig) -> None:
        await rig.until(lambda: rig.modem.well)
        assert not rig.modem.speaks
        assert "locked" in rig.modem.detail

    on_a_modem(walk, profile="huawei", prepare=locked, settings=VOICE, until_ready=False)


def test_a_modem_without_a_voice_port_says_nothing_and_is_well() -> None:
    async def walk(rig: Rig) -> None:
        assert not rig.modem.speaks
        lines: list[CallLine] = []

        async def talk(line: CallLine) -> None:
            lines.append(line)
            await line.keys.get()

        rig.network.phone(OFFICER).behave(Behaviour(answer_after_s=3, keys="1"))
        end = await ring(rig, talk)
        assert (end.outcome, end.lost) == (Outcome.ANSWERED, False)
        assert (lines[0].audio, lines[0].player) == (None, None)

    on_a_modem(walk, prepare=world)


def test_a_cancelled_call_ends_its_talk_and_hangs_up_before_the_cancellation_goes_on() -> None:
    async def walk(rig: Rig) -> None:
        heard = Heard()
        calling = asyncio.ensure_future(ring(rig, heard))
        await heard.begun.wait()
        calling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calling
        assert heard.ended == "cancelled"
        assert not rig.virtual.engaged()
        assert rig.commands()[-1] == "AT+CPCMREG=0,1"

    on_a_modem(walk, profile="sim7600", prepare=world, settings=VOICE)


@pytest.mark.parametrize("profile", ["generic", "sim800", *WITH_PORT[1:]])
def test_a_siren_is_rung_with_not_one_command_more_than_before(profile: str) -> None:
    async def walk(rig: Rig) -> None:
        await rig.until(lambda: rig.modem.well)
        await rig.clock.sleep(0.5)
        mark = rig.mark()
        end = await rig.modem.call(SIREN, ring_s=12, urgency=0, since=0, started=nothing)
        assert end.outcome is Outcome.REJECTED
        assert {each.split("=")[0] for each in rig.commands(mark)} <= {f"ATD{SIREN};", "AT+CLCC", "AT+CHUP"}

    on_a_modem(walk, profile=profile, prepare=world, settings=VOICE, until_ready=profile != "sim800")


# -- who gives way


@pytest.mark.parametrize(("polite", "cut"), [(True, False), (False, True)])
def test_a_test_call_gives_way_to_a_siren(polite: bool, cut: bool) -> None:
    async def walk(rig: Rig) -> None:
        talking = asyncio.Event()

        async def talk(line: CallLine) -> None:
            talking.set()
            await line.wanted.wait()
            if not polite:
                await asyncio.Event().wait()

        testing = asyncio.ensure_future(ring(rig, talk, urgency=4, talk_s=300))
        await talking.wait()
        await rig.clock.sleep(5)
        assert rig.modem.line_free, "a siren may be handed in"
        assert not rig.modem.calls_free
        begun = rig.clock.monotonic()
        end = await rig.modem.call(SIREN, ring_s=12, urgency=0, since=0, started=nothing)
        assert end.outcome is Outcome.REJECTED
        waited = rig.clock.monotonic() - begun
        assert waited < 15 if polite else 30 <= waited < 50
        assert (await testing).detail == ("cut off: an emergency waits" if cut else "we hung up")

    on_a_modem(walk, prepare=world, settings=VOICE)


def test_an_officers_call_gives_way_to_nothing() -> None:
    async def walk(rig: Rig) -> None:
        lines: list[CallLine] = []

        async def talk(line: CallLine) -> None:
            lines.append(line)
            await rig.clock.sleep(60)
            assert not line.wanted.is_set()

        calling = asyncio.ensure_future(ring(rig, talk))
        await rig.until(lambda: bool(lines))
        assert not rig.modem.line_free
        siren = asyncio.ensure_future(rig.modem.call(SIREN, ring_s=12, urgency=0, since=0, started=nothing))
        assert (await calling).detail == "we hung up"
        assert (await siren).outcome is Outcome.REJECTED

    on_a_modem(walk, prepare=world, settings=VOICE)
