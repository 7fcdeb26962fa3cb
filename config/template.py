"""Texts with named holes, ``CON {text}``: what a provider's description says goes where.

A hole is filled with what its place needs: percent-encoded in an address, as it is in a field that is encoded later.
``{{`` and ``}}`` stand for the braces themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_PIECE = re.compile(r"\{\{|\}\}|\{([a-z][a-z0-9_]*)\}|[{}]")


class TemplateFault(Exception):
    """A brace that opens no hole; the message says so to a person."""


@dataclass(frozen=True, slots=True)
class Template:
    """Literal texts and holes in turn: ``texts`` is one longer than ``names``."""

    texts: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, written: str) -> Template:
        """Raises TemplateFault."""
        texts, names, at = [""], [], 0
        for found in _PIECE.finditer(written):
            texts[-1] += written[at : found.start()]
            at = found.end()
            if found[1]:
                names.append(found[1])
                texts.append("")
            elif found[0] in ("{{", "}}"):
                texts[-1] += found[0][0]
            else:
                raise TemplateFault(f"has a lone {found[0]}: a hole is {{name}}, a brace itself is {{{{ or }}}}")
        texts[-1] += written[at:]
        return cls(tuple(texts), tuple(names))

    def fill(self, values: Mapping[str, str], escape: Callable[[str], str] = lambda value: value) -> str:
        """Every hole's value, escaped; the literal texts stay as they were written."""
        filled = (escape(values[name]) + text for name, text in zip(self.names, self.texts[1:], strict=True))
        return self.texts[0] + "".join(filled)


Tree = Template | int | float | bool | None | Mapping[str, "Tree"] | tuple["Tree", ...]
"""A JSON value whose texts have holes."""


def tree_of(written: Any) -> Tree:
    """What TOML gave, with a Template for each text. Raises TemplateFault, also for what JSON cannot say (a date)."""
    if isinstance(written, str):
        return Template.of(written)
    if isinstance(written, Mapping):
        return {str(key): tree_of(value) for key, value in written.items()}
    if isinstance(written, list):
        return tuple(tree_of(value) for value in written)
    if isinstance(written, int | float | bool):
        return written
    raise TemplateFault(f"{written!r} is not what JSON can say: put it in quotes")


def fill_tree(tree: Tree, values: Mapping[str, str]) -> Any:
    """The JSON value, every hole filled as it is: ``json.dumps`` escapes it."""
    if isinstance(tree, Template):
        return tree.fill(values)
    if isinstance(tree, Mapping):
        return {key: fill_tree(value, values) for key, value in tree.items()}
    if isinstance(tree, tuple):
        return [fill_tree(value, values) for value in tree]
    return tree


def holes(tree: Tree) -> Iterator[str]:
    """The names of all holes."""
    if isinstance(tree, Template):
        yield from tree.names
    elif isinstance(tree, Mapping):
        for value in tree.values():
            yield from holes(value)
    elif isinstance(tree, tuple):
        for value in tree:
            yield from holes(value)


def laid_over(below: Tree, above: Tree) -> Tree:
    """``above`` wins; tables are laid over each other, all else replaces."""
    if isinstance(below, Mapping) and isinstance(above, Mapping):
        joined = dict(below)
        for key, value in above.items():
            joined[key] = laid_over(below[key], value) if key in below else value
        return joined
    return above
