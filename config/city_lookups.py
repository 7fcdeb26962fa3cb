"""Reads ``services/<id>.toml``, one for each look-up that a pack may hold, with the rows in ``services/<id>.csv``.

What is described is checked before it runs: a text that names no column, a word that means something else already, an
example that its own key refuses, a row that no reader could use: each is a fault with its file and line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from config.city_files import PackFiles
from config.city_places import Area
from config.gsm7 import ONE_SMS, septets
from config.lookup import FIELDS, LINE, WIDTH, Answer, Column, Form, Key, KeyForm, Lookup, Said, Source
from config.lookup_hours import OPEN, VALUES, read_open_hours
from config.lookup_keys import folded, key_of, slip
from config.lookup_rows import RowReader, Shape
from config.lookup_sections import Sections
from config.lookup_texts import TextReader, labels, values
from config.lookup_words import Beside, bare
from config.settings_systems import address_fault
from config.table import Table
from config.template import Template
from config.texts import WIDTHS

FOLDER = "services"
MOST_ROWS = 5000  # of the pack's own table: they are kept in memory; more is imported (``kentongan lookup import``)
MOST_LISTED = 20
EXTRA = 23  # septets of one more line under an answer: "\n1 " and its label
KEPT = 28  # septets of "(Keadaan 21/11/2026 14.02)" behind an answer
ASKS = 75  # septets of a question: its example and a word of help stand beside it
LONGEST_WORD, MOST_WORDS = 24, 3  # characters and words of what begins a look-up
NEEDS_EXAMPLE = frozenset({KeyForm.DIGITS, KeyForm.CODE, KeyForm.WORDS})
LISTS = frozenset({KeyForm.NONE, KeyForm.WORDS, KeyForm.AREA, KeyForm.PLACE})  # which may mean several rows
_ID = re.compile(r"[a-z][a-z0-9_]{0,23}")
_REPEATED = re.compile(r"[*+}?]\)[*+{]")  # of a repeated part something is repeated: such a pattern may take years


def read_lookups(files: PackFiles, beside: Beside) -> Mapping[str, Lookup]:
    """Every look-up by its id; none where the pack has no such folder."""
    folder = files.folder / FOLDER
    taken = dict(beside.taken)
    found: dict[str, Lookup] = {}
    for path in sorted(folder.glob("*.toml")) if folder.is_dir() else ():
        name = f"{FOLDER}/{path.name}"
        if not _ID.fullmatch(path.stem) or path.stem in beside.names:
            files.fault(
                name, 0, f"{path.stem!r} is no id for a look-up, or another service's: small letters and digits"
            )
            continue
        lookup = _Reader(files, files.toml(name), path, beside, taken).read()
        taken |= {bare(word): lookup.id for word in lookup.words}
        found[lookup.id] = lookup
    return MappingProxyType(found)


class _Reader:
    """Reads one description."""

    def __init__(self, files: PackFiles, top: Table, path: Path, beside: Beside, taken: Mapping[str, str]) -> None:
        self._files, self._top, self._path, self._beside, self._taken = files, top, path, beside, taken
        self._languages = beside.languages
        self._columns = self._read_columns()
        self._texts = TextReader(self._languages, self._columns)

    def read(self) -> Lookup:
        top = self._top
        sections = Sections(self._texts, self._columns, self._beside.offices)
        deadline, reminder = sections.deadline(top), sections.reminder(top)
        subscription, duty = sections.subscription(top), sections.duty(top)
        source = self._source()
        lines = (reminder is not None) + (subscription is not None)
        room = ONE_SMS - EXTRA * lines - (KEPT if source.url is not None else 0)
        hours = read_open_hours(top, self._columns)
        late: dict[str, tuple[str, ...]] = {"late": ("yes", "no")} if deadline is not None else {}
        late |= VALUES if hours is not None else {}
        key = self._key()
        lookup = Lookup(
            id=self._path.stem,
            labels=labels(top.table("labels"), self._languages, WIDTHS["label"]),
            words=self._words(),
            key=key,
            columns=self._columns,
            source=source,
            answers=self._answers(room, late),
            none=self._text("none", room=room, only=("key", "as_of")),
            away=self._text("away", only=("key",)) if "away" in top.data else MappingProxyType({}),
            line=self._text("line", room=LINE) if "line" in top.data else MappingProxyType({}),
            menu=top.flag("menu", True),
            most=top.whole("most", 1, MOST_LISTED, 5),
            deadline=deadline,
            reminder=reminder,
            subscription=subscription,
            duty=duty,
            hours=hours,
            sample=top.flag("sample", False),
        )
        if key.form in LISTS and not lookup.line:
            top.fault(
                "", f"has no [line], with which several rows are listed (a key of the form {key.form} finds such)"
            )
        self._judge_source(lookup)
        top.done()
        return replace(lookup, rows=self._rows(lookup))

    def _judge_source(self, lookup: Lookup) -> None:
        """What follows from rows by itself needs all of them."""
        stands: dict[str, object] = {"subscription": lookup.subscription, "duty": lookup.duty}
        stands["deadline"] = lookup.deadline if lookup.deadline is not None and lookup.deadline.office else None
        for name, one in stands.items() if lookup.source.url is not None else ():
            if one is not None:
                self._top.fault(name, "needs a table: of the city's system nobody knows all rows, nor which are new")

    # -- words, columns, key

    def _words(self) -> tuple[str, ...]:
        words = self._top.texts("words")
        if self._top.data.get("words") == []:
            self._top.fault("words", "names no word: by one of them it begins")
        for word in words:
            if problem := self._word_problem(word):
                self._top.fault("words", f"{word!r} {problem}")
        return tuple(dict.fromkeys(words))

    def _word_problem(self, word: str) -> str:
        said = bare(word)
        if not said or said.isdigit() or len(word) > LONGEST_WORD or len(word.split()) > MOST_WORDS:
            return f"is no word to begin with: letters, at most {MOST_WORDS} words and {LONGEST_WORD} characters"
        if said in self._taken:
            return f"begins something else already: {self._taken[said]}"
        if near := next((one for one in self._beside.alarms if slip(one, said)), ""):
            return f"is one slip of the thumb away from the emergency word {near!r}"
        return ""

    def _read_columns(self) -> Mapping[str, Column]:
        table = self._top.table("columns")
        found = {}
        for name in table.data:
            if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or name in FIELDS or name in ("late", OPEN):
                table.fault(
                    name,
                    f"is no name for a column: small letters, figures and _, and none of {', '.join(sorted(FIELDS))}",
                )
            found[name] = self._column(table.table(name), name)
        if not found:
            self._top.fault("", "names no [columns]")
        table.done()
        return MappingProxyType(found)

    def _column(self, table: Table, name: str) -> Column:
        form = _form(table)
        width = table.whole("width", 1, ONE_SMS, max(WIDTH[form], 1))
        says = table.table("says")
        said = {value.strip().casefold(): labels(says.table(value), self._languages, width) for value in says.data}
        says.done()
        table.done()
        return Column(name=name, form=form, width=0 if form is Form.POINT else width, says=MappingProxyType(said))

    def _key(self) -> Key:
        table = self._top.table("key")
        named = table.choice("form", tuple(KeyForm))
        known = named in tuple(KeyForm)
        form = KeyForm(named) if known else KeyForm.CODE  # the rest is judged all the same
        if form is KeyForm.NONE:
            table.done()
            return Key(form=form)
        pattern = table.text("pattern", "")
        asks = table.table("asks")
        key = Key(
            form=form,
            column=table.choice("column", self._columns),
            least=table.whole("least", 1, 60, 1),
            most=table.whole("most", 1, 60, 24),
            pattern=pattern if self._is_pattern(table, pattern) else "",
            asks=self._texts.said(asks, room=ASKS, only=()),
            example=table.text("example", None if form in NEEDS_EXAMPLE else ""),
        )
        asks.done()
        table.done()
        if known:
            self._judge(table, key)
        return key

    def _judge(self, table: Table, key: Key) -> None:
        if key.column in self._columns and self._columns[key.column].form is Form.NAME:
            table.fault("column", f"{key.column!r} is a person's name: who types a few would be told who is there")
        if key.least > key.most:
            table.fault("least", f"{key.least} is more than the most, {key.most}")
        width = septets(key.example)
        if width is None or width > WIDTHS["example"]:
            table.fault("example", f"must be at most {WIDTHS['example']} characters of the GSM alphabet")
        elif key.example and key_of(key, key.example) is None:
            many = len(folded(key.example).replace(" ", ""))
            shape = f" and the pattern {key.pattern}" if key.pattern else ""
            table.fault(
                "example",
                f"{key.example!r} is refused by this very key: it has {many} letters and figures, "
                f"least is {key.least} and most {key.most}{shape}",
            )

    def _is_pattern(self, table: Table, pattern: str) -> bool:
        try:
            re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as fault:
            table.fault("pattern", f"{pattern!r} is no pattern: {fault}")
            return False
        if _REPEATED.search(pattern):
            table.fault("pattern", f"{pattern!r} repeats what holds something repeated: it may take for ever")
            return False
        return True

    # -- source

    def _source(self) -> Source:
        table = self._top.table("source")
        fields = table.table("fields")
        source = Source(
            table=table.text(
                "table", "", pattern=r"[a-z0-9][a-z0-9_-]*\.csv", form="a file name like water.csv, in small letters"
            ),
            url=self._url(table),
            secret=table.text("secret", "", pattern=r"[a-z][a-z0-9_-]*", form="the name of a secret"),
            rows=table.text("rows", "", pattern=r"(/[^/]*)+", form="a JSON Pointer like /data/items"),
            fields=MappingProxyType(
                {name: fields.text(name, pattern=r"(/[^/]*)+", form="a JSON Pointer") for name in fields.data}
            ),
            wait_s=table.number("wait_s", 0.1, 1.5, 1.5),
            fresh_s=table.number("fresh_s", 0, 86400, 60.0),
        )
        for name in fields.data:
            if name not in self._columns:
                fields.fault(name, "no column is called that")
        if ("table" in table.data) == ("url" in table.data):
            table.fault("", "[source] names either a table (a CSV in this folder) or the url of the city's system")
        fields.done()
        table.done()
        return source

    def _url(self, table: Table) -> Template | None:
        written = table.text("url", "")
        if why := address_fault(written) if written else "":
            table.fault("url", why)
            return None
        return Template.of(written) if written else None

    def _rows(self, lookup: Lookup) -> tuple[Mapping[str, str], ...]:
        name = f"{FOLDER}/{lookup.source.table}"
        text = self._files.text(name) if lookup.source.table else None
        if text is None or lookup.key.column not in ("", *self._columns):
            return ()
        reader = RowReader(shape_of(lookup, self._beside.areas), text.encode())
        rows = tuple(MappingProxyType(dict(found[1])) for found in reader if found is not None)
        for one in reader.faults:
            self._files.fault(name, one.line, str(one))
        if len(rows) > MOST_ROWS:
            self._files.fault(name, 0, f"holds {len(rows)} rows; more than {MOST_ROWS} are imported instead")
        return rows

    # -- texts

    def _text(self, section: str, *, room: int = ONE_SMS, only: tuple[str, ...] | None = None) -> Said:
        table = self._top.table(section)
        said = self._texts.said(table, room=room, only=only)
        table.done()
        return said

    def _answers(self, room: int, late: Mapping[str, tuple[str, ...]]) -> tuple[Answer, ...]:
        tables = self._top.tables("answer")
        answers = []
        for place, table in enumerate(tables, 1):
            when = values(table.table("when"), self._columns, late)
            answers.append(Answer(texts=self._texts.said(table, room=room), when=when))
            table.done()
            if when and place == len(tables):
                table.fault("when", "the last [[answer]] must have none: it is said of every row that no other fits")
        if not answers:
            self._top.fault("", "holds no [[answer]]")
        return tuple(answers)


def shape_of(lookup: Lookup, areas: Mapping[str, Area]) -> Shape:
    """What its rows must be."""
    return Shape(key=lookup.key, columns=lookup.columns, areas=areas, several=bool(lookup.line))


def _form(table: Table) -> Form:
    named = table.choice("form", tuple(Form), Form.TEXT.value)
    return Form(named) if named in tuple(Form) else Form.TEXT
