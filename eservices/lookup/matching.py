"""What was typed as a key, and which rows it means. Pure; holds no word of any language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from config.lookup import Key, KeyForm, Row
from config.lookup_keys import LEAST_SLIP, folded, key_of, slip

LEAST_NAMED = 4  # letters of a word that alone says what is meant


def with_key(key: Key, rows: Iterable[Row], said: str) -> tuple[Row, ...]:
    """The rows that a key of figures, a code or words means; all of them where nothing is typed for it."""
    if key.form is KeyForm.NONE:
        return tuple(rows)
    rows = tuple(rows)
    wanted = {said}
    if key.form is KeyForm.WORDS:
        wanted = set(meant({folded(row.get(key.column, "")) for row in rows}, said, grown=True))
    return tuple(row for row in rows if kept_key(key, row) in wanted)


def kept_key(key: Key, row: Row) -> str:
    """The key of a row, as it is compared."""
    written = row.get(key.column, "")
    return folded(written) if key.form is KeyForm.WORDS else key_of(key, written, strict=False) or ""


def meant(keys: Iterable[str], said: str, *, grown: bool = False) -> Sequence[str]:
    """Which of these keys of words were meant: the very one; else all that hold each word that was typed; else, with a
    slip of the thumb in one word each, all that are as near as that. ``grown``: at last those that one of the words
    names, whatever stands beside it (``_partly``)."""
    known = sorted(set(keys))
    if not said or said in known:
        return [said] if said else []
    squashed = said.replace(" ", "")
    if same := [one for one in known if one.replace(" ", "") == squashed]:
        return same
    typed = said.split()
    if held := [one for one in known if all(word in one.split() for word in typed)]:
        return held
    near = [one for one in known if _near(one, typed, squashed)]
    return near if near or not grown else _partly(known, typed)


def _partly(known: Sequence[str], typed: Sequence[str]) -> Sequence[str]:
    """Those that hold a word that was typed, or of which it has grown ("menjahit" of "jahit"): all such words where
    there is one that does, else any ("satpam malam", "jahit atau bengkel")."""
    found = [held for word in typed if (held := {one for one in known if _named(one, word)})]
    return sorted(set.intersection(*found) or set.union(*found)) if found else []


def _named(one: str, typed: str) -> bool:
    words = [word for word in one.split() if len(word) >= LEAST_NAMED]
    return typed in words or any(len(word) >= LEAST_SLIP and word in typed for word in words)


def _near(one: str, typed: Sequence[str], squashed: str) -> bool:
    words = one.split()
    whole = one.replace(" ", "")
    return slip(whole, squashed) or all(any(word == other or slip(other, word) for other in words) for word in typed)
