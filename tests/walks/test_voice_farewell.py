"""Who talks with the city on its only line hears why it ends, before a siren or an officer gets that line."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.city import load_city
from ivr.house import Speaking, farewell
from tests.fixtures.murmur import PACE_S, Murmur
from tests.ivr.bundled import CITY
from tests.walks.house import GINA, HADI
from tests.walks.indoors import Indoors, indoors

WORDS = {
    "id": "Maaf, saluran ini dibutuhkan untuk keadaan darurat. Silakan telepon lagi.",
    "en": "Sorry, this line is needed for an emergency. Please call again.",
}


@pytest.mark.parametrize(("cry", "told"), [("TOLONG RAMPOK", 1), ("INFO", 0)])
def test_a_caller_in_the_menu_is_told_why_when_a_siren_needs_the_line(cry: str, told: int, tmp_path: Path) -> None:
    voice = Murmur()

    async def scene(town: Indoors) -> None:
        caller = town.network.phone(GINA)
        call = caller.call(town.modem.number, ring_s=60)
        while not voice.said:
            await town.clock.sleep(0.5)
        await town.sms(HADI, cry, then=6.0)
        assert (call.ended_at is not None) == bool(told)
        assert voice.said.count(WORDS["id"]) == told

    indoors(tmp_path, scene, answer=True, speaking=lambda city, clock: Speaking(voice=voice, pace_s=PACE_S))


@pytest.mark.parametrize(("lang", "words"), [*WORDS.items(), ("", WORDS["id"]), ("xx", WORDS["id"])])
def test_it_is_said_in_the_language_of_the_call(lang: str, words: str) -> None:
    said = farewell(load_city(CITY), lang)
    assert (said.text, said.prompt, said.whole) == (words, "line_needed", True)
