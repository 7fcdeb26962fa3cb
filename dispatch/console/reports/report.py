"""A report: every room's tables of one span, in words, with their pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from dispatch.console.reports.drawing import Picture, picture_of
from dispatch.console.reports.saying import Sayer, Table
from dispatch.console.reports.span import Span
from dispatch.console.words import LANGUAGES, Words
from gateway.figures import Section, Sheaf
from gateway.page import User
from gateway.store import Store, Tx

if TYPE_CHECKING:
    from config.city import City


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One table with its picture."""

    table: Table
    picture: Picture | None

    @property
    def key(self) -> str:
        """Its name in addresses."""
        return self.table.section.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """``title``: of the whole; ``days``: its span in words; ``warning``: how much of the city's pack is invented, or
    empty."""

    title: str
    city: str
    days: str
    made: str
    warning: str
    span: Span
    parts: Sequence[Part]
    say: Sayer


class Reporter:
    """Makes reports. ``sheaves``: every room's figures, in this order."""

    def __init__(self, city: City, sheaves: Sequence[Sheaf]) -> None:
        self._city, self._sheaves = city, sheaves
        self._words = Words((sheaf.words for sheaf in sheaves), city.levels)

    def sayer(self, language: str) -> Sayer:
        """Says figures in that language (one that nobody wrote: in the first)."""
        return Sayer(self._words, language if language in LANGUAGES else LANGUAGES[0], self._city.timezone)

    async def sections(self, store: Store, span: Span, user: User) -> list[Section]:
        """What ``user`` may see of the span. Each room's are read by themselves: none keeps a reader for long."""
        found: list[Section] = []
        for sheaf in self._sheaves:
            found += await store.read(partial(_read, sheaf, self._city, span))
        return [one for one in found if user.may(one.roles)]

    async def report(
        self, store: Store, span: Span, user: User, language: str, now: datetime, *, title: str = "whole"
    ) -> Report:
        """The whole for ``user``. ``title``: which of the reports' words."""
        say = self.sayer(language)
        tables = [say.table(one) for one in await self.sections(store, span, user)]
        return Report(
            title=say.word(f"reports.{title}"),
            city=self._city.title,
            days=days_in_words(span, say),
            made=say.word("reports.made", at=f"{say.cell(now)} {now.astimezone(self._city.timezone):%Z}"),
            warning=self._warning(say),
            span=span,
            parts=[Part(table=table, picture=picture_of(table, say)) for table in tables],
            say=say,
        )

    def _warning(self, say: Sayer) -> str:
        samples = self._city.samples()
        return say.word("reports.sample_city", n=str(len(samples)), first=samples[0]) if samples else ""


def printed(report: Report) -> bytes:
    """The PDF. Takes seconds: call it in a thread."""
    from dispatch.console.reports.paper import report_pdf  # the library of PDF is heavy, and seldom needed

    return report_pdf(report)


def days_in_words(span: Span, say: Sayer) -> str:
    """1 Oktober 2026 sampai 31 Oktober 2026."""
    if span.first == span.last:
        return say.word("reports.one_day", first=say.day(span.first))
    return say.word("reports.days", first=say.day(span.first), last=say.day(span.last))


def _read(sheaf: Sheaf, city: City, span: Span, tx: Tx) -> Sequence[Section]:
    return sheaf.figures(tx, city, span.since, span.until)
