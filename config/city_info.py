"""Reads ``info.toml``, which a pack may hold: what residents may ask to know by INFO, and where to go in a disaster.

A topic has its own texts, in pages of one SMS each, or shows what the pack holds already: clinics, stations, offices,
disaster posts. So names and hours stand in one file only.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from config.city_files import PackFiles
from config.city_places import Area
from config.gsm7 import ONE_SMS, septets
from config.lookup_keys import folded
from config.lookup_texts import labels
from config.table import Table
from config.template import Template, TemplateFault
from config.texts import WIDTHS

INFO = "info.toml"
SHOWS = ("puskesmas", "hospital", "stations", "offices", "posts")  # and each agency: its stations
MOST_PAGES = 9
ONWARD = 12  # septets of the line that leads to the next page
HOLES: Mapping[str, int] = {"call": WIDTHS["call"], "title": WIDTHS["title"], "office_hours": 41, "ussd": 12}
"""What a text may say that stands elsewhere in the pack, and the longest each can be in GSM-7 septets."""
_ID = {"pattern": r"[a-z][a-z0-9_]{0,23}", "form": "an id of small letters, digits and _"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """``words``: what people type for it, besides its labels; ``texts``: its pages by language; ``shows``: of the pack,
    instead of texts."""

    id: str
    labels: Mapping[str, str]
    words: tuple[str, ...]
    texts: Mapping[str, tuple[Template, ...]]
    shows: str
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DisasterPost:
    """Where people find shelter and help. ``lat``, ``lon``: degrees, WGS 84; None: somewhere in its area."""

    name: str
    area: str
    address: str
    lat: float | None
    lon: float | None
    number: str
    sample: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Info:
    """In the order of the file."""

    topics: Mapping[str, Topic] = field(default_factory=lambda: MappingProxyType({}))
    posts: tuple[DisasterPost, ...] = ()

    def samples(self) -> tuple[str, ...]:
        """What of it is invented, in words."""
        posts = (f"disaster post {one.name}" for one in self.posts if one.sample)
        return (*(f"info {one.id}" for one in self.topics.values() if one.sample), *posts)


def read_info(
    files: PackFiles, languages: tuple[str, ...], areas: Mapping[str, Area], agencies: Collection[str]
) -> Info:
    """The topics; none where the pack has no such file."""
    if not (files.folder / INFO).is_file():
        return Info()
    top = files.toml(INFO)
    topics: dict[str, Topic] = {}
    meaning: dict[str, str] = {}
    posts = tuple(_post(table, areas) for table in top.tables("post"))
    for table in top.tables("topic"):
        topic = _topic(table, languages, (*SHOWS, *agencies))
        if topic.id in topics:
            table.fault("id", f"{topic.id!r} is another topic's id already")
        for word in (*topic.words, *topic.labels.values()):
            if meaning.setdefault(folded(word), topic.id) != topic.id:
                table.fault("words", f"{word!r} means {meaning[folded(word)]} already")
        if topic.shows == "posts" and not posts:
            table.fault("shows", "there is no [[post]]")
        topics[topic.id] = topic
    if not topics:
        top.fault("", "holds no [[topic]]")
    top.done()
    return Info(topics=MappingProxyType(topics), posts=posts)


def _topic(table: Table, languages: tuple[str, ...], shows: Collection[str]) -> Topic:
    topic = Topic(
        id=table.text("id", **_ID),
        labels=labels(table.table("labels"), languages, WIDTHS["label"]),
        words=table.texts("words", ()),
        texts=_texts(table, languages),
        shows=table.choice("shows", shows, ""),
        sample=table.flag("sample", False),
    )
    table.done()
    if bool(topic.shows) == any(topic.texts.values()):
        table.fault("", "has either [topic.texts] or shows what the pack holds")
    return topic


def _texts(table: Table, languages: tuple[str, ...]) -> Mapping[str, tuple[Template, ...]]:
    if "texts" not in table.data:
        return MappingProxyType({})
    texts = table.table("texts")
    found = {lang: tuple(_page(texts, lang, one) for one in texts.texts(lang)) for lang in languages}
    texts.done()
    many = {len(pages) for pages in found.values()}
    if len(many) > 1 or not all(0 < one <= MOST_PAGES for one in many):
        texts.fault("", f"has 1 to {MOST_PAGES} pages, in each language as many")
    return MappingProxyType(found)


def _page(table: Table, lang: str, written: str) -> Template:
    try:
        template = Template.of(written)
    except TemplateFault as fault:
        table.fault(lang, str(fault))
        return Template((written,), ())
    if problem := _problem(template, HOLES):
        table.fault(lang, f"{written[:24]!r}… {problem}")
    return template


def _problem(template: Template, may: Mapping[str, int]) -> str:
    if unknown := sorted(set(template.names) - set(may)):
        return f"has an unknown hole {{{unknown[0]}}} (it may use: {', '.join(f'{{{one}}}' for one in sorted(may))})"
    plain = septets("".join(template.texts))
    if plain is None:
        return "holds a character outside the GSM alphabet: the SMS would need twice the room"
    longest = plain + sum(may[name] for name in template.names)
    room = ONE_SMS - ONWARD
    return f"is {longest} septets with every hole at its longest; {room} is what a page has room for" * (longest > room)


def _post(table: Table, areas: Collection[str]) -> DisasterPost:
    post = DisasterPost(
        name=table.short("name", WIDTHS["house"]),
        area=table.choice("area", areas),
        address=table.text("address", ""),
        lat=_degrees(table, "lat"),
        lon=_degrees(table, "lon"),
        number=table.phone("number"),
        sample=table.flag("sample", False),
    )
    table.done()
    if (post.lat is None) != (post.lon is None):
        table.fault("lat", "lat and lon stand together or not at all")
    return post


def _degrees(table: Table, name: str) -> float | None:
    return table.number(name, -180, 180) if name in table.data else None
