"""What stands in a Markdown file: links, headings, blocks, code within lines. Enough of CommonMark for our pages."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("config", "modem", "gateway", "ivr", "dispatch", "eservices")
FENCE = re.compile(r"^ *(```+) *([a-z]*)")
LINK = re.compile(r"(!?)\[(?:[^\]\[]|\[[^\]]*\])*\]\(([^)\s]+)\)")
SPAN = re.compile(r"(?<!`)`([^`]+)`(?!`)")
HEADING = re.compile(r"^#{1,6} +(.+?) *#*$")
ABROAD = re.compile(r"[a-z][a-z0-9+.-]*:")
OURS = re.compile(r"(?:\S*/)?kentongan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block: the line of its fence, its language, its text."""

    line: int
    language: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One file. ``prose``: its lines outside of blocks, with their numbers."""

    path: Path
    blocks: tuple[Block, ...]
    prose: tuple[tuple[int, str], ...]

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix() if self.path.is_relative_to(ROOT) else self.path.name

    def spans(self) -> Iterator[tuple[int, str]]:
        """Code within lines. A span that goes over the end of a line is joined by a blank."""
        text = "\n".join(line for _, line in self.prose)
        numbers = [number for number, _ in self.prose]
        for match in SPAN.finditer(text):
            if "\n\n" not in match[1]:
                yield numbers[text.count("\n", 0, match.start())], re.sub(r"\s+", " ", match[1])

    def links(self) -> Iterator[tuple[int, bool, str]]:
        """Line, whether it is a picture, target. Those that lead to other hosts are left out."""
        for number, line in self.prose:
            for match in LINK.finditer(SPAN.sub("`code`", line)):
                if not ABROAD.match(match[2]):
                    yield number, bool(match[1]), match[2]

    def anchors(self) -> set[str]:
        """Of its headings, as GitHub makes them."""
        found: set[str] = set()
        for _, line in self.prose:
            if heading := HEADING.match(line):
                slug = re.sub(r"[^\w\- ]", "", heading[1].lower()).replace(" ", "-")
                while slug in found:
                    slug += "-1"
                found.add(slug)
        return found

    def commands(self) -> Iterator[tuple[int, list[str]]]:
        """The words behind ``kentongan`` of each command line in a block."""
        for block in self.blocks:
            if block.language in ("", "sh", "bash", "console"):
                for number, line in _whole_lines(block):
                    for words in _parts(line):
                        if words and OURS.fullmatch(words[0]):
                            yield number, words[1:]


def _whole_lines(block: Block) -> Iterator[tuple[int, str]]:
    begun, number = "", 0
    for place, line in enumerate(block.text.splitlines(), block.line + 1):
        number = number or place
        if line.endswith("\\"):
            begun += line[:-1]
            continue
        yield number, begun + line
        begun, number = "", 0


def _parts(line: str) -> Iterator[list[str]]:
    """The commands of a line: without prompt, redirections, settings of the environment and remarks."""
    line = re.sub(r"^\s*[$#] ", "", line)
    try:
        lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>")
        lexer.whitespace_split, lexer.commenters = True, "#"
        words = [*lexer, ";"]
    except ValueError:
        return  # not a command: a drawing, a sentence with an apostrophe
    found: list[str] = []
    skip = False
    for word in words:
        if set(word) <= set("|&;"):
            yield found
            found = []
        elif set(word) <= set("<>"):
            skip = True
        elif skip:
            skip = False
        elif found or not (re.fullmatch(r"[A-Z_]+=.*", word) or word in ("sudo", "exec", "time")):
            found.append(word)


def read(path: Path) -> Page:
    """One file, taken apart."""
    blocks: list[Block] = []
    prose: list[tuple[int, str]] = []
    text: list[str] = []
    inside, language, begun = "", "", 0
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        fence = FENCE.match(line)
        if inside and fence and fence[1].startswith(inside) and not fence[2]:
            blocks.append(Block(line=begun, language=language, text="\n".join(text)))
            inside = ""
        elif inside:
            text.append(line)
        elif fence:
            inside, language, begun, text = fence[1], fence[2], number, []
        else:
            prose.append((number, line))
    assert not inside, f"{path}:{begun}: this block has no end"
    return Page(path=path, blocks=tuple(blocks), prose=tuple(prose))


def pages() -> list[Page]:
    """All that people read here: the front page, docs, each room's pages."""
    found = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
    found += [path for room in (*ROOMS, "tests") for path in sorted((ROOT / room).rglob("README.md"))]
    return [read(path) for path in found]
