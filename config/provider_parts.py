"""What the sections of a provider's description have in common: fields, texts with holes, answers."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from config.provider import BODIES, Reply, Way
from config.table import Table
from config.template import Template, TemplateFault, Tree, holes, tree_of

ZONE = r"[+-](0\d|1[0-4]):[0-5]\d"
HEADER = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"  # a token (RFC 9110, 5.6.2)
PRINTABLE = r"[\x20-\x7e]*"
NEVER_BY_HAND = ("content-length", "transfer-encoding", "host", "connection")  # they are the connection's own


def way(table: Table, *, needed: Iterable[str], optional: Iterable[str]) -> Way:
    """How a callback's fields come, and what they are called."""
    names = {}
    for key in needed:
        names[key] = table.text(key)
    for key in optional:
        if found := table.text(key, ""):
            names[key] = found
    body = table.choice("body", BODIES, "form")
    method = table.choice("method", ("GET", "POST"), "POST")
    if method == "GET" and body == "json":
        table.fault("body", "a GET has no body: its fields are of the kind form")
    return Way(method=method, body=body, names=names)


def zone_minutes(zone: str) -> int:
    """``+07:00`` as minutes east of UTC."""
    if not re.fullmatch(ZONE, zone):
        return 0
    return (1 if zone[0] == "+" else -1) * (int(zone[1:3]) * 60 + int(zone[4:6]))


def template(table: Table, key: str, known: Collection[str], default: str | None = None) -> Template:
    """The text at ``key``; each of its holes must be one of ``known``."""
    written = table.text(key, default)
    try:
        found = Template.of(written)
    except TemplateFault as fault:
        table.fault(key, str(fault))
        return Template(("",), ())
    check_known(table, key, found, known)
    return found


def templates(table: Table, known: Collection[str]) -> dict[str, Template]:
    """A table of texts with holes; its keys are the provider's."""
    found = {}
    for key, value in table.data.items():
        if isinstance(value, int | float) and not isinstance(value, bool):
            table.number(key, float("-inf"), float("inf"))
            found[key] = Template((str(value),), ())
        else:
            found[key] = template(table, key, known, "")
    return found


def headers(table: Table, known: Collection[str]) -> dict[str, Template]:
    """Headers: their names are tokens, their texts printable; what a phone's owner typed never stands in one."""
    found = templates(table, [name for name in known if name not in ("text", "text_hex")])
    for key, value in found.items():
        if not re.fullmatch(HEADER, key) or key.lower() in NEVER_BY_HAND:
            table.fault(key, "is no header that may be set here")
        if not all(re.fullmatch(PRINTABLE, text) for text in value.texts):
            table.fault(key, "a header's text has printable ASCII only")
    return found


def tree(table: Table, key: str, known: Collection[str]) -> dict[str, Tree]:
    """The JSON object at ``key``, its texts with holes."""
    inner = table.table(key)
    found: dict[str, Tree] = {}
    for name, value in inner.data.items():
        try:
            found[name] = tree_of(value)
        except TemplateFault as fault:
            inner.fault(name, str(fault))
        else:
            check_known(inner, name, found[name], known)
    return found


def check_known(table: Table, key: str, found: Tree, known: Collection[str]) -> None:
    """Every hole has something to fill it."""
    for hole in sorted(set(holes(found)) - set(known)):
        offered = ", ".join(f"{{{name}}}" for name in sorted(known))
        table.fault(key, f"nothing fills {{{hole}}}; there are {offered}")


def reply(table: Table, values: Mapping[str, str], said: Collection[str]) -> Reply:
    """An answer to a callback. ``said``: the holes that are filled from the callback."""
    known = (*values, *said)
    both = "text" in table.data and "json" in table.data
    if both:
        table.fault("json", "an answer has text or json, not both")
    json = tree(table, "json", known) if "json" in table.data else None
    text = template(table, "text", known) if "text" in table.data and not both else None
    usual = "application/json" if json is not None else "text/plain"
    heads = headers(table.table("headers"), known)
    for key in heads:
        if key.lower() == "content-type":
            table.fault(f"headers.{key}", "is written as content_type beside the headers")
    found = Reply(
        status=table.whole("status", 200, 299, 200),
        content_type=table.text("content_type", usual, pattern=r"[\w.+-]+/[\w.+-]+", form="a type like text/plain"),
        text=text,
        json=json,
        headers=heads,
    )
    table.done()
    return found


def check_holes(table: Table, key: str, answer: Reply, *, needed: str) -> None:
    """The answer says what the phone is to show."""
    used = {*holes(answer.text), *holes(answer.json)}
    if needed not in used:
        table.fault(
            key if key in table.data else "", f"{table.name.rstrip('.')} shows nothing: {{{needed}}} is missing"
        )
