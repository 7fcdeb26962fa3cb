"""Templates into pages: escaped, with the text of strangers made safe to look at, in the visitor's language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from aiohttp import web
from jinja2 import BytecodeCache, Environment, FileSystemLoader, PrefixLoader, StrictUndefined, pass_context
from jinja2.bccache import Bucket
from jinja2.runtime import Context
from markupsafe import Markup, escape

from dispatch.console.dates import day_said, exactly, moment_said
from dispatch.console.keeper import Session
from dispatch.console.look import look_of
from dispatch.console.navigation import entries
from dispatch.console.numbers import number_said, rupiah_said
from dispatch.console.shown import CLOSE, OPEN, shown
from dispatch.console.words import LANGUAGES, Words
from gateway.number import local
from gateway.page import Page, Visit, Wing

if TYPE_CHECKING:
    from config.city import City

HERE = Path(__file__).parent
_PLATE = re.compile(f"{OPEN}([^{OPEN}{CLOSE}\\n]{{1,12}}){CLOSE}")
CONSOLE = Wing(room="console", pages=(), templates=HERE / "templates", words=HERE / "words")
"""The frame in which every page stands: ``console/base.html`` and its macros."""


class _Compiled(BytecodeCache):
    """Templates are compiled once in a process, whoever builds a site of them."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self._code.get(bucket.key):
            bucket.bytecode_from_string(code)  # which forgets it where the template's source is another now

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


class Renderer:
    """``language``: the city's first that the pages speak."""

    def __init__(self, wings: Sequence[Wing], city: City, *, beside: Any = None) -> None:
        rooms = {wing.room: FileSystemLoader(wing.templates) for wing in (CONSOLE, *wings) if wing.templates}
        self.words = Words((wing.words for wing in (CONSOLE, *wings) if wing.words), city.levels)
        self._city, self._beside = city, beside
        self.language = next((one for one in city.languages if one in LANGUAGES), LANGUAGES[0])
        self._nav = sorted((page for wing in wings for page in wing.pages if page.nav), key=lambda page: page.nav)
        every = sorted((page for wing in wings for page in wing.pages), key=lambda page: page.method == "GET")
        self._doors = {page.path: page for page in every}
        self._templates = Environment(
            loader=PrefixLoader(rooms),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_safe,
            trim_blocks=True,
            lstrip_blocks=True,
            bytecode_cache=_COMPILED,
            cache_size=-1,  # each is loaded once
            auto_reload=False,
        )
        self._templates.filters |= {
            "day": self._day,
            "clock": self._clock,
            "moment": self._moment,
            "rupiah": _rupiah,
            "figure": _figure,
            "zone": self.zone,
            "phone": local,
            "exact": escape,
            "asked": _asked,
            "strange": _strange,
        }

    def page(self, template: str, data: Mapping[str, Any], visit: Visit, session: Session | None, page: Page) -> str:
        """The page's HTML. Raises what Jinja raises for a name that the template lacks."""
        language = visit.language if visit.language in LANGUAGES else LANGUAGES[0]

        def word(key: str, **fields: object) -> str:
            return self.words.say(language, key, fields)

        frame = {
            "word": word,
            "said": self._said(visit.query.get("said", ""), language),
            "visit": visit,
            "user": visit.user,
            "page": page,
            "csrf": session.csrf if session else "",
            "sure": visit.sure,
            "language": language,
            "city": self._city,
            "level": self._city.levels.of(language),
            "beside": self._beside,
            "look": look_of(visit, self._city),
            "nav": (nav := entries(self._nav, visit.user, visit.path.partition("?")[0])),
            "home": nav[0].path if nav else "/",
            "doors": self._doors,
        }
        return self._templates.get_template(template).render({**frame, **data})

    def _said(self, key: str, language: str) -> str:
        """What the page before left to say: by its key, so that no link puts words into our mouth."""
        words = self.words.say(language, key) if key in self.words.keys(LANGUAGES[0]) else ""
        return "" if "{" in words else words

    def zone(self, at: datetime) -> str:
        """How the city's time is called: WIB, WITA, WIT."""
        return f"{at.astimezone(self._city.timezone):%Z}"

    def cell(self, at: date, language: str, *, exact: bool, seconds: bool) -> str:
        """A cell of a table to take away: for other programs, or for people (``seconds``: to the second)."""
        zone, months = self._city.timezone, self.words.say(language, "site.months")
        if exact:
            return exactly(at, zone)
        return moment_said(at, zone, months, seconds=seconds) if isinstance(at, datetime) else day_said(at, months)

    @pass_context
    def _day(self, context: Context, at: date) -> str:
        here = at.astimezone(self._city.timezone) if isinstance(at, datetime) else at
        return day_said(here, context["word"]("site.months"))

    def _clock(self, at: datetime) -> str:
        return f"{at.astimezone(self._city.timezone):%H.%M.%S}"

    @pass_context
    def _moment(self, context: Context, at: datetime) -> Markup:
        """Day and time on the city's clock, with the exact instant behind it."""
        said = moment_said(at, self._city.timezone, context["word"]("site.months"))
        return Markup('<time datetime="{}">{}</time>').format(at.isoformat(), said)


@pass_context
def _rupiah(context: Context, sum_of: float) -> str:
    return rupiah_said(sum_of, context["language"])


@pass_context
def _figure(context: Context, figure: float, places: int = 0) -> str:
    return number_said(figure, context["language"], places)


def _asked(query: Mapping[str, object], **more: object) -> str:
    """A query with ``more`` in it, for a link that keeps what was asked."""
    kept = {name: value for name, value in query.items() if name != "said"}
    return urlencode({name: str(value) for name, value in {**kept, **more}.items()})


def _strange(text: str) -> Markup:
    """What a stranger wrote: each sign that cannot be seen as a small plate, and none turns the line around."""
    pieces = _PLATE.split(shown(text))
    marked = [
        Markup('<span class="plate">{}</span>').format(one) if at % 2 else escape(one) for at, one in enumerate(pieces)
    ]
    return Markup('<bdi class="strange">{}</bdi>').format(Markup().join(marked))


def _safe(value: Any) -> Any:
    return shown(value) if type(value) is str else value


def html(text: str, status: int = 200) -> web.Response:
    """A page on its way out."""
    return web.Response(text=text, status=status, content_type="text/html", headers={"Cache-Control": "no-store"})
