"""The printed report of a city with the longest title and names of forty letters: all of it stands on the paper."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pypdfium2
import pytest

from config.city import City
from config.texts import WIDTHS
from dispatch.console.reports.figures import SHEAVES
from dispatch.console.reports.paper import report_pdf
from dispatch.console.reports.report import Reporter
from dispatch.console.reports.span import month_of
from gateway.figures import READERS
from gateway.page import Floor, User
from tests.dispatch.console.reports.test_pages import busy

LONG = "Puskesmas Pembantu Sei Rambutan Utara II"
pytestmark = pytest.mark.sqlite_only("what the store counts is tried on both engines in test_figures.py")


def named(one: City, title: str) -> City:
    """Every area and station of it is called LONG."""
    areas = {key: replace(each, name=LONG) for key, each in one.areas.items()}
    stations = {key: replace(each, name=LONG) for key, each in one.stations.items()}
    return replace(one, title=title, areas=MappingProxyType(areas), stations=MappingProxyType(stations))


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("title", ["W" * WIDTHS["title"], "Kabupaten Muara Wampu II"])
async def test_it_stands_whole_on_the_paper(floor: Floor, title: str, lang: str) -> None:
    await busy(floor)
    city, now = named(floor.city, title), floor.clock.now()
    reader = User(login="", name="", roles=READERS)
    reporter = Reporter(city, SHEAVES)
    report = await reporter.report(floor.store, month_of("2026-10", now, city.timezone), reader, lang, now)
    document = pypdfium2.PdfDocument(report_pdf(report))
    written = ""
    for page in document:
        text, (width, height) = page.get_textpage(), page.get_size()
        for at in range(text.count_rects()):
            left, bottom, right, top = text.get_rect(at)
            assert left >= 0, text.get_text_bounded(left, bottom, right, top)
            assert right <= width, text.get_text_bounded(left, bottom, right, top)
            assert bottom >= 0
            assert top <= height
        written += text.get_text_range()
    assert all(word in written for word in (*title.split(), *LONG.split()))
