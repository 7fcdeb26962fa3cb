"""One AT command line to commands (ITU-T V.250, 5.2 and 5.3)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Form(StrEnum):
    """How a command was asked."""

    RUN = "run"
    SET = "set"
    READ = "read"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Command:
    """One command. ``name`` in capitals with its sign: ``+CSQ``, ``D``, ``&F``. ``rest`` is what follows ``=``,
    or a basic command's number, or the dialled string."""

    name: str
    form: Form
    rest: str = ""

    def parameters(self) -> list[str]:
        """The values between commas, quotes taken off; commas within quotes stay."""
        return [value[1:-1] if value[:1] == '"' and value[-1:] == '"' else value for value in _split(self.rest)]

    def numbers(self) -> list[int | None]:
        """The same as numbers; None where one is left out. Raises ValueError."""
        return [int(value) if value.strip() else None for value in self.parameters()]

    def __str__(self) -> str:
        sign = {Form.RUN: "", Form.SET: "=", Form.READ: "?", Form.TEST: "=?"}[self.form]
        return f"{self.name}{sign}{self.rest}"


_EXTENDED = re.compile(r"([+^*$%][A-Za-z][A-Za-z0-9_]*)(=\?|\?|=)?")
_BASIC = re.compile(r"(S\d+)(=\?|\?|=)?(\d*)|([&\\]?[A-Za-z])(\d*)")


def parse(line: str) -> list[Command]:
    """The commands of a line after its ``AT``. Raises ValueError where it cannot be read."""
    commands: list[Command] = []
    rest = line.strip()
    while rest:
        if rest[0] == ";":
            rest = rest[1:].lstrip()
            continue
        if rest[0].upper() == "D":
            dialled, _, rest = rest[1:].partition(";")
            commands.append(Command("D", Form.RUN, dialled + ";" if _ else dialled))
            continue
        command, rest = _extended(rest) if rest[0] in "+^*$%" else _basic(rest)
        commands.append(command)
        rest = rest.lstrip()
    return commands


def _extended(rest: str) -> tuple[Command, str]:
    match = _EXTENDED.match(rest)
    if match is None:
        raise ValueError(f"not a command: {rest!r}")
    name, sign = match.group(1).upper(), match.group(2)
    after = rest[match.end() :]
    if sign == "=":
        value = _until_semicolon(after)
        return Command(name, Form.SET, value), after[len(value) :]
    if after and after[0] != ";":
        raise ValueError(f"{after!r} after {name}")
    return Command(name, {None: Form.RUN, "?": Form.READ, "=?": Form.TEST}[sign]), after


def _basic(rest: str) -> tuple[Command, str]:
    match = _BASIC.match(rest.upper())
    if match is None:
        raise ValueError(f"not a command: {rest!r}")
    after = rest[match.end() :]
    if match.group(1):
        form = {None: Form.RUN, "?": Form.READ, "=?": Form.TEST, "=": Form.SET}[match.group(2)]
        return Command(match.group(1), form, match.group(3)), after
    return Command(match.group(4), Form.RUN, match.group(5)), after


def _until_semicolon(text: str) -> str:
    quoted = False
    for at, char in enumerate(text):
        if char == '"':
            quoted = not quoted
        elif char == ";" and not quoted:
            return text[:at]
    return text


def _split(text: str) -> list[str]:
    values, quoted, value = [], False, ""
    for char in text:
        if char == "," and not quoted:
            values.append(value.strip())
            value = ""
            continue
        quoted ^= char == '"'
        value += char
    return [*values, value.strip()]
