"""Reads what a look-up's description says beyond answering: deadline, reminder, subscription, duty."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from config.lookup import Column, Deadline, Duty, Form, Reminder, Subscription
from config.lookup_texts import TextReader, values
from config.table import Table

MOST_DAYS = 250  # working days of a deadline: a year
SOONEST = 60  # days before a day on which somebody is reminded


@dataclass(frozen=True, slots=True)
class Sections:
    """Of one look-up. ``offices``: ids of offices.toml."""

    texts: TextReader
    columns: Mapping[str, Column]
    offices: Collection[str]

    def deadline(self, top: Table) -> Deadline | None:
        if "deadline" not in top.data:
            return None
        table = top.table("deadline")
        until = table.text("until", "")
        warned = [lang for lang in self.texts.languages if lang in table.data]
        if warned and "office" not in table.data:
            table.fault(warned[0], "is told to an official: name the office")
        found = Deadline(
            days=table.whole("days", 1, MOST_DAYS, None if not until else 1),
            column=self._date(table, "column", None if not until else ""),
            until=self._date(table, "until", ""),
            unless=values(table.table("unless"), self.columns, {}),
            office=table.choice("office", self.offices, ""),
            after=table.whole("after", 1, MOST_DAYS, 3),
            warns=self.texts.said(table) if warned or "office" in table.data else MappingProxyType({}),
        )
        table.done()
        return found

    def reminder(self, top: Table) -> Reminder | None:
        if "reminder" not in top.data:
            return None
        table = top.table("reminder")
        days = table.wholes("days", 0, SOONEST)
        if not days:
            table.fault("days", "names no day: [7, 1] is a week before, and the day before")
        found = Reminder(
            column=self._date(table, "column"),
            days=days,
            unless=values(table.table("unless"), self.columns, {}),
            texts=self.texts.said(table),
        )
        table.done()
        return found

    def subscription(self, top: Table) -> Subscription | None:
        if "subscription" not in top.data:
            return None
        table = top.table("subscription")
        same = table.texts("same") if "same" in table.data else ()
        for name in same:
            if name not in self.columns:
                table.fault("same", f"{name!r} is no column")
        found = Subscription(texts=self.texts.said(table), a_day=table.whole("a_day", 1, 5, 1), same=same)
        table.done()
        return found

    def duty(self, top: Table) -> Duty | None:
        if "duty" not in top.data:
            return None
        table = top.table("duty")
        words = table.table("words")
        found = Duty(
            office=table.choice("office", self.offices),
            column=table.choice("column", self.columns),
            texts=self.texts.said(table),
            words=MappingProxyType({value: words.texts(value) for value in words.data}),
            when=values(table.table("when"), self.columns, {}),
            official=table.choice("official", self.columns, ""),
        )
        for language, template in found.texts.items():
            if "code" not in template.names:
                table.fault(language, "does not say {code}, with which staff answer")
        if not found.words:
            table.fault("words", "names no word: [duty.words] with what is answered, by the column's new value")
        words.done()
        table.done()
        return found

    def _date(self, table: Table, key: str, default: str | None = None) -> str:
        name = table.text(key, default)
        if name and (name not in self.columns or self.columns[name].form is not Form.DATE):
            table.fault(key, f'{name!r} is no column of the form date: [columns.{name}] with form = "date"')
        return name
