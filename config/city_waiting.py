"""Lays out what waits for a translation, in a language that does not ship: each line is there in Indonesian, behind a
``#``. Whoever translates one takes the ``#`` away; until then it is said in Indonesian, and ``city check`` says so."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from config.city_voice import shipped, shipped_screens
from config.texts import TEXTS
from config.wording import BASE, shipped_words, ships, usual_texts

Said = Mapping[str, str] | Mapping[str, tuple[str, ...]]

HEAD = """# It waits for a translation into {lang!r}. A line that begins with # is said in Indonesian, as it stands. To
# translate one, take the # away and put what stands in quotes into {lang!r}. What stands in {{ }} stays as it is.
"""
TYPED = """# Words that people type in {lang!r} are awaited: take the # away from a line, and put them beside those of
# Indonesian, which stay. Put those for an emergency into the [[code]]s above first.
"""


def lay_waiting(folder: Path, lang: str) -> None:
    """Everything that the pack does not say in ``lang`` yet; nothing in a language that ships. What is there stays."""
    if ships(lang):
        return
    _lay(folder / "texts" / f"{lang}.toml", lang, {"": {key: usual_texts(lang)[key] for key in TEXTS}})
    _lay(folder / "codes.toml", lang, {"words": shipped_words((BASE,))}, TYPED)
    _lay(folder / "prompts" / f"{lang}.toml", lang, {"prompts": shipped(BASE), "screens": shipped_screens(BASE)[0]})


def _lay(path: Path, lang: str, tables: Mapping[str, Said], above: str = "") -> None:
    """``above``: what stands above lines in a file that is there already."""
    old = path.read_text(encoding="utf-8") if path.exists() else HEAD.format(lang=lang)
    new = old
    for table, said in tables.items():
        lines = [_line(key, text) for key, text in said.items() if not _there(old, key)]
        new = _with(new, table, [above.format(lang=lang).rstrip()] * bool(above and lines) + lines)
    if new != old or not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text(new, encoding="utf-8")


def _there(text: str, key: str) -> bool:
    return re.search(rf"(?m)^\s*(#\s*)?{re.escape(key)}\s*=", text) is not None


def _line(key: str, said: str | tuple[str, ...]) -> str:
    return f"# {key} = {json.dumps(said, ensure_ascii=False)}"


def _with(text: str, table: str, lines: list[str]) -> str:
    """``text`` with the lines behind the head of that table, or at its end where there is no such head."""
    if not lines:
        return text
    body = "\n".join(lines) + "\n"
    head = re.search(rf"(?m)^\[{table}\]\n", text) if table else None
    if head is None:
        return f"{text.rstrip()}\n\n" + (f"[{table}]\n" if table else "") + body
    return text[: head.end()] + body + text[head.end() :]
