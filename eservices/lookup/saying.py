"""What was found, in words: values as people read or hear them, one row, a list, and what stands behind it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from config.gsm7 import ONE_SMS, clip, septets
from config.lookup import FIELDS, Form, Lookup, Row, Said
from config.lookup_hours import OPEN
from eservices.lookup import masking
from eservices.lookup.due import all_fit, due_of
from eservices.lookup.rows import Found, Outcome
from gateway.dialogue import Who
from gateway.number import local

if TYPE_CHECKING:
    from config.city import City

UNKNOWN = "-"  # what a text says of a value that is not there
NO_FIELDS: Mapping[str, str] = MappingProxyType({})
_SHOUTED = re.compile(r"\b[A-Z]{5,}\b")  # "BELUM LUNAS" for the eye; the ear hears in capitals what is to be typed
LATE, YES, NO = "late", "yes", "no"  # of a look-up with a deadline, ``when = { late = ["yes"] }``


class Saying:
    """Built once for a city."""

    def __init__(self, city: City) -> None:
        self._city = city

    # -- whole answers

    def row(self, lookup: Lookup, key: str, found: Found, row: Row, who: Who) -> str:
        """What is said of one row: the first answer that fits it. One SMS."""
        known = {**row, **self._deadline(lookup, row, who.at), **self._open(lookup, row, who.at)}
        texts = next((one.texts for one in lookup.answers if all_fit(one.when, known)), lookup.none)
        fields = {"as_of": self._instant(found.as_of), "count": str(len(found.rows))}
        key = key if who.voice else row.get(lookup.key.column, "") or key
        text = self._filled(lookup, texts, key, known, who, fields)
        dated = "as_of" in self._city.said(who.language, texts).names
        return text if dated or not found.kept else self._kept(text, found, who)

    def nothing(self, lookup: Lookup, key: str, found: Found, who: Who) -> str:
        """That nothing has that key, or nothing is in one's own area where none was typed."""
        text = self._filled(lookup, lookup.none, key or self._home(who), {}, who, {"as_of": self._instant(found.as_of)})
        return self._kept(text, found, who) if found.kept else text

    def _home(self, who: Who) -> str:
        area = self._city.areas.get((who.resident.kelurahan or "") if who.resident is not None else "")
        return area.name if area is not None else ""

    def away(self, lookup: Lookup, key: str, who: Who) -> str:
        """That it cannot be asked now."""
        if lookup.away:
            return self._filled(lookup, lookup.away, key, {}, who, {})
        return self._city.text(who.language, "lookup_away", offered=self.label(lookup, who.language))

    def question(self, lookup: Lookup, who: Who) -> str:
        """What asks for the key."""
        return self._filled(lookup, lookup.key.asks, "", {}, who, {})

    def about(
        self, lookup: Lookup, texts: Said, key: str, row: Row, who: Who, fields: Mapping[str, str] = NO_FIELDS
    ) -> str:
        """Any other text of the description about a row: a reminder, a warning. One SMS."""
        known = {**row, **self._deadline(lookup, row, who.at)}
        return self._filled(lookup, texts, key, known, who, fields)

    def line(self, lookup: Lookup, key: str, row: Row, who: Who) -> str:
        """A row in a list of several."""
        known = {**row, **self._deadline(lookup, row, who.at)}
        return self._filled(lookup, lookup.line, key, known, who, {})

    def letter(self, lookup: Lookup, key: str, outcome: Outcome, who: Who) -> str:
        """All of it in one SMS, for where nothing can be chosen: a list ends with how many more there are."""
        if not isinstance(outcome, Found):
            return self.away(lookup, key, who)
        if not outcome.rows:
            return self.nothing(lookup, key, outcome, who)
        if len(outcome.rows) == 1 or not lookup.line:
            return self.row(lookup, key, outcome, outcome.rows[0], who)
        return self._listed(lookup, key, outcome, who)

    def label(self, lookup: Lookup, language: str) -> str:
        """Its name in a menu."""
        return self._city.said(language, lookup.labels)

    def _listed(self, lookup: Lookup, key: str, found: Found, who: Who) -> str:
        lines = [self.line(lookup, key, row, who) for row in found.rows]
        ends = [""] if not found.kept else [self._kept("", found, who).strip()]
        for many in range(min(len(lines), lookup.most), 0, -1):
            more = len(lines) - many
            rest = [self._city.text(who.language, "lookup_rest", more=more)] if more else []
            text = "\n".join(one for one in (*lines[:many], *rest, *ends) if one)
            if (septets(text) or 0) <= ONE_SMS:
                return text
        return clip(lines[0], ONE_SMS)

    def _kept(self, text: str, found: Found, who: Who) -> str:
        """With the time at which it was so. What of the text does not fit beside it is cut."""
        suffix = self._city.text(who.language, "lookup_kept", as_of=self._instant(found.as_of))
        return f"{clip(text, ONE_SMS - 1 - (septets(suffix) or 0))} {suffix}"

    # -- a text

    def _filled(self, lookup: Lookup, texts: Said, key: str, row: Row, who: Who, fields: Mapping[str, str]) -> str:
        template = self._city.said(who.language, texts)
        values = {name: self.value(lookup, name, row.get(name, ""), who) for name in lookup.columns}
        for name, width in FIELDS.items():
            if name not in lookup.columns:
                said = {"key": dictated(key) if who.voice else key, **fields}.get(name) or row.get(name, "") or UNKNOWN
                values[name] = clip(said, width if not who.voice else 2 * width)
        said = template.fill({name: values.get(name, UNKNOWN) for name in template.names})
        return clip(_SHOUTED.sub(lambda word: word[0].lower(), said) if who.voice else said, ONE_SMS)

    # -- a value

    def value(self, lookup: Lookup, name: str, written: str, who: Who) -> str:
        """A column as it is said, cut to its width."""
        column = lookup.columns[name]
        if written == "":
            return UNKNOWN
        words = column.says.get(written.strip().casefold())
        if words is not None:
            said = self._city.said(who.language, words)
        else:
            said = self._said(column.form, written, who) or UNKNOWN
        return clip(said, column.width)

    def _said(self, form: Form, written: str, who: Who) -> str:
        match form:
            case Form.NAME:
                return masking.spoken(written) if who.voice else masking.masked(written)
            case Form.MONEY:
                return grouped(written)
            case Form.DATE:
                return dated(written)
            case Form.TIME:
                return written.replace(":", ".")
            case Form.PHONE:
                return local(written)
            case Form.AREA:
                area = self._city.areas.get(written)
                return area.name if area is not None else written
            case Form.POINT:
                return ""
            case _:
                return written

    def _instant(self, at: datetime | None) -> str:
        return at.astimezone(self._city.timezone).strftime("%d/%m/%Y %H.%M") if at is not None else ""

    def _open(self, lookup: Lookup, row: Row, at: datetime) -> dict[str, str]:
        """Whether what the row tells of is open now."""
        return {OPEN: lookup.hours.at(row, at.astimezone(self._city.timezone))} if lookup.hours is not None else {}

    def _deadline(self, lookup: Lookup, row: Row, at: datetime) -> dict[str, str]:
        """The fields of a row's legal deadline."""
        if lookup.deadline is None:
            return {}
        calendar = self._city.calendar
        due = due_of(calendar, lookup.deadline, row, calendar.day_of(at))
        if due is None:
            return {LATE: NO}
        return {"deadline": dated(due.day.isoformat()), "days": str(due.days), LATE: YES if due.late else NO}


def grouped(digits: str) -> str:
    """``1250000`` as ``1.250.000``."""
    try:
        return f"{int(digits):,}".replace(",", ".")
    except ValueError:
        return digits


def dictated(key: str) -> str:
    """``20260398`` as ``2 0 2 6, 0 3 9 8``: figure by figure, a breath after four of them. Words stay words."""
    if not any(one.isdigit() for one in key):
        return key
    return ", ".join(" ".join(key[at : at + 4]) for at in range(0, len(key), 4))


def dated(written: str) -> str:
    """``2026-11-21`` as ``21/11/2026``."""
    try:
        return date.fromisoformat(written).strftime("%d/%m/%Y")
    except ValueError:
        return written
