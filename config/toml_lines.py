"""TOML with line numbers, so that a fault can name its line.

``tomllib`` gives values without places, and so do the kept libraries (tomlkit keeps the spelling of a document, not its
positions). So ``tomllib`` reads, and a small scanner beside it notes on which line each key stands: it only ever sees
text that ``tomllib`` has accepted, so it need not judge anything.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Path = tuple[str, ...]
"""Keys and, for the n-th table of an array, the text of n (from 0): ("modem", "0", "port")."""

_KEY = re.compile(r"""[ \t]*("(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)[ \t]*(\.|=|\])?""")
_VALUE = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|'
    + r"'''.*?'{3,5}|"
    + r'"(?:[^"\\\n]|\\.)*"|'
    + r"'[^'\n]*'|"
    + r"#[^\n]*|[\[{]|[\]}]|\n|[^\[\]{}\"'#\n]+",
    re.DOTALL,
)


_CURES: Mapping[str, str] = {
    "Invalid value": 'a text needs straight quotes "…" around it',
    "Cannot declare": "it is there twice; of several of one kind each stands in two brackets: [[…]]",
    "Cannot overwrite": "it is there twice",
    "Illegal character": "is a quote not closed?",
    "Expected newline": "is a quote or a comma missing?",
    "Expected '=' after a key": "is a name in two words, or a bracket missing?",
    "Unclosed": "is a quote or a comma missing?",
}
"""What to do, by how the fault begins."""


class TomlFault(Exception):
    """The text is not TOML. ``line`` counts from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Toml:
    """A parsed document and the line of each of its keys."""

    data: Mapping[str, Any]
    lines: Mapping[Path, int]

    def line(self, *path: str) -> int:
        """The line of that key, else of the nearest table that would hold it (1 at the least)."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def parse(text: str) -> Toml:
    """Read a TOML 1.0 document. Raises TomlFault."""
    text = text.replace("\r\n", "\n")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        message, _, place = str(fault).partition(" (at ")
        found = re.match(r"line (\d+)", place)
        cure = next((cure for begins, cure in _CURES.items() if message.startswith(begins)), "")
        message = f"{message} ({cure})" if cure else message
        raise TomlFault(message, int(found[1]) if found else text.count("\n") + 1) from None
    return Toml(data, dict(_keys(text)))


def _keys(text: str) -> Iterator[tuple[Path, int]]:
    """Each key and table header of ``text`` with its line, in order."""
    header: Path = ()
    seen: Counter[Path] = Counter()
    at = 0
    while at < len(text):
        found = re.compile(r"[ \t\n]*").match(text, at)
        at = found.end() if found else at
        if at >= len(text):
            return
        line = text.count("\n", 0, at) + 1
        if text[at] == "#":
            at = _line_end(text, at)
        elif text[at] == "[":
            many = text.startswith("[[", at)
            keys, _ = _dotted(text, at + 1 + many)
            header = _indexed(keys, seen)
            if many:
                header = (*header, str(seen[header]))
                seen[header[:-1]] += 1
            yield header, line
            at = _line_end(text, at)
        else:
            keys, at = _dotted(text, at)
            yield (*header, *keys), line
            at = _value_end(text, at)


def _indexed(keys: Path, seen: Mapping[Path, int]) -> Path:
    """``[modem.sim]`` after two ``[[modem]]`` means the second one's."""
    path: Path = ()
    for place, key in enumerate(keys):
        path = (*path, key)
        if place < len(keys) - 1 and seen.get(path):
            path = (*path, str(seen[path] - 1))
    return path


def _dotted(text: str, at: int) -> tuple[Path, int]:
    """The keys that stand at ``at``, joined by dots, and where they end."""
    keys: list[str] = []
    while found := _KEY.match(text, at):
        word, at = found[1], found.end()
        keys.append(word if word[0] not in "\"'" else tomllib.loads(f"x={word}")["x"])
        if found[2] != ".":
            break
    return tuple(keys), at


def _value_end(text: str, at: int) -> int:
    """Where the value that begins at ``at`` is over: the first line's end outside strings and brackets."""
    depth = 0
    while found := _VALUE.match(text, at):
        piece, at = found[0], found.end()
        if piece in ("[", "{"):
            depth += 1
        elif piece in ("]", "}"):
            depth -= 1
        elif piece == "\n" and depth == 0:
            break
    return at


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end
