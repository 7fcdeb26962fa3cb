"""What was said is told by ear: every prompt of the officer's call after coding, and never a wrong one."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from config.city import City, load_city
from config.clock import SystemClock
from ivr.conversation import Utterance
from ivr.events import Part
from ivr.flow_data import Flow
from ivr.flow_read import flows
from ivr.speech import Speech
from ivr.speech_cache import Cache
from ivr.synth import Espeak
from ivr.wording import worded
from modem.voice import FRAME, RATE
from tests.fixtures.whole import part
from tests.ivr.coding import CODINGS, needs_espeak, needs_sox, noisy
from tests.ivr.listening import Listener
from tests.ivr.talking import joined

pytestmark = [needs_espeak, needs_sox]

FIELDS = {
    "drill": "Latihan",
    "what": "Laporan darurat: kebakaran.",
    "where": "Tempatnya Lingkungan 3, Kelurahan Kebun Lada. Disebut pelapor. Tempat itu belum pasti.",
    "place": "Tempatnya Lingkungan 3, Kelurahan Kebun Lada.",
    "siren": "Sirene Pos Barat terbukti berfungsi 3 hari lalu.",
    "caller": "Pelapornya warga terdaftar.",
    "notes": "Perhatian: satu orang memakai kursi roda.",
    "others": "Yang juga sedang ditelepon: Ibu Sari.",
    "by": "Pak Rahmat",
    "digits": "0812 3456 7890",
    "text": "Antrean Anda besok pukul 9.",
    "reporter": "+6281234567890",
}


def said_in(city: City, flow: Flow) -> list[Utterance]:
    """Everything that a flow's own nodes say, its menus' keys too."""
    parts = [Part(prompt=id) for node in flow.nodes.values() for id in (*node.prompts, *node.again)]
    for node in flow.nodes.values():
        parts += [Part(prompt="press", label=key.label, fields={"key": name}) for name, key in node.keys.items()]
    parts += [Part(prompt=id) for id in ("wrong_key", flow.instead) if id]
    every = worded(city, parts, FIELDS, city.languages[0], slow=flow.slow)
    return list(dict.fromkeys(every))


@cache
def catalogue() -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Every prompt by its words as the city's voice says it, and those of the officer's call."""
    city = load_city("binjai")
    by_flow = {name: said_in(city, flow) for name, flow in flows(city).items()}

    async def rendered(folder: Path) -> dict[str, bytes]:
        speech = Speech(Espeak(), SystemClock(), Cache(folder))
        every = {one.text: one for words in by_flow.values() for one in words}
        return {text: await speech.sound(one) for text, one in every.items()}

    with TemporaryDirectory() as folder:
        sounds = asyncio.run(rendered(Path(folder)))
    return sounds, tuple(one.text for one in by_flow["officer"])


@pytest.mark.parametrize("coding", part(("AMR 4.75", "GSM FR", "AMR 12.2"), 1))  # the hardest first
def test_every_prompt_of_the_officers_call_is_known_after_coding(coding: str) -> None:
    sounds, officer = catalogue()
    assert len(officer) >= 20
    listener, silence, heard = Listener(sounds), bytes(FRAME * 8), []
    for at in range(0, len(officer), 4):  # as they follow each other in a call
        some = joined(*(part for text in officer[at : at + 4] for part in (silence, sounds[text])), silence)
        heard += listener.heard(CODINGS[coding](some))
    assert [one.name for one in heard] == list(officer)
    assert min(one.score for one in heard) > 0.75


@pytest.mark.parametrize("coding", part(("AMR 4.75", "GSM FR"), 1))
def test_a_prompt_that_is_not_known_is_taken_for_no_other(coding: str) -> None:
    sounds, officer = catalogue()
    for text in officer[::2]:
        others = Listener({name: sound for name, sound in sounds.items() if name != text and text not in name})
        wrong = [one for one in others.heard(CODINGS[coding](joined(0.3, sounds[text], 0.3))) if one.name not in text]
        assert wrong == [], text


def test_a_prompt_that_a_key_cut_off_is_known_by_its_beginning() -> None:
    sounds, officer = catalogue()
    text = next(one for one in officer if one.startswith("Belum ada jawaban"))
    captured = CODINGS["GSM FR"](joined(0.3, sounds[text][: 2 * 2 * RATE], 0.5))
    listener = Listener(sounds)
    assert listener.heard(captured) == []
    assert [one.name for one in listener.begun(captured)] == [text]


def test_in_noise_at_fifteen_decibels_they_are_still_known() -> None:
    sounds, officer = catalogue()
    call = joined(*(part for text in officer[::4] for part in (0.2, sounds[text])), 0.2)
    assert Listener(sounds).names(CODINGS["GSM FR"](noisy(call, 15, -21))) == list(officer[::4])


def test_nothing_is_heard_in_silence_noise_and_nothing() -> None:
    sounds, _ = catalogue()
    listener = Listener(sounds)
    hiss = np.random.default_rng(7).normal(0, 2000, 20 * RATE).astype("<i2").tobytes()
    assert [listener.names(sound) for sound in (bytes(20 * RATE), hiss, b"")] == [[], [], []]
