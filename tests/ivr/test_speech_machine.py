"""The machine itself: how loud it is, that it says words only, that it ships what must be heard without it."""

from __future__ import annotations

import asyncio
import subprocess
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from config.city import load_city
from ivr.conversation import Utterance
from ivr.sound import PEAK_DBFS, Samples, read_wav, seconds
from ivr.speech import Mute
from ivr.speech_fixed import WARNINGS, Fixed
from ivr.spoken_aloud import spoken
from ivr.synth import PIECE, Espeak, pieces
from tests.ivr.bundled import CITY, LANGUAGES, bundled, rendered
from tests.ivr.coding import needs_espeak

LOUDEST_RMS, SOFTEST_RMS = -16.0, -25.0  # dBFS
MOST_BELOW = 0.05  # share of the energy under 200 Hz: the skirt of a voice whose own pitch is just above


def floats(sound: bytes) -> Samples:
    return np.asarray(np.frombuffer(sound, "<i2") / 32768, np.float32)


def dbfs(level: float) -> float:
    return 20 * float(np.log10(max(level, 1e-9)))


@cache
def said(text: str, lang: str = "id", wpm: int = 130) -> bytes:
    return asyncio.run(Espeak().render(spoken(text, lang), lang=lang, wpm=wpm))


SENTENCES = (
    *("Laporan darurat. Kebakaran.", "Tempatnya Jl. Sudirman No. 12, Kel. Kartini.", "Tekan 1 untuk menerima."),
    *("Bila tidak bisa, tekan 2.", "Ulangi, tekan 3.", "Terima kasih.", "Baik. Petugas berikutnya ditelepon sekarang."),
    *("Nomor pelapor 0812-3456-7890.", "Antrean dokter, tekan 1.", "Keluhan 1001 dicatat.", "A017", "Kode 4821."),
    *("Sirene terbukti berbunyi 2 hari lalu.", "Maaf, tombol itu tidak ada pilihannya.", "Pilihan lainnya, tekan #."),
    *("Tetap di telepon. Kami kabari setiap langkah.", "Silakan bicara setelah bunyi tut.", "LATIHAN.", "Kembali."),
    *("Puskesmas Kota, Kam 19/11 sekitar 08.30.", "Banjir setinggi 1,5 m di Lk. IV.", "Rp 25.000", "Satu.", "Dua."),
    *("Ada ular masuk rumah.", "Pencurian sepeda motor.", "Orang pingsan di pasar.", "Gempa.", "Pohon tumbang."),
    *("Ini uji komunikasi, bukan keadaan darurat.", "Selamat datang di layanan kota."),
)


@needs_espeak
def test_every_prompt_is_as_loud_as_the_next_and_loses_nothing_on_the_line() -> None:
    assert len(SENTENCES) >= 30
    levels = []
    for text in SENTENCES:
        heard = floats(said(text))
        assert dbfs(float(np.max(np.abs(heard)))) == pytest.approx(PEAK_DBFS, abs=0.5), text
        levels.append(dbfs(float(np.sqrt(np.mean(heard**2)))))
        energy = np.abs(np.fft.rfft(heard)) ** 2
        hz = np.fft.rfftfreq(len(heard), 1 / 8_000)
        assert energy[hz < 200].sum() / energy.sum() < MOST_BELOW, text
        assert energy[(hz >= 300) & (hz <= 3_400)].sum() / energy.sum() > 0.6, text
    assert min(levels) > SOFTEST_RMS
    assert max(levels) < LOUDEST_RMS


@needs_espeak
def test_the_same_words_give_the_same_octets() -> None:
    said.cache_clear()
    first = said("Laporan darurat.")
    said.cache_clear()
    assert said("Laporan darurat.") == first


@needs_espeak
def test_slower_is_longer() -> None:
    assert seconds(said("Antrean dokter, tekan satu.", wpm=115)) > 1.05 * seconds(said("Antrean dokter, tekan satu."))


HOSTILE = {
    "an option": "-v en --stdout -w stolen.wav",
    "a long option": "--help",
    "SSML": '<speak>halo<break time="30s"/><audio src="http://x.example/a.wav"/></speak>',
    "phonemes": "[[h'alo]] halo",
    "a shell": "; rm -rf ~ & `reboot` $(reboot) | tee stolen.wav",
    "NUL": "halo\0halo",
    "controls": "".join(map(chr, range(32))) + "halo",
    "XML-illegal": "halo \ufffe\uffff\x0b halo",
    "lone surrogate": "halo \ud800 halo",
    "bidi": "\u202ehalo\u202c",
    "emoji": "halo 🔥👨‍👩‍👧",
    "another script": "halo Привет 你好 مرحبا",
    "much": "Ada kebakaran besar di pasar. " * 340,
    "one word": "a" * 5_000,
    "many figures": "9" * 2_000,
    "a format": "%s%n{0.__class__}",
    "a voice change": "voice=en <voice xml:lang='en'> halo",
}


