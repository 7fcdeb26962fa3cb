"""Modems that play files into the call: uploaded once, played often, stopped at once, the oldest deleted in time."""

from __future__ import annotations

import asyncio
import io
import random
import shutil
import subprocess
import wave
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from config.clock import Clock
from config.settings import ModemSettings
from modem.call import CallEnd, Outcome
from modem.driver import State
from modem.errors import LineError
from modem.player import STOP_S
from modem.port import Opener
from modem.profile import PROFILES
from modem.virtual.modem import VirtualModem
from modem.virtual.network import Network
from modem.virtual.phone import Behaviour
from modem.voice import RATE, CallLine, Player, Talk
from tests.modem.playing import Plays, with_player
from tests.modem.rig import NUMBER, RESIDENT, Rig, nothing, on_a_modem

OFFICER = "+6281300000001"
PLAYERS = ["sim800", "ec25"]
WORDS = random.Random(1).randbytes(2 * RATE * 3)  # 3 s
needs_sox = pytest.mark.skipif(shutil.which("sox") is None, reason="sox makes the AMR that a SIM800 plays")


def on_a_player(
    walk: Callable[[Rig, Plays], Coroutine[Any, Any, None]],
    profile: str,
    settings: ModemSettings | None = None,
    *,
    until_ready: bool = True,
) -> None:
    made: list[Plays] = []

    def wire(opener: Opener, clock: Clock) -> Opener:
        made.append(Plays(clock))
        return with_player(opener, made[0])

    def world(network: Network, virtual: VirtualModem) -> None:
        network.settings.setup_s = 1.0
        network.phone(OFFICER).behave(Behaviour(answer_after_s=1))

    async def main(rig: Rig) -> None:
        await walk(rig, made[0])

    on_a_modem(main, profile=profile, prepare=world, wire=wire, settings=settings, until_ready=until_ready)


async def ring(rig: Rig, talk: Talk) -> CallEnd:
    return await rig.modem.call(OFFICER, ring_s=25, urgency=1, since=0, started=nothing, talk=talk, talk_s=300)


def player_of(line: CallLine) -> Player:
    assert line.audio is None
    assert line.player is not None
    return line.player


@pytest.mark.parametrize("profile", [pytest.param("sim800", marks=needs_sox), "ec25"])
def test_a_sound_is_uploaded_once_and_played_to_its_end_each_time(profile: str) -> None:
    async def walk(rig: Rig, plays: Plays) -> None:
        assert rig.modem.speaks
        times: list[float] = []

        async def talk(line: CallLine) -> None:
            for _ in range(2):
                begun = rig.clock.monotonic()
                await player_of(line).play(WORDS)
                times.append(rig.clock.monotonic() - begun)

        for _ in range(2):
            assert (await ring(rig, talk)).detail == "we hung up"
        assert len(plays.played) == 4
        assert len(set(plays.played)) == len(plays.files) == 1
        assert all(3.0 <= each <= 3.5 for each in times)
        assert sum("QFUPL" in each or "FSCREATE" in each for each in plays.commands) == 1

    on_a_player(walk, profile)


def test_an_ec25_is_given_a_wave_file_and_told_to_play_it_to_the_far_end_only() -> None:
    async def walk(rig: Rig, plays: Plays) -> None:
        async def talk(line: CallLine) -> None:
            await player_of(line).play(WORDS)

        await ring(rig, talk)
        ((name, data),) = plays.files.items()
        with wave.open(io.BytesIO(data)) as file:
            assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
            assert file.readframes(file.getnframes()) == WORDS
        assert plays.commands == [
            'AT+QFLST="*"',
            f'AT+QFDEL="{name}"',
            f'AT+QFUPL="{name}",{len(data)},5',
            f'AT+QPSND=1,"{name}",0,1,1',
        ]

    on_a_player(walk, "ec25")


