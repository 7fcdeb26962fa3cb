"""``[[source]]`` of the settings: where a look-up asks the city's own system, and the secret that goes along."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from typing import TYPE_CHECKING

from config.table import Table
from config.template import Template, TemplateFault

if TYPE_CHECKING:
    from config.city import City

HOLES = ("key", "number")
HEADER = "Authorization"
_NAME = r"[a-z][a-z0-9_-]{0,39}"
_FIRST = re.compile(r"(https?)://([^/?#\s@\[\]:]+|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?(?=[/?]|$)")
_WRITTEN = re.compile(r"[!-~]*")  # visible ASCII: all else is percent-encoded
_TOKEN = r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}"  # noqa: S105  # a header's name (RFC 9110, 5.1)
_POINTER = re.compile(r"(/([^~/]|~[01])*)*")  # RFC 6901


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSettings:
    """``name``: of the look-up, or what its description calls its secret. ``url`` None: the description's own. The
    ``secret`` is the whole value of ``header``, and stays out of every repr. ``rows``, ``fields``: as in a description,
    laid over it."""

    name: str
    url: Template | None = None
    header: str = HEADER
    secret: str = field(default="", repr=False)
    rows: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict, hash=False)


def sources(tables: list[Table]) -> tuple[SourceSettings, ...]:
    """Every ``[[source]]``; no two of one name."""
    seen: set[str] = set()
    found = []
    for table in tables:
        one = _source(table)
        if one.name and one.name in seen:
            table.fault("name", f"{one.name!r} is another source's name already")
        seen.add(one.name)
        found.append(one)
    return tuple(found)


def _source(table: Table) -> SourceSettings:
    written = table.text("url", "")
    name = table.text("name", pattern=_NAME, form="a look-up's name: small letters, digits, - and _")
    secret = table.text("secret", "")
    if not re.fullmatch(r"[ -~]*", secret):
        table.fault("secret", "must be plain ASCII without control characters")  # never what it says
        secret = ""
    fields = table.table("fields")
    found = SourceSettings(
        name=name,
        url=_url(table, written),
        header=table.text("header", HEADER, pattern=_TOKEN, form="the name of a header"),
        secret=secret,
        rows=_pointer(table, "rows", table.text("rows", "")) if "rows" in table.data else None,
        fields={column: _pointer(fields, column, fields.text(column, "")) for column in fields.data},
    )
    fields.done()
    table.done()
    return found


def _url(table: Table, written: str) -> Template | None:
    if not written:
        return None
    if why := address_fault(written):
        table.fault("url", why)
        return None
    return Template.of(written)


def asked_there(city: City, settings: Sequence[SourceSettings]) -> City:
    """The city, its look-ups asked where the settings say: whoever has to do with their rows sees that no table has
    them."""
    known = {one.name: one.url for one in settings}
    urls = {name: known.get(name) or known.get(one.source.secret) for name, one in city.lookups.items()}
    asked = {
        name: replace(one, source=replace(one.source, url=urls[name] or one.source.url))
        for name, one in city.lookups.items()
    }
    return replace(city, lookups=asked) if any(urls.values()) else city


def address_fault(written: str) -> str:
    """What is wrong with the address of a city's system; empty: nothing."""
    try:
        template = Template.of(written)
    except TemplateFault as fault:
        return str(fault)
    if unknown := [name for name in template.names if name not in HOLES]:
        return f"has a hole {{{unknown[0]}}}: there are only {{key}} and {{number}}"
    first = template.texts[0]
    host = _FIRST.match(first)
    open_ended = host is not None and template.names and host.end() == len(first)  # what is typed would go on with it
    if host is None or open_ended or not all(_WRITTEN.fullmatch(text) for text in template.texts):
        return "is no address like https://host/path?nop={key} (no hole in its host, no password, no blank)"
    if host[1] == "http" and not _near(host[2]):
        return (
            "is http, and what it carries could be read on the way: https, but for this machine and the city's network"
        )
    return ""


def pointer_fault(written: str) -> str:
    """What is wrong with a JSON Pointer; empty: nothing."""
    return "" if _POINTER.fullmatch(written) else f"{written!r} is no JSON Pointer like /data/0/name (RFC 6901)"


def _pointer(table: Table, key: str, written: str) -> str:
    if why := pointer_fault(written):
        table.fault(key, why)
        return ""
    return written


def _near(host: str) -> bool:
    """This machine, or an address of a network that is not the internet."""
    try:
        return ip_address(host.strip("[]")).is_private
    except ValueError:
        return host == "localhost"
