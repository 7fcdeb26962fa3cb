"""Every kind of line of the timeline is said in both languages, from the lines that the program really writes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dispatch.case import Role
from dispatch.console.incidents.pages import INCIDENT_WORDS
from dispatch.console.incidents.said import Telling
from dispatch.console.words import LANGUAGES, Words
from dispatch.plan import EffectKind
from tests.dispatch.stage import town

ROOM = Path(__file__).parents[4] / "dispatch"
KEYS = re.compile(r"""(?:tell|carried_out|_note)\((?:[^()]|\([^()]*\))*?,\s*"([a-z_]+)\"""")


def kinds() -> set[str]:
    """As the source writes them."""
    found = {kind for file in ROOM.glob("*.py") for kind in KEYS.findall(file.read_text(encoding="utf-8"))}
    wired = {kind.value for kind in EffectKind} - {"text"}
    return (found | {role.value for role in Role} | wired | {"fault"}) - {"sms", "page", "command"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_line_has_words(language: str) -> None:
    words = Words([INCIDENT_WORDS])
    known = kinds()
    assert {"opened", "read", "alarm", "assigned", "corrected", "noted", "siren"} <= known
    assert [kind for kind in sorted(known) if f"incidents.line.{kind}" not in words.keys(language)] == []


def test_both_languages_say_the_same_keys_with_the_same_fields() -> None:
    words = Words([INCIDENT_WORDS])
    assert words.keys("id") == words.keys("en")
    fields = re.compile(r"\{\w+\}")
    for key in words.keys("id"):
        said = [sorted(fields.findall(words.say(language, key))) for language in LANGUAGES]
        assert said[0] == said[1], key


def line(kind: str, text: str = "", who: str = "Sari", **more: object) -> dict[str, object]:
    return {"id": 1, "at": "", "kind": kind, "text": text, "who": who, "data": {}, **more}


@pytest.mark.parametrize(
    ("written", "said", "typed"),
    [
        (line("assigned", data={"to": "x", "name": "Ani"}), "Sari menugaskan Ani", ""),
        (line("closed", data={"finding": "handled", "words": "lari"}), "Sari: selesai, Ditangani di tempat", "lari"),
        (line("closed", "by page"), "Sari: selesai", ""),
        (line("repeat", "rang again", data={"rang": "again"}), "Pelapor menelepon lagi", ""),
        (line("repeat", "cepat", data={"words": "cepat"}), "Pelapor menulis lagi", "cepat"),
        (line("repeat", "cepat"), "Pelapor menulis lagi", "cepat"),  # written before lines had parts
        (line("accept", "no code of his", data={"code": "wrong", "by": "Ani"}), "Ani mengirim kode yang salah", ""),
        (line("alarm", "everybody was rung: round 3"), "ALARM: semua sudah dipanggil, putaran 3", ""),
        (line("alarm", "whom it was sent to did not take it"), "ALARM: yang ditugaskan belum menerima", ""),
        (line("siren", name="Pos Hulu", outcome="rejected"), "Sirene Pos Hulu: berbunyi", ""),
        (line("call", name="Ani", outcome="rang"), "Ani: tidak diangkat", ""),
        (line("key", name="Ani", key="1"), "Ani menekan 1", ""),
        (line("noted", data={"words": "<b>"}), "Catatan Sari", "<b>"),
        (line("wrote", data={"to": "reporter", "words": "halo"}), "Sari menulis kepada pelapor", "halo"),
        (line("marked", data={"mark": "false"}), "Sari menandai: laporan palsu", ""),
    ],
)  # fmt: skip
def test_a_line_is_said_in_words(written: dict[str, object], said: str, typed: str) -> None:
    assert Telling(Words([INCIDENT_WORDS]), town()).line("id", written) == (said, typed)
