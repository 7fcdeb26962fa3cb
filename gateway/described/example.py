"""What a description makes of an example: the requests as they would go out and come in, for a person to compare."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from config.provider import Description, Way
from gateway.callback import Came, Posted, Reported, Said, UssdEnded, UssdReply, UssdTurn
from gateway.described.account import Account
from gateway.described.adapter import DescribedAdapter
from gateway.described.request import Request, letter_request, probe_request
from gateway.messages import Lane, Outbound

AT = datetime(2026, 8, 17, 10, 0, tzinfo=UTC)
GSM, WIDE = 'Api & asap di "Jl. Kentang" 50%', "Banjir 🌊 di pasar"
SAID: Mapping[str, Mapping[str, str]] = {
    "sms": {"from": "+6281234567890", "text": "TOLONG rampok", "to": "+628110000001", "id": "abc-1"},
    "delivery": {"reference": "abc-2", "to": "+6281234567890", "why": "absent subscriber"},
    "ussd": {"session": "s-1", "number": "+6281234567890", "code": "*384#", "path": "1*2", "typed": "2", "turn": "t-2"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """An example of a callback: how to make it by hand, what is read in it, what it is answered."""

    what: str
    curl: str
    said: Said
    answers: tuple[str, ...]


def example_account(description: Description) -> Account:
    """An account whose values are their own names in capitals."""
    begins = {
        part.url.names[0]
        for part in (description.send, description.probe)
        if part is not None and part.url.texts[0] == "" and part.url.names
    }
    values = {
        key: default or (f"https://{key}.example" if key in begins else key.upper())
        for key, default in description.values.items()
    }
    return Account(
        description=description,
        name=description.name,
        price=description.price,
        senders=("SENDER",),
        values=values,
        secrets=("SECRET",),
        public_url="http://127.0.0.1:8080",
    )


def going_out(account: Account) -> Iterator[tuple[str, Request]]:
    """The requests of a letter in GSM-7, of one outside of it, and of a probe."""
    send = account.description.send
    if send is None:
        return
    for what, text in (("send", GSM), ("send, outside GSM-7", WIDE)):
        letter = Outbound(
            to="+6281234567890", text=text, lane=Lane.SERVICE, key="example", expires_at=AT + timedelta(hours=1)
        )
        yield what, letter_request(account, send, letter, "0123456789abcdef0123456789abcdef", 60)
    yield "probe", probe_request(account, send, account.description.probe)


def coming_in(account: Account) -> Iterator[Coming]:
    """An example of each callback."""
    adapter = DescribedAdapter(account)
    told = account.description
    for what, part in (("sms", told.sms), ("delivery", told.delivery), ("ussd", told.ussd)):
        if part is None:
            continue
        fields = {part.way.names[ours]: value for ours, value in _said(what, told).items() if ours in part.way.names}
        posted, curl = _posted(account, what, part.way, fields)
        said = adapter.read(posted)
        replies = [UssdReply(text="1 Darurat", more=True), UssdReply(text="Diterima", more=False)]
        answers = [adapter.answer(said, reply) for reply in (replies if isinstance(said, UssdTurn) else [None])]
        yield Coming(
            what=what,
            curl=curl,
            said=said,
            answers=tuple(
                f"{one.status} {one.content_type} {one.body!r}"
                + "".join(f" {name}: {value}" for name, value in one.headers)
                for one in answers
            ),
        )


def in_words(said: Said) -> str:
    """What was read in a callback, in one line."""
    match said:
        case Came():
            return f"a letter from {said.sender} at {said.sent_at or 'no time'}, id {said.id or 'none'}: {said.text}"
        case Reported():
            return f"letter {said.reference} to {said.to or 'nobody named'} is {said.delivery} ({said.said}) {said.why}"
        case UssdTurn():
            whole, now = f"path {said.path!r}", f"typed {said.typed!r}"
            return f"session {said.session} of {said.number}: {whole}, {now}, first {said.first}"
        case UssdEnded():
            return f"session {said.session} of {said.number} ended: {said.said} {said.error}"
    return repr(said)


def _said(what: str, told: Description) -> dict[str, str]:
    """The example's fields by our own words."""
    said = dict(SAID[what])
    if what == "sms" and told.sms is not None:
        said["sent_at"] = _written(told.sms.stamp.form)
        said["charset"] = "UTF-8"
    if what == "delivery" and told.delivery is not None:
        said["status"] = next(iter(told.delivery.states))
        said["at"] = _written(told.delivery.stamp.form)
    if what == "ussd" and told.ussd is not None:
        said["first"] = "0" if "0" not in told.ussd.first else "1"
    return said


def _written(form: str) -> str:
    if form == "iso":
        return AT.isoformat()
    if form.startswith("unix"):
        return str(int(AT.timestamp() * (1000 if form == "unix_ms" else 1)))
    return AT.strftime(form)


def _posted(account: Account, what: str, way: Way, fields: Mapping[str, str]) -> tuple[Posted, str]:
    """The request, and the command that makes it."""
    url = f"{account.public_url}/callbacks/{account.name}/{account.secrets[0]}/{what}"
    if way.body == "json":
        body = json.dumps(_nested(fields), ensure_ascii=False)
        curl = f"curl -H 'Content-Type: application/json' -d {shlex.quote(body)} {url}"
        return Posted(what=what, body=body.encode(), content_type="application/json"), curl
    form = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in fields.items())
    told = " ".join(f"--data-urlencode {shlex.quote(f'{name}={value}')}" for name, value in fields.items())
    if way.method == "GET":
        return Posted(what=what, query=form), f"curl -G {told} {url}"
    kind = "application/x-www-form-urlencoded"
    return Posted(what=what, body=form.encode(), content_type=kind), f"curl {told} {url}"


def _nested(fields: Mapping[str, str]) -> Any:
    """JSON with a value at each path: ``{"a.0.b": "x"}`` → ``{"a": [{"b": "x"}]}``."""
    tree: dict[str, Any] = {}
    for path, value in fields.items():
        here = tree
        *steps, last = path.split(".")
        for step in steps:
            here = here.setdefault(step, {})
        here[last] = value
    return _listed(tree)


def _listed(tree: Any) -> Any:
    """Tables whose keys count 0, 1, 2 … are lists."""
    if not isinstance(tree, dict):
        return tree
    inner = {key: _listed(value) for key, value in tree.items()}
    return list(inner.values()) if list(inner) == [str(place) for place in range(len(inner))] else inner
