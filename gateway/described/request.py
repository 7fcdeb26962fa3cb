"""The request that hands a letter over, as a described provider wants it. Pure.

Each hole is escaped for the place where it stands: a letter's text can neither leave its field nor end a header.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from config.gsm7 import septets, transliterate
from config.provider import Fields, Probe, Send
from config.template import Template, fill_tree
from gateway.described.account import Account
from gateway.described.adapter import in_header
from gateway.messages import Outbound
from gateway.number import COUNTRY
from gateway.writing import written
from modem.pdu import normalised, split

FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What goes out. ``url`` is encoded already. Secrets may stand anywhere in it: none of it is in the repr."""

    method: str
    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)

    @property
    def host(self) -> str:
        """Whom it goes to; all that a log may say of it."""
        return urlsplit(self.url).netloc


def letter_request(account: Account, send: Send, letter: Outbound, reference: str, minutes: int) -> Request:
    """The request for a letter. ``reference``: our id of it; ``minutes``: how long it holds."""
    text = wire_text(send, letter.text)
    wide = septets(text) is None
    fields = send.ucs2 if wide and send.ucs2 is not None else send.fields
    holes = {
        **account.holes(),
        "to": number_out(letter.to, send.number),
        "text": text,
        "text_hex": text.encode("utf-16-be", "replace").hex().upper(),
        "id": reference,
        "parts": str(messages(send, letter.text)),
        "minutes": str(minutes),
    }
    return _request(send.method, send.url, send.headers, fields, holes)


def probe_request(account: Account, send: Send, probe: Probe | None) -> Request:
    """The request that costs nothing: as described, else for the root of the host that letters go to."""
    if probe is not None:
        return _request(probe.method, probe.url, probe.headers, Fields(), account.holes())
    holes = {**account.holes(), **dict.fromkeys(("to", "text", "text_hex", "id", "parts", "minutes"), "0")}
    place = urlsplit(_address(send.url, holes))
    return Request(method="GET", url=f"{place.scheme}://{place.netloc}/")


def wire_text(send: Send, text: str) -> str:
    """The text as it goes out: with the nearest letters of GSM-7 where the provider has no way for more."""
    return written(text) if send.ucs2 is not None else transliterate(normalised(text))


def messages(send: Send, text: str) -> int:
    """How many messages on the wire the provider makes of a text, and is paid for. Raises ValueError above 255."""
    return len(split(wire_text(send, text)))


def number_out(number: str, form: str) -> str:
    """An E.164 number in the provider's form. A foreign one keeps its country where the form is ``08…``."""
    digits = number.removeprefix("+")
    if form == "+62":
        return f"+{digits}"
    if form == "08" and digits.startswith(COUNTRY):
        return f"0{digits.removeprefix(COUNTRY)}"
    return digits


def _request(
    method: str, url: Template, headers: Mapping[str, Template], fields: Fields, holes: Mapping[str, str]
) -> Request:
    address = _address(url, holes)
    if query := _encoded(fields.query, holes):
        address += ("&" if "?" in address else "?") + query
    body, kind = b"", ""
    if fields.json:
        body, kind = json.dumps(fill_tree(fields.json, holes)).encode(), JSON
    elif method != "GET" and method != "HEAD":
        body, kind = _encoded(fields.form, holes).encode(), FORM
    filled = [(name, value.fill(holes, in_header)) for name, value in headers.items()]
    if kind and not any(name.lower() == "content-type" for name, _ in filled):
        filled.append(("Content-Type", kind))
    return Request(method=method, url=address, headers=tuple(filled), body=body)


def _address(url: Template, holes: Mapping[str, str]) -> str:
    """The address: a first hole that begins it is an address of the settings, every other is escaped whole."""
    if url.texts[0] == "" and url.names:
        rest = Template(url.texts[1:], url.names[1:])
        return holes[url.names[0]].rstrip("/") + rest.fill(holes, _escaped)
    return url.fill(holes, _escaped)


def _escaped(value: str) -> str:
    return quote(value, safe="", errors="replace")


def _encoded(fields: Mapping[str, Template], holes: Mapping[str, str]) -> str:
    return "&".join(f"{_escaped(name)}={_escaped(value.fill(holes))}" for name, value in fields.items())
