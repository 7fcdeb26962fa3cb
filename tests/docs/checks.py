"""What may be wrong with a page: links, commands, settings, files, tests that are not there; each by its line."""

from __future__ import annotations

import re
import shutil
import tomllib
from argparse import ArgumentParser
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from config.cli import build_parser
from config.command import Command, CommandError
from config.settings import Settings, SettingsFault, load
from kentongan import COMMANDS
from tests.docs.reading import ROOMS, ROOT, Page, read

PICTURE = b"\x89PNG\r\n\x1a\n"
SETTINGS = set(Settings.__dataclass_fields__) - {"source", "sources"} | {"source"}
LISTS = {
    "modem",
    "provider",
    "source",
}  # in the settings; a pack's and a description's tables of these names are others
OPEN = re.compile(r"[…<>{}*]|\.\.\.")  # stands for something else
PLACEHOLDER = re.compile(r"[A-Z][A-Z|_.-]*")


def faults_of_links(page: Page) -> Iterator[str]:
    for line, picture, target in page.links():
        where, _, anchor = target.partition("#")
        there = (page.path.parent / where).resolve() if where else page.path
        if not there.exists():
            yield f"{page.name}:{line}: {target} is not there"
        elif picture and there.read_bytes()[:8] != PICTURE:
            yield f"{page.name}:{line}: {target} is no picture"
        elif anchor and (there.suffix != ".md" or anchor not in read(there).anchors()):
            yield f"{page.name}:{line}: {target} has no such heading"


def faults_of_tables(page: Page) -> Iterator[str]:
    """Each row has its head's cells: a bar within code ends a cell too, unless it is written \\|."""
    cells, before = 0, -1
    for line, text in page.prose:
        row = text.strip()
        if not row.startswith("|"):
            continue
        count = len(re.findall(r"(?<!\\)\|", row))
        if line == before + 1 and count != cells:
            yield f"{page.name}:{line}: {count - 1} cells, the head has {cells - 1}"
        elif line != before + 1:
            cells = count
        before = line


@cache
def commands() -> dict[tuple[str, ...], Command]:
    return {command.name: command for command in COMMANDS}


def fault_of_command(words: list[str]) -> str:
    """Read as the program reads it. A word in capitals stands for a text or a number."""
    words = [word for word in words if word != "…"]
    said = ""
    for numbered in (False, True):
        tried = ["1" if numbered and PLACEHOLDER.fullmatch(word) else word for word in words]
        try:
            build_parser(COMMANDS).parse_args(tried)
        except CommandError as error:
            said = str(error)
        except SystemExit:
            return ""  # --help
        else:
            return ""
    return said


def faults_of_commands(page: Page) -> Iterator[str]:
    for line, words in page.commands():
        if words and (said := fault_of_command(words)):
            yield f"{page.name}:{line}: kentongan {' '.join(words)}: {said}"


def fault_of_mention(span: str) -> str:
    """A command within a sentence may lack its arguments; its words and options must be there."""
    words = re.sub(r"[\[\]]", " ", span.replace("\\|", "|")).split()[1:]
    while words[:1] == ["--settings"]:
        words = words[2:]
    first = words[0].split("|")[0] if words else ""
    if not first or OPEN.search(first) or first.startswith("--") or first in ("--help", "…"):
        return ""
    verbs = words[1].split("|") if len(words) > 1 else []
    if (first,) in commands():
        found = [commands()[(first,)]]
    elif not any(name[0] == first for name in commands()):
        return f"there is no command {first}"
    elif not verbs or OPEN.search(verbs[0]) or verbs[0].startswith("--"):
        return ""
    else:
        if missing := [verb for verb in verbs if verb and (first, verb) not in commands()]:
            return f"there is no command {first} {missing[0]}"
        found = [commands()[(first, verb)] for verb in verbs if verb]
    options = [word.split("=")[0] for word in words if re.fullmatch(r"--[a-z][a-z-]*(=.*)?", word)]
    return next((f"{first} has no {option}" for option in options if not _knows(found, option)), "")


def _knows(found: list[Command], option: str) -> bool:
    known = {"--json", "--help"}
    for command in found:
        parser = ArgumentParser()
        command.arguments(parser)
        known |= {one for action in parser._actions for one in action.option_strings}
    return option in known


def faults_of_mentions(page: Page) -> Iterator[str]:
    for line, span in page.spans():
        if re.match(r"(\.venv/bin/)?kentongan ", span) and (said := fault_of_mention(span)):
            yield f"{page.name}:{line}: `{span}`: {said}"


