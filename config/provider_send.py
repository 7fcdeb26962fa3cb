"""The sections [send] and [probe] of a provider's description: the request out, and what its answers mean."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from config.provider import MEANINGS, NUMBER_FORMS, Fields, IdFrom, Probe, Rule, Send
from config.provider_parts import HEADER, headers, template, templates, tree
from config.table import Table
from config.template import Template, holes, laid_over

LETTER = ("to", "text", "text_hex", "id", "sender", "parts", "minutes", "delivery_url", "sms_url")
"""What fills a request's holes besides the values of the settings: the recipient, the text (also as UTF-16 in hex), our
id, our number, how many messages it takes, how long it holds, and the addresses of our own callbacks."""
OURS = ("delivery_url", "sms_url", "sender")  # holes of a probe: it has no letter
METHODS = ("GET", "POST", "PUT")
LONGEST_S = 30.0  # of a time-out: an emergency cannot wait longer to try another way


def send_section(table: Table, values: Mapping[str, str]) -> Send:
    """[send]."""
    known = (*values, *LETTER)
    method = table.choice("method", METHODS, "POST")
    fields = _fields(table, known, method)
    ucs2 = _ucs2(table, known, method, fields)
    send = Send(
        method=method,
        url=_url(table, known, values),
        headers=headers(table.table("headers"), known),
        fields=fields,
        ucs2=ucs2,
        number=table.choice("number", NUMBER_FORMS, "+62"),
        foreign=table.flag("foreign", False),
        rules=tuple(_rule(one) for one in table.tables("answer")),
        id=_id(table.table("id")),
        connect_s=table.number("connect_s", 0.1, LONGEST_S, 5),
        answer_s=table.number("answer_s", 0.1, LONGEST_S, 15),
    )
    _works(table, send)
    table.done()
    return send


def probe_section(table: Table, values: Mapping[str, str]) -> Probe:
    """[probe]."""
    known = (*values, *OURS)
    probe = Probe(
        method=table.choice("method", ("GET", "HEAD"), "GET"),
        url=_url(table, known, values),
        headers=headers(table.table("headers"), known),
        up=_statuses(table, "up"),
    )
    table.done()
    return probe


def _fields(table: Table, known: tuple[str, ...], method: str) -> Fields:
    if "form" in table.data and "json" in table.data:
        table.fault("json", "a request has form or json, not both")
    for body in ("form", "json"):
        if method == "GET" and body in table.data:
            table.fault(body, "a GET has no body: put its fields under query")
    return Fields(
        query=templates(table.table("query"), known),
        form=templates(table.table("form"), known),
        json=tree(table, "json", known),
    )


def _ucs2(table: Table, known: tuple[str, ...], method: str, below: Fields) -> Fields | None:
    """The fields of a text outside GSM-7: those of every text, with [send.ucs2] laid over them."""
    if "ucs2" not in table.data:
        return None
    inner = table.table("ucs2")
    above = _fields(inner, known, method)
    for body, there, other in (("form", above.form, below.json), ("json", above.json, below.form)):
        if there and other:
            inner.fault(body, f"[send] has another kind of body: {body} cannot be laid over it")
    inner.done()
    json = laid_over(below.json, above.json)
    assert isinstance(json, Mapping)
    return Fields(query={**below.query, **above.query}, form={**below.form, **above.form}, json=json)


def _url(table: Table, known: tuple[str, ...], values: Mapping[str, str]) -> Template:
    """An address begins with http:// or https://, or with one value of the settings that does."""
    url = template(table, "url", known)
    written = table.text("url", "")
    begins = re.match(r"https?://[^/?#\s{}]+([/?#]|$)", url.texts[0])
    by_value = url.texts[0] == "" and url.names[:1] and url.names[0] in values
    if written and not begins and not by_value:
        table.fault("url", "must begin with https://host/ or with a hole for a value of [values]")
    if re.search(r"[\s\x00-\x20\x7f-\U0010ffff]|#", "".join(url.texts)):
        table.fault("url", "an address has no blanks, no # and ASCII only: fields belong under query")
    return url


def _rule(table: Table) -> Rule:
    rule = Rule(
        means=table.choice("means", MEANINGS),
        status=_statuses(table, "status"),
        body=_pattern(table, "body"),
        json=table.text("json", ""),
        values=frozenset(table.texts("is", ())),
    )
    if rule.values and not rule.json:
        table.fault("is", "needs json: the path of the value")
    if not (rule.status or rule.body or rule.json):
        table.fault("", "[[send.answer]] fits every answer: give status, body or json")
    table.done()
    return rule


def _statuses(table: Table, key: str) -> frozenset[int]:
    return frozenset(table.wholes(key, 100, 599))


def _pattern(table: Table, key: str, groups: int | None = None) -> str:
    written = table.text(key, "")
    try:
        found = re.compile(written)
    except re.error as fault:
        table.fault(key, f"is no regular expression: {fault}")
        return ""
    if written and groups is not None and found.groups != groups:
        table.fault(key, "must have one group in parentheses: the id")
    return written


def _id(table: Table) -> IdFrom:
    found = IdFrom(
        ours=table.flag("ours", False),
        json=table.text("json", ""),
        body=_pattern(table, "body", groups=1),
        header=table.text("header", "", pattern=HEADER, form="the name of a header"),
    )
    if sum(map(bool, (found.ours, found.json, found.body, found.header))) != 1:
        table.fault("", "[send.id] is one of ours = true, json, body, header: by it a delivery report names its letter")
    table.done()
    return found


def _works(table: Table, send: Send) -> None:
    """What no provider could do anything with."""
    for place, fields in (("", send.fields), ("ucs2", send.ucs2)):
        used = set(_holes(send, fields)) if fields is not None else {"to", "text", "id"}
        where = f"[send.{place}]" if place else "[send]"
        if "to" not in used:
            table.fault(place, f"{where} never says {{to}}: the provider would not know whom to write to")
        if not used & {"text", "text_hex"}:
            table.fault(place, f"{where} never says {{text}}: the letter would be empty")
        if send.id.ours and "id" not in used:
            table.fault(place, f"{where} never says {{id}}, and [send.id] says that reports name it")
    if not any(rule.means == "sent" for rule in send.rules):
        table.fault("", "no [[send.answer]] means sent: every letter would be in doubt")


def _holes(send: Send, fields: Fields) -> Iterator[str]:
    yield from send.url.names
    for group in (send.headers, fields.query, fields.form, fields.json):
        for tree_ in group.values():
            yield from holes(tree_)