@needs_sox
def test_a_sim800_is_given_amr_in_pieces_that_it_takes() -> None:
    long = WORDS * 5  # 15 s: 13.9 kB of AMR, more than one AT+FSWRITE carries

    async def walk(rig: Rig, plays: Plays) -> None:
        async def talk(line: CallLine) -> None:
            await player_of(line).play(long)

        await ring(rig, talk)
        ((name, data),) = plays.files.items()
        assert data.startswith(b"#!AMR\n")
        argv = ["sox", "-t", "amr-nb", "-", "-t", "raw", "-"]
        back = subprocess.run(argv, input=data, capture_output=True, check=True, timeout=30).stdout
        assert len(back) == pytest.approx(len(long), abs=2 * RATE * 0.1)
        assert plays.commands == [
            "AT+FSLS=C:\\User\\",
            f"AT+FSDEL=C:\\User\\{name}",
            f"AT+FSCREATE=C:\\User\\{name}",
            f"AT+FSWRITE=C:\\User\\{name},0,10240,5",
            f"AT+FSWRITE=C:\\User\\{name},1,{len(data) - 10240},5",
            f'AT+CREC=4,"C:\\User\\{name}",0,90',
        ]

    on_a_player(walk, "sim800")


def test_a_prompt_that_is_broken_off_falls_silent_at_once_and_the_next_is_heard_whole() -> None:
    async def walk(rig: Rig, plays: Plays) -> None:
        async def talk(line: CallLine) -> None:
            playing = asyncio.ensure_future(player_of(line).play(WORDS))
            await rig.clock.sleep(1)
            playing.cancel()
            await asyncio.gather(playing, return_exceptions=True)
            assert plays.stopped
            assert plays.playing is None
            begun = rig.clock.monotonic()
            await player_of(line).play(WORDS[::-1])
            assert rig.clock.monotonic() - begun >= 3.0

        assert (await ring(rig, talk)).detail == "we hung up"
        assert len(plays.played) == 1

    on_a_player(walk, "ec25")


@pytest.mark.parametrize("after_s", [0.0, 0.005, 0.015, 0.025, 0.035, 0.5])
def test_a_far_end_that_hangs_up_while_it_is_played_or_uploaded_leaves_the_modem_well(after_s: float) -> None:
    async def walk(rig: Rig, plays: Plays) -> None:
        begun = asyncio.Event()

        async def talk(line: CallLine) -> None:
            begun.set()
            await player_of(line).play(WORDS)

        calling = asyncio.ensure_future(ring(rig, talk))
        await begun.wait()
        await rig.clock.sleep(after_s)
        rig.network.phone(OFFICER).hangup()
        end = await asyncio.wait_for(calling, 10)
        assert (end.outcome, end.lost) == (Outcome.ANSWERED, False)
        assert plays.playing is None
        assert rig.modem.state is State.READY

        async def again(line: CallLine) -> None:
            await player_of(line).play(WORDS)

        assert (await ring(rig, again)).detail == "we hung up"
        assert len(plays.played) == 1

    on_a_player(walk, "ec25")


@pytest.mark.parametrize("ours", [False, True])
def test_once_the_call_is_gone_nobody_waits_to_be_told_that_its_prompt_has_ended(ours: bool) -> None:
    async def walk(rig: Rig, plays: Plays) -> None:
        plays.mute = True
        begun = asyncio.Event()

        async def talk(line: CallLine) -> None:
            begun.set()
            await player_of(line).play(WORDS)

        calling = asyncio.ensure_future(ring(rig, talk))
        await begun.wait()
        await rig.clock.sleep(0.5)
        at = rig.clock.monotonic()
        if ours:
            calling.cancel()
        else:
            rig.network.phone(OFFICER).hangup()
        await asyncio.wait({calling}, timeout=10)
        assert plays.stopped
        assert rig.clock.monotonic() - at < STOP_S / 2  # the next siren may be dialled

    on_a_player(walk, "ec25")