@cache
def targets() -> tuple[set[str], str]:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z][a-z-]*):", text, re.MULTILINE)), text + (ROOT / ".ci/venv").read_text()


def faults_of_makes(page: Page) -> Iterator[str]:
    names, text = targets()
    lines = [*page.spans(), *((block.line, block.text) for block in page.blocks if block.language in ("", "sh"))]
    for line, code in lines:
        for asked in re.finditer(r"(?:^|\n|`|&& ?)make ([a-z][a-z-]*)((?: +[A-Z]+=\S*)*)", code):
            if asked[1] not in names:
                yield f"{page.name}:{line}: make {asked[1]}: the Makefile has no such target"
            for variable in re.findall(r"([A-Z]+)=", asked[2]):
                if not re.search(rf"\b{variable}\b", text):
                    yield f"{page.name}:{line}: make … {variable}=: nothing reads it"


def faults_of_settings(page: Page, folder: Path) -> Iterator[str]:
    """A block of settings is loaded as the program loads it; where a value stands for another (…) it is let be."""
    shutil.copy(ROOT / "config/providers/template.toml", folder / "my-provider.toml")
    for block in page.blocks:
        if block.language != "toml":
            continue
        try:
            top = tomllib.loads(block.text)
        except tomllib.TOMLDecodeError as error:
            yield f"{page.name}:{block.line}: {error}"
            continue
        if not set(top) <= SETTINGS or any(key in LISTS and not isinstance(top[key], list) for key in top):
            continue  # of a pack, a look-up or a provider
        file = folder / "kentongan.toml"
        file.write_text(block.text, encoding="utf-8")
        try:
            load(file, {})
        except SettingsFault as fault:
            yield from _meant(page, block.line, block.text.splitlines(), fault)


def _meant(page: Page, begun: int, lines: list[str], fault: SettingsFault) -> Iterator[str]:
    for said in fault.faults:
        at = re.match(r".*?kentongan\.toml:(\d+): ", said)
        place = int(at[1]) if at else 0
        if not (0 < place <= len(lines) and "…" in lines[place - 1]):
            yield f"{page.name}:{begun + place}: {said}"


TOP = {*ROOMS, "tests", "docs", ".ci"}


@cache
def modules() -> frozenset[str]:
    found = [path for part in (*ROOMS, "tests") for path in (ROOT / part).rglob("*.py")]
    return frozenset(path.relative_to(ROOT).as_posix() for path in (ROOT / "kentongan.py", *found))


def faults_of_modules(page: Page) -> Iterator[str]:
    """A page names a module by the end of its path: from where it stands, or from the top."""
    for line, span in page.spans():
        for name in re.findall(r"(?<![\w/.*…])[\w/]+\.py(?!\w)", span):
            if not any(f"/{path}".endswith("/" + name) for path in modules()):
                yield f"{page.name}:{line}: there is no {name}"


def faults_of_paths(page: Page) -> Iterator[str]:
    for line, span in page.spans():
        path = span.split("::")[0].rstrip("/.,")
        if " " in path or "/" not in path or OPEN.search(path.replace("*", "")) or path.split("/")[0] not in TOP:
            continue
        if re.search(r"/[A-Z]{2,}(\.|/|$)", path) and not (ROOT / path).exists():
            continue  # docs/NAME.md stands for another
        there = list(ROOT.glob(path)) or list(page.path.parent.glob(path))
        if not there:
            yield f"{page.name}:{line}: `{span}` is not there"


@cache
def here_named() -> frozenset[str]:
    files = [path for path in (ROOT / "tests").rglob("*.py") if path.parent.name != "docs"]
    names = {name for path in files for name in re.findall(r"def (test_\w+)", path.read_text(encoding="utf-8"))}
    return frozenset(names | {path.name for path in files} | {path.stem for path in files})


@cache
def pack_keys() -> frozenset[str]:
    """Keys of a pack that look like a test's name (test_days)."""
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "config").glob("city*.py"))
    return frozenset(re.findall(r"\"(test_\w+)\"", text))


def faults_of_tests(page: Page) -> Iterator[str]:
    """A test that is named, whole or by its beginning (…, *), is there."""
    for line, span in page.spans():
        for name in re.findall(r"(?<![\w/])test_[\w]+(?:\.py)?[…*]?(?:\.py)?", span):
            beginning = re.split(r"[…*]", name)[0]
            whole = beginning == name
            known = any(here == name if whole else here.startswith(beginning) for here in here_named())
            if not known and name not in pack_keys():
                yield f"{page.name}:{line}: there is no {name}"
