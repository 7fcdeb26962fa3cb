"""Conversations as readable text, and whether what happened is what is written.

A file is one town on virtual time (``: pack=… begins=…``, local time); each ``##`` is a conversation in it, with
telephones of its own that are new unless it names a person of the pack.

    : siti = resident Paya Roba, Jl. Kentang No. 7      confirmed; ``unconfirmed …``, ``new`` (in no registry),
    : rahmat = +6281200007011                           or a number of the pack; ``first``: new, and never heard of
    siti> LAPOR jalan berlubang di jl labu              writes an SMS to the city
    siti< Laporan {T}: Jalan rusak. …                   is written that; ``{T}`` is what stood there the first time,
                                                        ``…`` anything; a line break is " / "
    siti# *384#                                         dials; ``siti# 3`` types
    siti@ Layanan Kota … / 1 DARURAT …                  sees
    ^ 3 polres                                          bus 3 is at that stop; ``^ 3 polres>estate 0.5``: half way
    * 10m      * until 2026-11-24 19:00                 time passes (s, m, h, d); what falls due within more than ten
                                                        minutes is done at their end
    = tickets show {T}: state=open, category=road       a command with ``--json``; of a list ``#2.name`` is its second
    = letters list --state unread: none                 row, ``rows`` how many there are; ``none``: not a row
    = clinic list | phone={SITI}: rows=1, number=4      of the rows those with these fields
    = residents show {SITI}: confirmed=true             {SITI} is siti's number, {SITI0} the same as 08…; a line that
                                                        begins with % is nobody's
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

HERE = Path(__file__).parent
ANYTHING = "…"
_CAPTURE = re.compile(r"\{([A-Z][A-Z0-9]*)\}")
_LINE = re.compile(r"(?P<who>[a-z0-9_]*)(?P<mark>[><#@*=^])(?: (?P<said>.*))?")


@dataclass(frozen=True, slots=True)
class Line:
    """``number`` counts from 1 in the file."""

    who: str
    mark: str
    said: str
    number: int


@dataclass(frozen=True, slots=True)
class Conversation:
    """``people``: what is said of each telephone."""

    title: str
    people: dict[str, str]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """One file."""

    path: Path
    pack: str
    begins: datetime
    conversations: tuple[Conversation, ...]


def scripts() -> list[Path]:
    """Every file of conversations."""
    return sorted(HERE.glob("*.txt"))


def read(path: Path) -> Script:
    """Raises ValueError for a line that is none of the above."""
    pack, begins, conversations = "", datetime.min, list[Conversation]()  # noqa: DTZ901  # given by every file
    title, people, lines = "", dict[str, str](), list[Line]()
    for number, text in enumerate([*path.read_text(encoding="utf-8").splitlines(), "## "], 1):
        if text.startswith("## "):
            if title:
                conversations.append(Conversation(title, people, tuple(lines)))
            title, people, lines = text[3:].strip(), {}, []
        elif text.startswith(":") and not title:
            settings = dict(one.split("=", 1) for one in text[1:].split())
            pack, begins = settings["pack"], datetime.fromisoformat(settings["begins"])
        elif text.startswith(":"):
            who, _, what = text[1:].partition("=")
            people[who.strip()] = what.strip()
        elif title and text.strip() and not text.startswith("%"):
            found = _LINE.fullmatch(text)
            if found is None:
                raise ValueError(f"{path.name}:{number}: not understood: {text}")
            lines.append(Line(found["who"], found["mark"], (found["said"] or "").strip(), number))
    return Script(path, pack, begins, tuple(conversations))


@dataclass(slots=True)
class Known:
    """What the captures of one conversation stand for."""

    values: dict[str, str] = field(default_factory=dict)

    def filled(self, text: str) -> str:
        """The text with what is known in place of its captures."""
        return _CAPTURE.sub(lambda name: self.values.get(name[1], name[0]), text)

    def fits(self, wanted: str, said: str) -> bool:
        """Whether ``said`` is what is written; then new captures are remembered."""
        pattern, names = "", list[str]()
        for piece in re.split(r"(\{[A-Z][A-Z0-9]*\}|…)", self.filled(wanted)):
            name = _CAPTURE.fullmatch(piece)
            if piece == ANYTHING:
                pattern += ".*"
            elif name is None:
                pattern += re.escape(piece)
            elif name[1] in names:
                pattern += f"(?P={name[1]})"
            else:
                names.append(name[1])
                pattern += rf"(?P<{name[1]}>[\w.:/-]*[\w])"
        found = re.fullmatch(pattern, said, re.DOTALL)
        if found is not None:
            self.values |= {name: found[name] for name in names}
        return found is not None

    def shortened(self, said: str) -> str:
        """What was said, with the captures that are known written back into it (for ``play.py``)."""
        for name, value in sorted(self.values.items(), key=lambda one: -len(one[1])):
            said = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", f"{{{name}}}", said)
        return said
