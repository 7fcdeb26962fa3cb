"""A callback's fields, urlencoded or JSON, of any quality. Pure; nothing here raises."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote_from_bytes, unquote_to_bytes

from config.provider import Way
from gateway.callback import Posted
from gateway.envelope import storable
from gateway.form import Form, raw_text, read_form

DEEPEST = 8  # tables within tables; what lies deeper is nobody's telephone number
MOST_VALUES = 2_000  # of one body of 16 KiB
WIDE = (
    "utf-16-be",
    "utf-16-le",
    "utf-16",
    "iso8859-1",
    "cp1252",
)  # what networks and their gateways write besides UTF-8


def read_fields(posted: Posted, way: Way) -> Form:
    """The fields by the provider's own names; in JSON a path of names and places (``entries.0.text``). JSON is known by
    its first sign, so that a body of the other kind is read too."""
    body = posted.body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if body[:1] in (b"{", b"["):
        found = _read_json(posted, body)
        if found is not None:
            return found
    form = read_form(_in_utf8(posted, way))
    if form.doubts or (way.body == "json" and body):
        doubts = form.doubts if way.body == "form" else (*form.doubts, "no JSON")
        return replace(form, doubts=doubts, raw=raw_text(posted))
    return form


# -- JSON


def _read_json(posted: Posted, body: bytes) -> Form | None:
    doubts: dict[str, None] = {}
    try:
        text = body.decode()
    except UnicodeDecodeError:
        doubts["bad UTF-8"] = None
        text = body.decode("utf-8", "replace")

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        table: dict[str, Any] = {}
        for name, value in found:
            if name in table:
                doubts[f"{storable(name)[:40]} twice"] = None
            table.setdefault(name, value)
        return table

    try:
        tree = json.loads(text, object_pairs_hook=pairs, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    values: dict[str, str] = {}
    for path, value in _leaves(tree, "", 0):
        plain = storable(value)
        if plain != value:
            doubts["NUL" if "\0" in value else "broken Unicode"] = None
        if len(values) < MOST_VALUES:
            values.setdefault(path, plain)
    for name, value in read_form(replace(posted, body=b"")).values.items():
        values.setdefault(name, value)
    return Form(values=values, doubts=tuple(doubts), raw=raw_text(posted) if doubts else "")


def _leaves(tree: Any, path: str, depth: int) -> Iterator[tuple[str, str]]:
    inner: Iterable[tuple[Any, Any]] = ()
    if isinstance(tree, dict):
        inner = tree.items()
    elif isinstance(tree, list):
        inner = enumerate(tree)
    elif isinstance(tree, bool):
        yield path, "true" if tree else "false"
    elif tree is not None:
        yield path, str(tree)
    if depth < DEEPEST:
        for name, value in inner:
            yield from _leaves(value, f"{path}.{name}" if path else str(name), depth + 1)


# -- urlencoded, in another charset


def _in_utf8(posted: Posted, way: Way) -> Posted:
    """The request with the text's field in UTF-8, where another field names the charset that its octets are in (Kannel
    writes UCS-2 so)."""
    if "charset" not in way.names:
        return posted
    names = way.names["text"].encode(), way.names["charset"].encode()
    query = posted.query.encode("utf-8", "surrogateescape")
    charset = _value(posted.body, names[1]) or _value(query, names[1])
    encoding = _encoding(charset.decode("ascii", "replace"))
    if not encoding:
        return posted
    return replace(
        posted,
        body=_recoded(posted.body, names[0], encoding),
        query=_recoded(query, names[0], encoding).decode("utf-8", "surrogateescape"),
    )


def _encoding(charset: str) -> str:
    """Python's name of a charset; empty for UTF-8 and for what is not known."""
    try:
        found = codecs.lookup(charset).name
    except (LookupError, ValueError):
        return ""
    return found if found in WIDE else ""


def _value(source: bytes, wanted: bytes) -> bytes:
    for piece in source.split(b"&"):
        name, _, value = piece.replace(b"+", b" ").partition(b"=")
        if unquote_to_bytes(name) == wanted:
            return unquote_to_bytes(value)
    return b""


def _recoded(source: bytes, wanted: bytes, encoding: str) -> bytes:
    pieces = []
    for piece in source.split(b"&"):
        name, _, value = piece.replace(b"+", b" ").partition(b"=")
        if unquote_to_bytes(name) == wanted:
            text = unquote_to_bytes(value).decode(encoding, "replace")
            piece = name + b"=" + quote_from_bytes(text.encode("utf-8", "replace"), safe="").encode()
        pieces.append(piece)
    return b"&".join(pieces)
