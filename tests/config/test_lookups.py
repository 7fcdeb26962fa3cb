"""Look-ups of a pack are read or refused: every mistake at once, by file and line, and never an exception."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.check import check, read_pack
from config.city import load_city
from config.city_files import PackFiles
from config.city_lookups import read_lookups
from config.gsm7 import ONE_SMS, septets
from config.lookup import FIELDS, KeyForm
from config.lookup_keys import key_of
from config.lookup_words import TAKEN_NAMES, bare, beside
from eservices.services import services

TINY = Path(__file__).parents[1] / "fixtures" / "tinytown"
GOOD = """
words = ["air", "tagihan air"]
labels = { id = "Tagihan air" }

[key]
form = "digits"
column = "number"
least = 6
most = 6
example = "10-20-30"
[key.asks]
id = "Berapa nomor langganan air?"

[columns.number]
width = 6
[columns.name]
form = "name"
[columns.amount]
form = "money"

[source]
table = "air.csv"

[[answer]]
when = { amount = ["0"] }
id = "{name}: lunas."
[[answer]]
id = "{name}: Rp {amount}."

[none]
id = "Nomor {key} tidak ada."
"""
ROWS = "number,name,amount\n102030,Gina Contoh,52000\n102031,Hadi,0\n"
REFUSED: dict[str, tuple[str, str, str]] = {
    "a text names no column": ("Rp {amount}.", "Rp {amout}.", "unknown hole {amout}"),
    "a text is too long": ('"{name}: lunas."', f'"{"x" * 161}"', "may be 161 letters long and has room for 160"),
    "a text is outside the alphabet": ("lunas.", "lunas ☺.", "outside the GSM alphabet"),
    "a text has a lone brace": ("lunas.", "lunas }.", "lone }"),
    "a language is missing": ('id = "Nomor {key} tidak ada."', "", "none.id is missing"),
    "an emergency's word": ('"tagihan air"', '"rampok"', "begins something else already: the emergency robbery"),
    "a slip from an emergency's word": ('"tagihan air"', '"kebakarann"', "one slip of the thumb away"),
    "another service's word": ('"tagihan air"', '"lapor"', "begins something else already: ticket_report"),
    "a word of too many words": ('"tagihan air"', '"a b c d"', "is no word to begin with"),
    "an example that its key refuses": ('example = "10-20-30"', 'example = "10-20"', "is refused by this very key"),
    "no such form": ('form = "digits"', 'form = "figures"', "is not one of"),
    "no such column": ('column = "number"', 'column = "nummer"', "is not one of"),
    "a key that is a name": ('column = "number"', 'column = "name"', "is a person's name"),
    "a bad pattern": ("least = 6", 'least = 6\npattern = "(["', "is no pattern"),
    "a pattern that may take for ever": ("least = 6", 'least = 6\npattern = "([0-9]+)+"', "it may take for ever"),
    "least above most": ("least = 6", "least = 7", "is more than the most"),
    "an unknown key": ("least = 6", "leest = 6", "unknown key (did you mean least?)"),
    "a label too long": ('Tagihan air" }', 'Tagihan air ledeng kota" }', "is 23 letters long: there is room for 20"),
    "a column called like a field": ("[columns.name]", "[columns.more]", "is no name for a column"),
    "the last answer has a when": (
        '[[answer]]\nid = "{name}: Rp',
        '[[answer]]\nwhen = { name = ["x"] }\nid = "{name}: Rp',
        "the last [[answer]] must have none",
    ),
    "a when of no column": ("{ amount = ", "{ amont = ", "no column is called that"),
    "no such table": ('"air.csv"', '"wasser.csv"', "there is no such file"),
    "a table elsewhere": ('"air.csv"', '"../roster.csv"', "is not a file name"),
    "a table and an address": (
        'table = "air.csv"',
        'table = "air.csv"\nurl = "https://a.example/{key}"',
        "either a table",
    ),
    "an address with another hole": ('table = "air.csv"', 'url = "https://a.example/{name}"', "has a hole {name}"),
    "an address that all can read": ('table = "air.csv"', 'url = "http://a.example/{key}"', "is http"),
    "no toml at all": ("[source]", "[source", "is not TOML"),
    "a reminder of no date": (
        "[none]",
        '[reminder]\ncolumn = "amount"\ndays = [1]\nid = "x"\n[none]',
        "no column of the form date",
    ),
    "a duty of no office": (
        "[none]",
        '[duty]\noffice = "x"\ncolumn = "name"\nwords = { a = ["b"] }\nid = "x"\n[none]',
        "is not one of",
    ),
    "a duty without the code": (
        "[none]",
        '[duty]\noffice = "pu"\ncolumn = "name"\nwords = { a = ["b"] }\nid = "x"\n[none]',
        "does not say {code}",
    ),
    "news of a system": (
        '[source]\ntable = "air.csv"',
        '[subscription]\nid = "x"\n[source]\nurl = "https://a.example/{key}"',
        "needs a table",
    ),
    "a quote that is missing": ('words = ["air"', 'words = [air"', "needs straight quotes"),
    "quotes of a word processor": ('id = "Tagihan air"', "id = \u201cTagihan air\u201d", "needs straight quotes"),
    "an answer in single brackets": ("[[answer]]\nid", "[answer]\nid", "two brackets: [[…]]"),
    "a section twice": ("[none]", "[key]\n[none]", "it is there twice"),
    "a when without its section": ("{ amount = ", "{ late = ", "it needs a [deadline]"),
    "a value of when in no list": ('{ amount = ["0"] }', '{ amount = "0" }', "must be a list of texts, is '0'"),
    "words in no list": ('words = ["air", "tagihan air"]', 'words = "air"', "must be a list of texts, is 'air'"),
    "the example of another form": ('form = "digits"', 'form = "angka"', "is not one of area, code, digits"),
    "a text for nobody": (
        "[none]",
        '[deadline]\ncolumn = "due"\ndays = 3\nid = "x"\n[columns.due]\nform = "date"\n[none]',
        "name the office",
    ),
    "a capital letter in a file's name": ('"air.csv"', '"Air.csv"', "like water.csv, in small letters"),
    "news by another column": ("[none]", '[subscription]\nsame = ["no"]\nid = "x"\n[none]', "'no' is no column"),
}


def pack(folder: Path, toml: str = GOOD, rows: str = ROWS, id: str = "air") -> Path:
    """A copy of the small town with one look-up."""
    town = folder / "town"
    shutil.copytree(TINY, town, ignore=shutil.ignore_patterns("services"))
    (town / "services").mkdir()
    (town / "services" / f"{id}.toml").write_text(toml)
    (town / "services" / "air.csv").write_text(rows)
    return town


def said(folder: Path) -> list[str]:
    return [str(fault) for fault in check(folder)]


def test_a_good_description_has_no_fault_and_is_there(tmp_path: Path) -> None:
    town = pack(tmp_path)
    assert said(town) == []
    lookup = load_city(town).lookups["air"]
    assert lookup.words == ("air", "tagihan air")
    assert [row["amount"] for row in lookup.rows] == ["52000", "0"]


def test_a_pack_without_services_works(tmp_path: Path) -> None:
    town = pack(tmp_path)
    shutil.rmtree(town / "services")
    city, faults = read_pack(town)
    assert faults == []
    assert city is not None
    assert city.lookups == {}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_refused_by_its_line(tmp_path: Path, name: str) -> None:
    right, wrong, words = REFUSED[name]
    assert right in GOOD, name
    faults = said(pack(tmp_path, GOOD.replace(right, wrong, 1)))
    fitting = [fault for fault in faults if words in fault]
    assert fitting, faults
    assert all("/services/" in fault for fault in fitting)
    if wrong and ".csv" not in fitting[0].split(": ")[0]:
        line = int(fitting[0].split(":")[1])
        lines = GOOD.replace(right, wrong, 1).splitlines()
        near = "\n".join(lines[max(0, line - 3) : line + 2])
        assert any(part and part in near for part in wrong.splitlines()), fitting[0]


def test_rows_of_the_pack_are_judged_by_their_lines(tmp_path: Path) -> None:
    faults = said(pack(tmp_path, rows=ROWS + "12,Ani,1\n102032,Ani,banyak\n102030,Siti,1\n102033,Ani,1,2\n"))
    assert [fault.split(":", 1)[1].split(":")[0] for fault in faults] == ["4", "5", "6", "7"]
    assert "is no key" in faults[0]
    assert "no amount of money" in faults[1]
    assert "stands on line 2 already" in faults[2]
    assert "more cells" in faults[3]
    assert not any("12" in fault.split(": ", 1)[1] for fault in faults[:1]), "a key may be a NIK: it is not repeated"


def test_two_look_ups_do_not_share_a_word(tmp_path: Path) -> None:
    town = pack(tmp_path)
    (town / "services" / "listrik.toml").write_text(GOOD)
    assert any(
        "services/listrik.toml:2" in fault and "begins something else already: air" in fault for fault in said(town)
    )


@pytest.mark.parametrize("id", ["menu", "more", "Air", "9air"])
def test_an_id_that_is_another_dialogues_is_refused(tmp_path: Path, id: str) -> None:
    assert any("is no id for a look-up" in fault for fault in said(pack(tmp_path, id=id)))


def test_the_names_and_words_of_every_dialogue_are_taken() -> None:
    city = load_city("binjai")
    known = beside(city)
    own = [f"{word} " for lookup in city.lookups.values() for word in lookup.words]
    for dialogue in services(city):
        if dialogue.name in city.lookups or dialogue.name.removesuffix("_stop") in city.lookups:
            continue
        assert dialogue.name in TAKEN_NAMES, f"add {dialogue.name} to TAKEN_NAMES"
        words = [word for word in (*dialogue.words, *dialogue.heads) if not word.startswith(tuple(own))]
        free = [word for word in words if bare(word) not in known.taken]
        assert not free, f"{dialogue.name}: {free} may be taken by a look-up"


def test_every_text_of_the_shipped_packs_fits_one_sms() -> None:
    city = load_city("binjai")
    for lookup in city.lookups.values():
        widths = {**FIELDS, **{name: column.width for name, column in lookup.columns.items()}}
        for answer in lookup.answers:
            for template in answer.texts.values():
                plain = septets("".join(template.texts))
                assert plain is not None
                assert plain + sum(widths[name] for name in template.names) <= ONE_SMS


def test_every_example_is_understood() -> None:
    for lookup in load_city("binjai").lookups.values():
        if lookup.key.form not in (KeyForm.NONE, KeyForm.PLACE):
            assert key_of(lookup.key, lookup.key.example), lookup.id


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-10, 300)
    | st.floats(allow_nan=False)
    | st.text(max_size=12)
    | st.sampled_from(["digits", "name", "{x}", "{key}", "air.csv", "amount", "number", "id"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "en", "form", "number"]), inner, max_size=3)
    ),
    max_leaves=6,
)
SECTIONS = [
    *("words", "labels", "key", "columns", "source", "answer", "none", "away", "line", "deadline", "reminder"),
    *("subscription", "duty", "menu", "most", "sample", "strange"),
]
JUNK = st.dictionaries(st.sampled_from(SECTIONS), VALUES, max_size=8)


def written(value: Any) -> str:
    """A value as TOML (None: nothing that is TOML)."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f'"{name}" = {written(one)}' for name, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + "".join(f"\\u{ord(one):04x}" if ord(one) < 0x10000 else "?" for one in value) + '"'
    return "?" if value is None else str(value)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pack(tmp_path_factory.mktemp("junk"))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(junk=JUNK)
def test_junk_gives_faults_and_never_raises(town: Path, junk: dict[str, Any]) -> None:
    text = "\n".join(f"{name} = {written(value)}" for name, value in junk.items())
    (town / "services" / "air.toml").write_text(text)
    files = PackFiles(town)
    found = read_lookups(files, beside(load_city(TINY)))
    assert files.faults, "a description of junk has no fault"
    assert all(fault.file.endswith(("air.toml", "air.csv")) for fault in files.faults)
    assert set(found) == {"air"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(at=st.integers(0, len(GOOD.splitlines())), line=st.text(max_size=30))
def test_a_good_description_with_a_junk_line_never_raises(town: Path, at: int, line: str) -> None:
    lines = GOOD.splitlines()
    text = "\n".join([*lines[:at], line, *lines[at:]]).encode("utf-8", "replace").decode()
    (town / "services" / "air.toml").write_text(text)
    read_lookups(PackFiles(town), beside(load_city(TINY)))
