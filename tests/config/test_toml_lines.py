"""Every key knows its line, whatever stands between the keys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.toml_lines import TomlFault, parse

DOCUMENT = '''# a comment with [brackets] and "quotes"
top = 1
"quoted key" = 2
'literal' = 3
dotted.key = 4
text = """
not = "a key"
[[not.a.table]]
""" # after
raw = \'\'\'
no = 1\'\'\'
list = [
  "one", # ] }
  ["two", { three = 3 }],
]
inline = { a = 1, b = "}" }

[table]
key = "# no comment"

[table.inner]
key = 1
[[many]]
name = "first"
[[many]]
  name = "second"
[many.sub]
key = 1
[[many.deep]]
key = 1
[[many.deep]]
key = 2
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("top", 2),
        ("quoted key", 3),
        ("literal", 4),
        ("dotted.key", 5),
        ("text", 6),
        ("raw", 10),
        ("list", 12),
        ("inline", 16),
        ("inline.a", 16),
        ("table", 18),
        ("table.key", 19),
        ("table.inner.key", 22),
        ("many.0", 23),
        ("many.0.name", 24),
        ("many.1.name", 26),
        ("many.1.sub.key", 28),
        ("many.1.deep.0.key", 30),
        ("many.1.deep.1.key", 32),
        ("many.1.unknown", 25),
        ("unknown", 1),
    ],
)
def test_a_key_is_on_its_line(path: str, line: int) -> None:
    assert parse(DOCUMENT).line(*path.split(".")) == line


def test_windows_line_ends_count_the_same() -> None:
    assert parse(DOCUMENT.replace("\n", "\r\n")).line("many", "1", "name") == 26


@pytest.mark.parametrize(
    ("text", "line"), [("a = 1\nb = \n", 2), ("a = 1\na = 2", 2), ("[a\n", 1), ('a = "', 1), ("\n\nx", 3)]
)
def test_what_is_not_toml_says_where(text: str, line: int) -> None:
    with pytest.raises(TomlFault) as fault:
        parse(text)
    assert fault.value.line == line
    assert "(at " not in str(fault.value)


KEY = st.text("abc", min_size=1, max_size=3)
VALUE = st.sampled_from(
    ["1", '"x"', "'#'", "[1,\n2]", '"""\na=1\n"""', "{x=1}", "[[1],\n[2]] # c", "1979-05-27T07:32:00Z"]
)


@given(st.dictionaries(KEY, VALUE, max_size=8))
def test_whatever_the_values_each_key_is_found_where_it_was_written(values: dict[str, str]) -> None:
    lines, text = {}, ""
    for key, value in values.items():
        lines[key] = text.count("\n") + 1
        text += f"{key} = {value}\n"
    found = parse(text)
    assert {key: found.line(key) for key in values} == lines