@needs_espeak
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_are_words_or_nothing(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words = spoken(text, "id")
    sound = asyncio.run(Espeak().render(words, lang="id", wpm=200))
    assert seconds(sound) > 0.2
    assert seconds(sound) < 1 + 0.5 * len(words), "a break of 30 s was spoken as words, not kept"
    assert list(tmp_path.iterdir()) == []


@needs_espeak
def test_only_so_many_speak_at_once_and_nothing_is_left_running(tmp_path: Path) -> None:
    counting = tmp_path / "speaks"
    counting.write_text(
        '#!/bin/sh\nmkdir -p "$0.d"; touch "$0.d/$$"; ls "$0.d" | wc -l >>"$0.log"\n'
        'espeak-ng "$@"; code=$?; rm "$0.d/$$"; exit $code\n'
    )
    counting.chmod(0o755)

    async def main() -> None:
        synth = Espeak(program=str(counting))
        await asyncio.gather(*(synth.render(f"kata {at}", lang="id", wpm=130) for at in range(8)))

    asyncio.run(main())
    counts = [int(line) for line in (tmp_path / "speaks.log").read_text().split()]
    assert len(counts) == 8
    assert max(counts) <= 2


@pytest.mark.parametrize("voice", ["", "id+", "--help", "id f3", "id;reboot", "../id", "ID"])
async def test_a_voice_that_could_be_none_is_never_handed_on(voice: str) -> None:
    with pytest.raises(Mute, match="is no voice"):
        await Espeak(lambda lang: voice).render("halo", lang="id", wpm=130)


def test_a_long_text_is_parted_after_sentences_and_nothing_is_lost() -> None:
    words = "Ada kebakaran besar di pasar. " * 200 + "kata " * 500 + "x" * 3_000
    parts = pieces(words.strip())
    assert all(len(part) <= PIECE for part in parts)
    assert "".join(" ".join(parts).split()) == "".join(words.split())
    assert parts[0].endswith(".")
    assert pieces("") == []


# -- what ships as sound


def shipped() -> set[tuple[str, str]]:
    return {(path.parent.name, path.stem) for path in WARNINGS.glob("*/*.wav")}


def test_what_stands_in_for_the_machine_ships_as_sound_in_every_language() -> None:
    wanted = {(one.lang, one.prompt) for one in bundled(load_city(CITY))}
    assert shipped() == wanted, "speak them anew: python -m tests.ivr.bundled"
    assert {lang for lang, _ in shipped()} == set(LANGUAGES)
    fixed = Fixed(WARNINGS)
    assert all(seconds(fixed.sound(lang, prompt) or b"") > 0.5 for lang, prompt in shipped())
    assert fixed.check() == ()
    assert sum(path.stat().st_size for path in WARNINGS.glob("*/*.wav")) < 5_000_000


@needs_espeak
def test_what_ships_says_the_words_of_its_prompt() -> None:
    city = load_city(CITY)
    changed = [f"{one.lang}/{one.prompt}" for one in bundled(city) if not alike(one, asyncio.run(rendered(city, one)))]
    assert changed == [], "speak them anew: python -m tests.ivr.bundled"


def alike(one: Utterance, now: bytes) -> bool:
    """Nearly the same samples: another soxr may differ in the last bit."""
    ships = read_wav((WARNINGS / one.lang / f"{one.prompt}.wav").read_bytes()).samples
    many = min(len(ships), len(now) // 2)
    if abs(len(ships) - len(now) // 2) > 80:
        return False
    return float(np.corrcoef(ships[:many], floats(now)[:many])[0, 1]) > 0.98


def test_a_shipped_warning_is_read_by_any_player() -> None:
    for path in WARNINGS.glob("*/*.wav"):
        assert read_wav(path.read_bytes()).rate == 8_000


@needs_espeak
def test_the_installed_program_is_the_one_we_know_how_to_ask() -> None:
    version = asyncio.run(Espeak().version())
    assert version[:2] == "1."
    assert version.encode() in subprocess.run(["espeak-ng", "--version"], capture_output=True, check=True).stdout
