"""``kentongan say``, as its user calls it."""

from __future__ import annotations

import asyncio
import io
import json
import wave
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import pytest

from config.city import load_city
from config.cli import Terminal
from config.clock import SystemClock
from config.command import DONE, NOT_HERE, USAGE, CommandError, Context
from ivr.speech_commands import COMMANDS
from tests.ivr.bundled import CITY
from tests.ivr.coding import needs_espeak


def say(*words: str) -> tuple[int, list[dict[str, Any]], str]:
    """Exit code, the rows of ``--json``, and what went to stderr."""
    (command,) = COMMANDS
    parser = ArgumentParser()
    command.arguments(parser)
    out, err = io.StringIO(), io.StringIO()
    terminal = Terminal(as_json=True, out=out, err=err)
    context = Context(settings=None, city=load_city(CITY), clock=SystemClock(), out=terminal)

    async def run() -> int:
        return await command.run(context, parser.parse_args(words))

    try:
        code = asyncio.run(run())
    except CommandError as fault:
        code = fault.code
        terminal.note(str(fault))
    return code, [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue()


@needs_espeak
def test_a_text_becomes_a_wav_for_the_telephone(tmp_path: Path) -> None:
    out = tmp_path / "f.wav"
    code, rows, _ = say("Antrean A017, Jl. Sudirman No. 12", "--lang", "id", "--out", str(out))
    assert code == DONE
    with wave.open(str(out)) as sound:
        assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (8_000, 1, 2)
        lasts = sound.getnframes() / 8_000
    assert rows[0]["seconds"] == pytest.approx(lasts, abs=0.01)
    assert lasts > 2


def test_its_words_are_shown_without_a_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    code, rows, _ = say("A017", "--lang", "id", "--words")
    assert code == DONE
    assert rows == [{"lang": "id", "words": "A, nol satu tujuh"}]


def test_without_a_machine_it_says_what_to_install_and_shows_the_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    code, rows, said = say("A017", "--lang", "id", "--words", "--out", str(tmp_path / "f.wav"))
    assert code == NOT_HERE
    assert "sudo apt-get install -y espeak-ng" in said
    assert rows[0]["words"] == "A, nol satu tujuh"
    assert not (tmp_path / "f.wav").exists()


@needs_espeak
def test_menus_are_spoken_slowly(tmp_path: Path) -> None:
    fast, slow = (
        say("Untuk antrean dokter, tekan satu.", *more, "--out", str(tmp_path / "f.wav"))[1][0]["seconds"]
        for more in ((), ("--slow",))
    )
    assert slow > fast


@pytest.mark.parametrize(
    "wrong", [("halo",), ("halo", "--lang", "tlh", "--words"), ("halo", "--lang", "../id", "--words")]
)
def test_what_it_cannot_mean_is_a_fault_of_usage(wrong: tuple[str, ...]) -> None:
    assert say(*wrong)[0] == USAGE


@needs_espeak
def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    code, _, said = say("halo", "--out", str(tmp_path / "nowhere" / "f.wav"))
    assert code == NOT_HERE
    assert "nowhere" in said


@needs_espeak
@pytest.mark.parametrize("text", ["", "😀", "...", "\0", "\udcff\udcfe"])
def test_a_text_without_a_word_is_a_silent_file(text: str, tmp_path: Path) -> None:
    out = tmp_path / "f.wav"
    assert say(text, "--words", "--out", str(out))[0] == DONE
    assert not any(out.read_bytes()[44:])


@needs_espeak
@pytest.mark.parametrize(
    "text", ["-v en", "--", "-", "<speak>halo</speak>", "$(reboot)", "halo\nhalo", "Ada api. " * 1_100]
)
def test_a_text_that_looks_like_something_else_is_only_said(text: str, tmp_path: Path) -> None:
    out = tmp_path / "f.wav"
    assert say("--words", "--out", str(out), "--", text)[0] == DONE
    assert out.stat().st_size > 44


def test_a_text_that_is_too_long_says_so() -> None:
    code, rows, said = say("kata " * 5_000, "--words")
    assert code == DONE
    assert "cut" in said
    assert len(rows[0]["words"]) <= 12_000
