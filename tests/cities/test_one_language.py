"""A city of one language that is not Indonesian, led to its end by ``city new`` alone: it runs, and what nobody has
translated is Indonesian and named."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from config.check import check
from config.city import load_city
from config.city_lead import lead
from config.city_new import new_city
from config.city_voice import shipped, shipped_screens
from config.texts import SERVICE_WORDS, TEXTS
from tests.cities.test_second_city import LISTENS, everybody, writes
from tests.config.test_city_lead import ROSTER, STATIONS, TOP, asker, written
from tests.walks.connected import Connected, connected

SARI = "+6281260000066"
NAMES = 10  # of agencies and of kinds of emergency, in the skeleton


def led(folder: Path, languages: str, answers: Sequence[str] = ()) -> Path:
    """The pack of a city in these languages, answered for with what the questions need and no more."""
    top = [answer if answer != "id" else languages for answer in TOP]
    new_city(folder / "palu")
    one, said = asker(answers or (*top, str(written(folder)), "", "", "", *STATIONS, *ROSTER))
    assert lead(folder / "palu", one) == [], said
    return folder / "palu"


@pytest.mark.parametrize(
    ("language", "cry", "register", "noted", "accepted"),
    [
        ("en", "HELP thief in Lolu Contoh", "REGISTER", "Noted Sari", "was accepted by Pos Timur"),
        ("en", "TOLONG RAMPOK di desa Lolu Contoh", "DAFTAR", "Noted Sari", "was accepted by Pos Timur"),
        ("jv", "TOLONG RAMPOK di desa Lolu Contoh", "DAFTAR", "Dicatat Sari", "diterima petugas Pos Timur"),
    ],
)
def test_it_answers_an_emergency_and_a_service(
    tmp_path: Path, language: str, cry: str, register: str, noted: str, accepted: str
) -> None:
    async def scene(here: Connected) -> None:
        everybody(here, LISTENS)
        assert noted in await writes(here, SARI, f"{register} Sari Contoh#Lolu Contoh#Jl. Cemara 4")
        await writes(here, SARI, cry)
        await here.until(lambda: here.told(SARI, accepted), "told who comes", 400.0)
        (incident,) = await here.incidents()
        assert (incident.kind, json.loads(incident.place)["kelurahan"]) == ("robbery", "72.71.01.1002")

    pack = led(tmp_path, language)
    assert load_city(pack).languages == (language,)
    connected(tmp_path, scene, pack=pack, provider="")


def test_what_ships_waits_for_nobody(tmp_path: Path) -> None:
    assert load_city(led(tmp_path, "en, id")).waiting == ()


def test_what_waits_is_counted_by_file_and_said_as_soon_as_somebody_takes_its_mark_away(tmp_path: Path) -> None:
    pack = led(tmp_path, "jv")
    words, prompts, screens = len(SERVICE_WORDS), len(shipped("id")), len(shipped_screens("id")[0])
    before = (
        ("codes.toml", "names", NAMES),
        ("codes.toml", "lists of [words]", words),
        ("prompts/jv.toml", "prompts", prompts),
        ("prompts/jv.toml", "[screens]", screens),
        ("texts/jv.toml", "texts", len(TEXTS)),
    )
    said = [re.sub(r".*palu/|'jv'.*", "", str(one)) for one in load_city(pack).waiting]
    assert said == [f"{file}: {many} of {many} {what} wait for their words in " for file, what, many in before]
    for file, old, new in (
        ("texts/jv.toml", '# ussd_yes = "Ya"', 'ussd_yes = "Inggih"'),
        ("prompts/jv.toml", '# goodbye = "Terima kasih."', 'goodbye = "Matur nuwun."'),
        ("codes.toml", 'fire = { id = "Pemadam" }', 'fire = { id = "Pemadam", jv = "Tukang geni" }'),
        ("codes.toml", "# queue_unknown = [", 'queue_unknown = ["mboten ngertos", '),
    ):
        text = (pack / file).read_text()
        assert text.count(old) == 1, old
        (pack / file).write_text(text.replace(old, new))
    city = load_city(pack)
    assert city.texts["jv"]["ussd_yes"] == "Inggih"
    assert city.prompts["jv"]["goodbye"] == "Matur nuwun."
    assert city.agencies["fire"] == {"jv": "Tukang geni"}
    assert {"mboten ngertos", "lupa"} <= set(city.words["queue_unknown"])
    left = [int(re.findall(r"(\d+) of", str(one))[0]) for one in city.waiting]
    assert left == [NAMES - 1, words - 1, prompts - 1, screens, len(TEXTS) - 1]


def test_a_text_that_came_with_a_new_version_is_laid_out_by_the_same_command(tmp_path: Path) -> None:
    pack = led(tmp_path, "jv")
    texts = pack / "texts" / "jv.toml"
    whole = texts.read_text()
    older = "".join(line for line in whole.splitlines(keepends=True) if not line.startswith("# kept = "))
    texts.write_text(older.replace('# closed = "', 'closed = "Rampung. '))
    assert lead(pack, asker(())[0]) == []
    now = texts.read_text()
    assert re.findall(r"(?m)^# kept = .*$", now) == re.findall(r"(?m)^# kept = .*$", whole)
    assert len(re.findall(r"(?m)^#? ?closed = ", now)) == 1, "what somebody translated stays"


def test_a_language_that_is_left_out_again_keeps_what_somebody_wrote_in_it(tmp_path: Path) -> None:
    pack = led(tmp_path, "id, en")
    top = pack / "city.toml"
    english = pack / "texts" / "en.toml"
    top.write_text(top.read_text().replace('["id", "en"]', '["id"]'))
    text = english.read_text()
    english.write_text(text.replace("Please", "Kindly"))
    assert any("does not list" in str(one) for one in lead(pack, asker(("",) * 9)[0]))
    assert english.exists()
    english.write_text(text)
    assert lead(pack, asker(())[0]) == check(pack) == []
    assert not english.exists(), "nobody had changed it"
