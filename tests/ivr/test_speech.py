"""The city's voice: a recording wins, what was spoken is kept, and where no machine can speak the warnings still do."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from config.clock import SystemClock, VirtualClock, run_virtual
from ivr.conversation import Utterance
from ivr.sound import read_wav, seconds, write_wav
from ivr.speech import RESTS_S, SILENCE, Mute, Speech
from ivr.speech_cache import Cache
from ivr.speech_fixed import Fixed
from ivr.synth import AT_ONCE, Espeak, Stuck, Synth

EPOCH = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)
HELLO = Utterance(text="Selamat datang.", lang="id", prompt="menu_hello", whole=True)
TO_ONE = Utterance(text="Laporan 1042 dari Siti.", lang="id", prompt="officer_caller")


class Machine:
    """A synth that notes what it is asked, and may fail."""

    name = "machine"

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, int]] = []
        self.fault: Mute | None = None
        self.bothered = 0  # whatever it was asked
        self.now = self.most = 0
        self.version_is = "1"

    def voice(self, lang: str) -> str:
        return lang

    async def version(self) -> str:
        self.bothered += 1
        if self.fault is not None:
            raise self.fault
        return self.version_is

    async def render(self, words: str, *, lang: str, wpm: int) -> bytes:
        self.bothered += 1
        self.asked.append((words, lang, wpm))
        if self.fault is not None:
            raise self.fault
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.01)
        self.now -= 1
        return (f"{words}/{lang}/{wpm}/{self.version_is}".encode() * 2)[: 2 * len(words)]


def voice(folder: Path, machine: Synth, *, clock: VirtualClock | None = None, memory: int = 10**6) -> Speech:
    cache = Cache(folder / "prompts", memory_octets=memory)
    return Speech(machine, clock or SystemClock(), cache, recordings=Fixed(folder / "recordings"))


def kept(folder: Path) -> list[Path]:
    return sorted((folder / "prompts").glob("*/*"))


def recording(folder: Path, prompt: str = "menu_hello", data: bytes | None = None) -> Path:
    samples = np.asarray(np.sin(np.arange(22_050) / 7), np.float32) * np.float32(0.2)
    path = folder / "recordings" / "id" / f"{prompt}.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    sound = np.rint(samples * 32767).astype("<i2").tobytes()
    path.write_bytes(write_wav(sound, 22_050) if data is None else data)
    return path


async def test_what_is_said_again_is_not_spoken_again(tmp_path: Path) -> None:
    machine = Machine()
    speech = voice(tmp_path, machine)
    first = await speech.sound(HELLO)
    assert await speech.sound(HELLO) == first
    assert await voice(tmp_path, machine).sound(HELLO) == first
    assert machine.asked == [("Selamat datang.", "id", 130)]


async def test_what_was_said_to_one_person_is_not_on_the_disk(tmp_path: Path) -> None:
    speech = voice(tmp_path, Machine())
    await speech.sound(TO_ONE)
    await speech.sound(HELLO)
    assert len(kept(tmp_path)) == 1


async def test_asked_for_the_same_at_once_it_speaks_once(tmp_path: Path) -> None:
    machine = Machine()
    speech = voice(tmp_path, machine)
    sounds = await asyncio.gather(*(speech.sound(TO_ONE) for _ in range(20)))
    assert len(set(sounds)) == 1
    assert len(machine.asked) == 1


async def test_a_menu_is_spoken_more_slowly_and_kept_apart(tmp_path: Path) -> None:
    machine = Machine()
    speech = voice(tmp_path, machine)
    fast, slow = HELLO, Utterance(text=HELLO.text, lang="id", whole=True, slow=True)
    assert await speech.sound(fast) != await speech.sound(slow)
    assert [wpm for _, _, wpm in machine.asked] == [130, 115]


@pytest.mark.parametrize("other", ["text", "lang", "slow", "version"])
async def test_whatever_makes_it_sound_otherwise_is_another_prompt(tmp_path: Path, other: str) -> None:
    machine = Machine()
    await voice(tmp_path, machine).sound(HELLO)
    changed = {"text": HELLO.text + " Halo.", "lang": "en", "slow": True}
    if other == "version":
        machine.version_is = "2"
        await voice(tmp_path, machine).sound(HELLO)
    else:
        given = {"text": HELLO.text, "lang": HELLO.lang, "slow": HELLO.slow, other: changed[other]}
        await voice(tmp_path, machine).sound(Utterance(whole=True, **given))  # type: ignore[arg-type]
    assert len(kept(tmp_path)) == 2


async def test_a_recording_wins_whatever_its_form(tmp_path: Path) -> None:
    machine = Machine()
    path = recording(tmp_path)
    speech = voice(tmp_path, machine)
    sound = await speech.sound(HELLO)
    assert machine.asked == []
    assert seconds(sound) == pytest.approx(1.0, abs=0.01)
    assert read_wav(path.read_bytes()).rate == 22_050
    assert await speech.sound(TO_ONE)  # of a sentence with fields no recording is looked for
    assert machine.asked


async def test_a_recording_of_a_sentence_with_fields_is_not_played(tmp_path: Path) -> None:
    machine = Machine()
    recording(tmp_path, "officer_caller")
    await voice(tmp_path, machine).sound(TO_ONE)
    assert machine.asked


@pytest.mark.parametrize("data", [b"", b"no wav", b"RIFF\0\0\0\0WAVEfmt "], ids=["empty", "other", "cut"])
async def test_a_broken_recording_is_named_and_the_machine_speaks(tmp_path: Path, data: bytes) -> None:
    machine = Machine()
    recording(tmp_path, data=data)
    speech = voice(tmp_path, machine)
    assert await speech.check()
    assert "id/menu_hello.wav" in speech.detail
    assert await speech.sound(HELLO)
    assert machine.asked
    assert speech.well


async def test_a_silent_recording_is_none(tmp_path: Path) -> None:
    recording(tmp_path, data=write_wav(bytes(16_000)))
    speech = voice(tmp_path, Machine())
    await speech.check()
    assert "silent" in speech.detail


@pytest.mark.parametrize("prompt", ["../secret", "/etc/passwd", "a" * 100, "A", "é", "a b", ""])
@pytest.mark.parametrize("lang", ["id", "..", "../id", ""])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, prompt: str, lang: str) -> None:
    (tmp_path / "secret.wav").write_bytes(recording(tmp_path).read_bytes())
    assert Fixed(tmp_path / "recordings").sound(lang, prompt) is None


# -- the machine fails


async def test_without_a_machine_it_says_what_to_install_and_ships_the_warnings(tmp_path: Path) -> None:
    recording(tmp_path)
    speech = voice(tmp_path, Espeak(program="espeak-ng-that-is-not-there"))
    assert not await speech.check()
    assert "sudo apt-get install -y espeak-ng" in speech.detail
    with pytest.raises(Mute, match="apt-get install"):
        await speech.sound(TO_ONE)
    assert await speech.sound(HELLO), "a recording needs no machine"
    warning = Utterance(text="Ada laporan darurat.", lang="id", prompt="officer_instead", whole=True)
    assert seconds(await speech.sound(warning)) > 3
    await speech.prepare([TO_ONE, HELLO])


def program(folder: Path, script: str) -> str:
    path = folder / "speaks"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


BROKEN = {
    "it fails": ("echo no voice >&2; exit 3", "no voice"),
    "it says nothing": ("cat >/dev/null", "no WAV"),
    "it says rubbish": ("cat >/dev/null; head -c 5000 /dev/zero", "no WAV"),
    "it dies": ("kill -9 $$", "failed"),
}


@pytest.mark.parametrize(("script", "why"), BROKEN.values(), ids=BROKEN)
async def test_a_broken_machine_is_mute_and_says_why(tmp_path: Path, script: str, why: str) -> None:
    version = 'if [ "$1" = --version ]; then echo "text-to-speech: 9"; exit 0; fi\n'
    speech = voice(tmp_path, Espeak(program=program(tmp_path, version + script)))
    with pytest.raises(Mute, match=why):
        await speech.sound(TO_ONE)
    assert not speech.well
    assert why in speech.detail


async def test_a_file_that_is_no_program_is_mute_too(tmp_path: Path) -> None:
    (tmp_path / "speaks").write_text("text")
    with pytest.raises(Mute, match="cannot be run"):
        await voice(tmp_path, Espeak(program=str(tmp_path / "speaks"))).sound(HELLO)


async def test_it_is_well_again_when_the_machine_is(tmp_path: Path) -> None:
    machine = Machine()
    speech = voice(tmp_path, machine)
    machine.fault = Mute("gone")
    with pytest.raises(Mute):
        await speech.sound(TO_ONE)
    assert not speech.well
    machine.fault = None
    assert await speech.sound(TO_ONE)
    assert speech.well
    assert speech.detail == ""


def test_a_machine_that_hangs_is_left_alone_for_a_while(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        machine = Machine()
        speech = voice(tmp_path, machine, clock=clock)
        await speech.sound(TO_ONE)
        before, machine.fault = machine.bothered, Stuck("it hangs")
        for _ in range(5):
            with pytest.raises(Mute, match="hangs"):
                await speech.sound(HELLO)
        assert machine.bothered == before + 1, "each further one would have kept a caller waiting"
        machine.fault = None
        await clock.sleep(RESTS_S + 1)
        assert await speech.sound(HELLO)

    run_virtual(main, EPOCH)


async def test_a_text_without_a_word_is_a_moment_of_silence(tmp_path: Path) -> None:
    machine = Machine()
    assert await voice(tmp_path, machine).sound(Utterance(text="😀 …", lang="id")) == SILENCE
    assert machine.asked == []


async def test_rendering_ahead_leaves_room_for_a_call(tmp_path: Path) -> None:
    machine = Machine()
    many = [Utterance(text=f"Kalimat {at}.", lang="id") for at in range(20)]
    speech = voice(tmp_path, machine)
    async with asyncio.timeout(10):
        ahead = asyncio.create_task(speech.prepare(many))
        await asyncio.sleep(0.02)
        await speech.sound(TO_ONE)
        assert len(machine.asked) < 10, "a call waits for one of them at most"
        await ahead
    assert machine.most <= AT_ONCE


def test_its_name_tells_utterances_apart_and_no_more(tmp_path: Path) -> None:
    speech = voice(tmp_path, Machine())
    assert speech.key_of(HELLO) == voice(tmp_path, Machine()).key_of(HELLO)
    others = (TO_ONE, Utterance(text=HELLO.text, lang="en"), Utterance(text=HELLO.text, lang="id", slow=True))
    assert len({speech.key_of(one) for one in (HELLO, *others)}) == 4
    assert len(speech.key_of(HELLO)) == 64


async def test_who_fetches_gets_a_wav(tmp_path: Path) -> None:
    data = await voice(tmp_path, Machine()).wav(HELLO)
    assert read_wav(data).rate == 8_000


# -- the cache


def test_half_a_file_is_none(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.write("ab" * 32, b"sound!" * 100)
    (path,) = tmp_path.glob("*/*")
    assert path == tmp_path / "ab" / f"{'ab' * 32}.s16"
    assert cache.read("ab" * 32) == b"sound!" * 100
    path.write_bytes(path.read_bytes()[:300])
    assert cache.read("ab" * 32) is None
    assert not path.exists()


def test_what_was_used_the_longest_ago_goes_first(tmp_path: Path) -> None:
    cache = Cache(tmp_path, disk_octets=10_000)
    for at in range(9):
        cache.write(f"{at:02d}", bytes([at]) * 1_000)
        os.utime(tmp_path / f"{at:02d}" / f"{at:02d}.s16", (at, at))
    assert cache.read("00") is not None  # used again
    cache.write("99", b"9" * 1_500)
    assert cache.read("00") is not None
    assert cache.read("01") is None
    assert sum(path.stat().st_size for path in tmp_path.glob("*/*")) <= 10_000


def test_what_a_crash_left_half_written_goes_too(tmp_path: Path) -> None:
    (tmp_path / "ab").mkdir()
    left = tmp_path / "ab" / ".x.part"
    left.write_bytes(b"x" * 500)
    os.utime(left, (1, 1))
    cache = Cache(tmp_path, disk_octets=1_000)
    cache.write("00", b"0" * 700)
    assert not left.exists()


def test_a_disk_that_fails_is_no_fault_of_the_voice(tmp_path: Path) -> None:
    (tmp_path / "prompts").write_text("a file where the folder should be")
    cache = Cache(tmp_path / "prompts")
    cache.write("ab", b"sound")
    assert cache.read("ab") is None


def test_memory_has_an_end(tmp_path: Path) -> None:
    cache = Cache(tmp_path, memory_octets=1_000)
    for at in range(20):
        cache.remember(str(at), b"x" * 100)
    assert cache.remembered("0") is None
    assert cache.remembered("19") is not None
    cache.remember("large", b"x" * 2_000)
    assert cache.remembered("large") is None
