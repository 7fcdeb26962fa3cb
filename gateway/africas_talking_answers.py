"""What Africa's Talking answers us: to a letter handed over, and to the question what came in. Pure.

A letter's own status decides, by its ``statusCode``:

    100 101 102       accepted: ``messageId`` joins the delivery report
    401 403 404       never: held for risk, no valid number, a kind of number it does not serve
    406 407 409       never: black list, no route to that network, do not disturb
    402 405           the account, not the letter: the sender's name is not ours, no credit. Later, and alarm at once
    500 501 502       it failed there. Without a ``messageId`` nothing was taken: later. With one it may be on its way,
                      and a report may follow: doubtful
    anything else     doubtful: nobody knows what it means
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.callback import Came
from gateway.channel import Busy, Doubtful, Refused
from gateway.envelope import storable
from gateway.form import instant, phone

ACCEPTED = frozenset({100, 101, 102})
NEVER = frozenset({401, 403, 404, 406, 407, 409})
ACCOUNT = frozenset({402, 405})
THEIRS = frozenset({500, 501, 502})
BAD_KEY = "authentication is invalid"  # of "The supplied authentication is invalid", text/plain, 401
MOST_SAID = 120  # characters of a provider's words that go into a log line


class AccountTrouble(Busy):
    """Nothing will be taken until somebody mends the account or the settings: no second failure is waited for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Accepted. ``reference``: the provider's messageId. ``cost`` as it says it ("KES 0.8000")."""

    reference: str
    cost: str = ""


def read_refusal(text: str) -> Busy:
    """An answer that is not 2xx: nothing was taken. The SDK keeps the words and loses the status, so that 429 and 500
    are told from a bad key by the words alone."""
    said = _line(text) or "an error without words"
    if BAD_KEY in text.lower():
        return AccountTrouble(f"the api_key or username is refused: {said}")
    return Busy(said)


def read_sending(answer: object, to: str) -> Taken:
    """An answer 2xx to one letter to one number. Raises Busy, Refused or Doubtful."""
    data = _data(answer)
    recipients = data.get("Recipients")
    if not isinstance(recipients, list):
        raise Doubtful("the answer names no recipients")
    said = _line(str(data.get("Message", "")))
    if not recipients:
        if "invalidsenderid" in said.lower().replace(" ", ""):
            raise AccountTrouble(f"{said}: [africastalking] sender is not ours there")
        raise Busy(said or "nobody was sent to")
    return _one(_mine(recipients, to), said)


def _mine(recipients: list[Any], to: str) -> Mapping[str, Any]:
    entries = [one for one in recipients if isinstance(one, Mapping)]
    mine = [one for one in entries if phone(str(one.get("number", ""))).lstrip("+") == to.lstrip("+")]
    if len(entries) != 1 and len(mine) != 1:
        raise Doubtful(f"the answer names {len(entries)} recipients")
    return (mine or entries)[0]


def _one(entry: Mapping[str, Any], said: str) -> Taken:
    status, reference = _line(str(entry.get("status", ""))), storable(str(entry.get("messageId", ""))).strip()
    reference = "" if reference.lower() in ("none", "null") else reference
    code = _whole(entry.get("statusCode"))
    why = f"{code} {status}".strip() or said
    if code in ACCEPTED:
        return Taken(reference=reference, cost=_line(str(entry.get("cost", ""))))
    if code in NEVER:
        raise Refused(why)
    if code in ACCOUNT:
        raise AccountTrouble(f"{why}: see the account")
    if code in THEIRS and not reference:
        raise Busy(why)
    raise Doubtful(why or "the answer has no status")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What came in since the last look, and the id to ask from next time (empty: nothing new)."""

    letters: tuple[Came, ...]
    last: str


def read_messages(answer: object) -> Page:
    """The answer to a question for the inbox. An entry that is none is passed over. Raises Busy where the answer is no
    such answer: the same is asked again later."""
    try:
        found = _data(answer).get("Messages")
    except Doubtful as error:
        raise Busy(str(error)) from error
    if not isinstance(found, list):
        raise Busy("the answer names no messages")
    entries = [one for one in found if isinstance(one, Mapping)]
    ids = [str(one["id"]) for one in entries if one.get("id") not in (None, "")]
    numbers = [int(one) for one in ids if one.isascii() and one.isdigit()]
    last = str(max(numbers)) if numbers else (ids[-1] if ids else "")
    return Page(letters=tuple(_came(one) for one in entries if "from" in one or "text" in one), last=last)


def _came(entry: Mapping[str, Any]) -> Came:
    def field(name: str) -> str:
        value = entry.get(name)
        return "" if value is None else storable(str(value))

    date = field("date")
    doubts = [f"no {name}" for name in ("from", "text", "id", "date") if entry.get(name) is None]
    if date and instant(date) is None:
        doubts.append("unreadable date")
    return Came(
        id=field("id"),
        sender=phone(field("from")),
        text=field("text"),
        to=phone(field("to")),
        sent_at=instant(date),
        doubts=tuple(doubts),
        raw=storable(json.dumps(dict(entry), ensure_ascii=False, default=str)) if doubts else "",
    )


def _data(answer: object) -> Mapping[str, Any]:
    """``SMSMessageData``. The SDK hands JSON over as text when its type names a character set."""
    if isinstance(answer, str):
        try:
            answer = json.loads(answer)
        except ValueError as error:
            raise Doubtful(f"the answer is no JSON: {_line(str(answer))}") from error
    data = answer.get("SMSMessageData") if isinstance(answer, Mapping) else None
    if not isinstance(data, Mapping):
        raise Doubtful("the answer is not one to a letter")
    return data


def _whole(value: object) -> int | None:
    try:
        return int(str(value))
    except ValueError:
        return None


def _line(text: str) -> str:
    return " ".join(storable(text).split())[:MOST_SAID]
