"""What is wrong with a row is said in both languages, each word with the same fields."""

from __future__ import annotations

from string import Formatter

from gateway.flaws import _SAID, ENGLISH, BadRow, Flaw, placed


def _fields(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name}


def test_both_languages_have_every_word_with_its_fields() -> None:
    assert _SAID["id"].keys() == _SAID["en"].keys()
    for key, words in _SAID["id"].items():
        assert _fields(words) - {"column"} == _fields(_SAID["en"][key]) - {"column"}, key


def test_a_row_is_placed_and_an_unknown_language_is_the_first() -> None:
    row = BadRow(7, (Flaw("nik", "nik_digits"), Flaw("", "csv", {"why": "line contains NUL"})))
    assert [placed(row.line, one, "jv") for one in row.flaws] == [
        "baris 7, kolom nik: NIK harus enam belas angka",
        "baris 7: bukan CSV: line contains NUL",
    ]
    assert row.fault == "nik is none: its digits; line contains NUL"
    assert Flaw("quiet", "flag", {"typed": "{x}"}).said(ENGLISH) == "quiet '{x}' is neither yes nor no"