def test_the_sounds_longest_unused_are_deleted_before_the_modem_is_full_and_nobody_elses() -> None:
    files = PROFILES["ec25"].files
    assert files is not None
    minute = 2 * RATE * 30

    async def walk(rig: Rig, plays: Plays) -> None:
        plays.files["ringtone.wav"] = b"not ours"
        plays.files["ktg0123456789ab.wav"] = bytes(500_000)  # of a run before this one

        async def talk(line: CallLine) -> None:
            for each in range(5):
                await player_of(line).play(bytes([each, 0]) * (minute // 2))
                await player_of(line).play(WORDS)  # in use all the time

        await ring(rig, talk)
        ours = {name: data for name, data in plays.files.items() if name.startswith("ktg")}
        assert sum(map(len, ours.values())) <= files.room
        assert any(WORDS in data for data in ours.values())
        assert "ktg0123456789ab.wav" not in ours
        assert "ringtone.wav" in plays.files

    on_a_player(walk, "ec25")


@pytest.mark.parametrize(("swallowed", "outcome"), [(False, Outcome.FAILED), (True, Outcome.ANSWERED)])
@pytest.mark.parametrize("refused", ["QFUPL", "QPSND"])
def test_a_modem_that_refuses_to_play_loses_the_call_to_another_leg_and_does_not_speak_for_a_while(
    refused: str, swallowed: bool, outcome: Outcome
) -> None:
    async def walk(rig: Rig, plays: Plays) -> None:
        plays.refuses.add(refused)

        async def talk(line: CallLine) -> None:
            with pytest.raises(LineError):
                await player_of(line).play(WORDS)
            if not swallowed:
                await player_of(line).play(WORDS)

        end = await ring(rig, talk)
        assert (end.outcome, end.answered, end.lost) == (outcome, True, True)
        assert not rig.modem.speaks
        assert (rig.modem.well, rig.modem.state) == (True, State.DEGRADED)
        assert refused in rig.modem.detail
        plays.refuses.clear()
        await rig.clock.sleep(320)
        assert rig.modem.speaks
        assert rig.modem.state is State.READY

    on_a_player(walk, "ec25")


def test_a_modem_that_does_not_tell_the_end_is_waited_for_a_little_and_no_longer() -> None:
    async def walk(rig: Rig, plays: Plays) -> None:
        plays.mute = True

        async def talk(line: CallLine) -> None:
            begun = rig.clock.monotonic()
            await player_of(line).play(WORDS)
            assert 3 <= rig.clock.monotonic() - begun <= 9

        assert (await ring(rig, talk)).detail == "we hung up"

    on_a_player(walk, "ec25")


@pytest.mark.parametrize(("port", "kind"), [("modem1-audio", "port"), ("modem9-audio", "files")])
def test_a_voice_port_is_preferred_to_files_and_files_stand_in_for_one_that_is_not_there(port: str, kind: str) -> None:
    settings = ModemSettings(name="one", port="modem1", number=NUMBER, audio=port)

    async def walk(rig: Rig, plays: Plays) -> None:
        kinds: list[str] = []

        async def talk(line: CallLine) -> None:
            kinds.append("port" if line.audio is not None else "files" if line.player is not None else "none")

        await rig.until(lambda: rig.modem.well)
        assert rig.modem.speaks
        await ring(rig, talk)
        assert kinds == [kind]

    on_a_player(walk, "ec25", settings, until_ready=False)


def test_a_caller_is_answered_by_a_modem_that_plays() -> None:
    settings = ModemSettings(name="one", port="modem1", number=NUMBER, answer=True)

    async def walk(rig: Rig, plays: Plays) -> None:
        async def talk(line: CallLine) -> None:
            await player_of(line).play(WORDS)

        rig.listener.talk = talk
        phone = rig.network.phone(RESIDENT)
        phone.call(NUMBER, ring_s=60)
        await rig.until(lambda: bool(plays.played), within_s=15)
        await rig.until(lambda: not phone.engaged(), within_s=5)
        assert rig.listener.calls == []

    on_a_player(walk, "ec25", settings)


def test_what_the_modem_plays_the_phone_hears_bit_by_bit() -> None:
    def world(network: Network, virtual: VirtualModem) -> None:
        network.settings.setup_s = 1.0
        network.phone(OFFICER).behave(Behaviour(answer_after_s=1))

    async def walk(rig: Rig) -> None:
        async def talk(line: CallLine) -> None:
            for _ in range(2):
                await player_of(line).play(WORDS)

        assert (await ring(rig, talk)).detail == "we hung up"
        assert rig.network.phone(OFFICER).heard().count(WORDS.strip(b"\0")) == 2

    on_a_modem(walk, profile="ec25", prepare=world)


def test_every_profile_that_plays_names_a_test_and_a_room() -> None:
    for name in PLAYERS:
        files = PROFILES[name].files
        assert files is not None
        assert files.test
        assert files.room
