"""A city's voice and its prompts: what ships, what a pack puts differently, and what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from config.check import check
from config.city import City, load_city
from config.city_levels import USUAL
from config.city_voice import Voice, placeholders, shipped, shipped_screens, spoken
from config.texts import TEXTS
from config.wording import BASE

TINY = Path(__file__).parent.parent / "fixtures" / "tinytown"
LANGUAGES = ("id", "en")


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TINY, tmp_path / "town"))


def with_voice(pack: Path, lines: str, *, languages: str = '["id"]') -> Path:
    path = pack / "city.toml"
    text = path.read_text(encoding="utf-8").replace('languages = ["id"]', f"languages = {languages}")
    path.write_text(f"{text}\n[voice]\n{lines}\n", encoding="utf-8")
    return pack


def own(pack: Path, text: str, lang: str = "id") -> Path:
    (pack / "prompts").mkdir(exist_ok=True)
    (pack / "prompts" / f"{lang}.toml").write_text(text, encoding="utf-8")
    return pack


def faults(pack: Path) -> list[str]:
    return [str(fault).removeprefix(f"{pack}/") for fault in check(pack)]


# -- [voice]


def test_a_pack_need_not_say_how_it_speaks() -> None:
    city = load_city(TINY)
    assert city.voice == Voice()
    assert (city.voice.variant, city.voice.incident_wpm, city.voice.menu_wpm) == ("id+f3", 130, 115)
    assert city.voice.test_days == ()


def test_what_a_pack_says_of_its_voice_is_read(pack: Path) -> None:
    lines = 'variant = "id+m3"\nincident_wpm = 140\nmenu_wpm = 100\ntest_days = ["sun", "wed"]\ntest_at = "09:05"'
    voice = load_city(with_voice(pack, lines)).voice
    assert voice == Voice(variant="id+m3", incident_wpm=140, menu_wpm=100, test_days=(2, 6), test_at=545)


def test_every_language_but_the_first_has_a_voice_of_its_own() -> None:
    voice = load_city("binjai").voice
    assert (voice.variant_of("id"), voice.variant_of("en"), voice.variant_of("jv")) == ("id+f3", "en+f3", "id+f3")


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("menu_wpm = 20", "voice.menu_wpm: must be between 80 and 260"),
        ("incident_wpm = 120.5", "must be a whole number"),
        ('variant = "-v evil"', "'-v evil' is not a voice like id+f3"),
        ('test_days = ["senin"]', "'senin' is no day"),
        ('test_at = "25:00"', "'25:00' is not a time like 10:00"),
        ("speed = 3", "voice.speed: unknown key"),
        ('variants = { id = "id+m1" }', "voice.variants.id: unknown key"),
    ],
)
def test_a_voice_that_cannot_be_is_refused_by_its_line(pack: Path, lines: str, says: str) -> None:
    assert any(one.startswith("city.toml:") and says in one for one in faults(with_voice(pack, lines)))


# -- prompts


def test_every_shipped_language_has_the_same_prompts_with_the_same_placeholders() -> None:
    model = {id: placeholders(words) for id, words in shipped(BASE).items()}
    for lang in LANGUAGES:
        assert {id: placeholders(words) for id, words in shipped(lang).items()} == model


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_shipped_screen_is_a_text_with_fields_that_it_has(lang: str) -> None:
    screens, unsaid = shipped_screens(lang)
    assert unsaid
    for key, words in screens.items():
        assert placeholders(USUAL.fill(words)) <= TEXTS[key]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_prompt_is_for_the_ear(lang: str) -> None:
    for id, words in shipped(lang).items():
        assert "  " not in words, id
        assert words == words.strip()
        assert not set(words) & set("/&=<>*#()[]"), id


def test_what_the_city_always_says_is_filled_in_and_the_rest_by_each_call() -> None:
    city = load_city("binjai")
    assert "Kota Binjai" in city.prompts["id"]["menu_hello"]
    assert placeholders(city.prompts["id"]["menu_sorry"]) == frozenset()
    assert "110" in city.prompt("id", "menu_sorry")
    assert city.prompt("id", "press", label="Terima", key=1) == "Terima, tekan 1."
    assert city.prompt("xx", "press", label="Terima", key=1) == "Terima, tekan 1."
    with pytest.raises(KeyError):
        city.prompt("id", "press", label="Terima")
    with pytest.raises(KeyError):
        city.prompt("id", "no_such_prompt")


@pytest.mark.parametrize(
    ("template", "fields", "said"),
    [
        ("Halo.", {}, "Halo."),
        ("{drill}.", {"drill": "Latihan"}, "Latihan."),
        ("{drill}.", {"drill": ""}, ""),
        ("Juga {a} dan {b}.", {"a": " ", "b": "\t"}, ""),
        ("{a} {b} {c}", {"a": "Satu.", "b": "", "c": "Tiga."}, "Satu. Tiga."),
        ("{a}", {"a": "dua\nbaris  saja"}, "dua baris saja"),
        ("{{{a}}}", {"a": "x"}, "{x}"),
        ("{a}", {"a": "{b}"}, "{b}"),
        ("{a}", {"a": 3}, "3"),
    ],
)
def test_a_sentence_about_nothing_is_not_said(template: str, fields: dict[str, object], said: str) -> None:
    assert spoken(template, fields) == said


def test_a_title_with_braces_stays_as_it_is(pack: Path) -> None:
    path = pack / "city.toml"
    lines = ['title = "Kota {call}"' if line.startswith("title") else line for line in path.read_text().splitlines()]
    path.write_text("\n".join(lines))
    assert "Kota {call}" in load_city(pack).prompt("id", "menu_hello")


def test_a_pack_may_put_a_prompt_a_screen_and_what_is_unsaid_differently(pack: Path) -> None:
    text = 'unsaid = ["RAHASIA"]\n[prompts]\ngoodbye = "Horas."\n[screens]\ntalk_street = "Jalan apa?"\n'
    city: City = load_city(own(pack, text))
    assert city.prompt("id", "goodbye") == "Horas."
    assert city.prompt("id", "wrong_key") == shipped("id")["wrong_key"]
    assert city.screens["id"]["talk_street"] == "Jalan apa?"
    assert city.screens["id"]["talk_help"] == shipped_screens("id")[0]["talk_help"]
    assert city.unsaid["id"] == ("RAHASIA",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[prompts]\ngodbye = "Horas."', "prompts/id.toml:2: prompts.godbye: unknown key (did you mean goodbye?)"),
        ('[prompts]\ngoodbye = "Horas {name}."', "prompts/id.toml:2: prompts.goodbye: unknown placeholder {name}"),
        ('[prompts]\ngoodbye = "Horas {."', "prompts/id.toml:2: prompts.goodbye: has a stray brace"),
        ('[prompts]\ndrill = "{drill:>9}"', "a placeholder is only its name in braces"),
        ("[prompts]\ngoodbye = 3", "prompts/id.toml:2: prompts.goodbye: must be text in quotes"),
        ('[screens]\nno_text = "x"', "prompts/id.toml:2: screens.no_text: unknown key"),
        ('[screens]\ntalk_street = "{place}?"', "screens.talk_street: unknown placeholder {place}"),
        ('unsaid = ["(["]', "prompts/id.toml:1: unsaid: '([' is no pattern"),
        ("unsaid = 3", "unsaid: must be a list of texts"),
        ('voice = "x"', "prompts/id.toml:1: voice: unknown key"),
        ("[prompts", "is not TOML"),
    ],
)
def test_a_prompt_that_cannot_be_said_is_refused_by_file_and_line(pack: Path, text: str, says: str) -> None:
    assert any(says in one for one in faults(own(pack, text))), faults(pack)


def test_a_language_that_does_not_ship_is_said_in_indonesian_where_the_pack_gives_nothing(pack: Path) -> None:
    with_voice(pack, "", languages='["id", "jv"]')
    assert any(one.startswith("prompts/jv.toml: there is no such file") for one in faults(pack))
    own(pack, '[prompts]\ngoodbye = "Matur nuwun."', "jv")
    (pack / "texts" / "jv.toml").write_text("")
    for file in (*pack.glob("services/*.toml"), *(pack / f"{name}.toml" for name in ("clinics", "offices", "telling"))):
        file.unlink()  # what it says itself, it says in each of its languages
    city = load_city(pack)
    assert city.prompt("jv", "goodbye") == "Matur nuwun."
    assert city.prompts["jv"]["wrong_key"] == city.prompts["id"]["wrong_key"]
    assert city.voice.variant_of("jv") == "id+f3", "a voice that there is"
    assert any("goodbye" not in str(one) and "prompts wait" in str(one) for one in city.waiting)


def test_prompts_of_a_language_that_the_city_does_not_list_are_named(pack: Path) -> None:
    assert any("does not list" in one for one in faults(own(pack, "", "jv")))
