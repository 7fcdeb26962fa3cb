"""What a described provider posts, read as values, and what it is answered. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from config.provider import DeliveryIn, Reply, SmsIn, Stamp, UssdIn, Way
from config.template import fill_tree
from gateway.callback import (
    Answer,
    Came,
    Door,
    Field,
    Posted,
    Reported,
    Said,
    Unreadable,
    UssdEnded,
    UssdReply,
    UssdTurn,
)
from gateway.described.account import Account
from gateway.described.fields import read_fields
from gateway.described.stamp import read_stamp
from gateway.form import Form
from gateway.messages import Delivery

TYPES = {"form": "application/x-www-form-urlencoded", "json": "application/json"}
ABOUT = {"sms": "A letter came in.", "delivery": "What became of a letter.", "ussd": "One turn of a USSD session."}


class DescribedAdapter:
    """See ``gateway.callback.Adapter``."""

    def __init__(self, account: Account) -> None:
        self.name = account.name
        self.secrets: Sequence[str] = account.secrets
        self._values = account.values
        told = account.description
        self._sms, self._delivery, self._ussd = told.sms, told.delivery, told.ussd
        parts: Mapping[str, SmsIn | DeliveryIn | UssdIn | None] = {
            "sms": told.sms,
            "delivery": told.delivery,
            "ussd": told.ussd,
        }
        self._ways: Mapping[str, Way] = {what: part.way for what, part in parts.items() if part is not None}

    @property
    def what(self) -> Sequence[str]:
        return tuple(self._ways)

    def door(self, what: str) -> Door:
        """What the path takes. Both methods: providers change between them, and the secret is in the path."""
        way = self._ways[what]
        least = {"sms": ("from", "text"), "delivery": ("reference",), "ussd": ("session",)}[what]
        return Door(
            about=f"{self.name}: {ABOUT[what]}",
            fields=tuple(Field(name=name, about=ours) for ours, name in way.names.items()),
            least=tuple(way.names[ours] for ours in least),
            methods=("GET", "POST"),
            content_type=TYPES[way.body],
        )

    def read(self, posted: Posted) -> Said:
        """What was said. Raises Unreadable."""
        form = read_fields(posted, self._ways[posted.what])
        if posted.what == "sms" and self._sms is not None:
            return _came(form, self._sms)
        if posted.what == "delivery" and self._delivery is not None:
            return _reported(form, self._delivery)
        assert self._ussd is not None
        return _turned(form, self._ussd)

    def answer(self, said: Said, reply: UssdReply | None) -> Answer:
        """The answer after the commit."""
        match said:
            case Came() if self._sms is not None:
                return self._filled(self._sms.answer, {"id": said.id})
            case Reported() if self._delivery is not None:
                return self._filled(self._delivery.answer, {"reference": said.reference})
            case UssdTurn() if self._ussd is not None and reply is not None:
                holes = {"session": said.session, "number": said.number, "code": said.code, "turn": said.turn}
                shown = self._ussd.more if reply.more else self._ussd.end
                return self._filled(shown, {**holes, "text": reply.text})
            case UssdEnded() if self._ussd is not None:
                holes = {"session": said.session, "number": said.number, "code": "", "turn": ""}
                return self._filled(self._ussd.over, holes)
        return Answer()

    def _filled(self, reply: Reply, holes: Mapping[str, str]) -> Answer:
        values = {**self._values, **holes}
        body = reply.text.fill(values) if reply.text is not None else ""
        if reply.json is not None:
            body = json.dumps(fill_tree(reply.json, values))
        headers = tuple((name, value.fill(values, in_header)) for name, value in reply.headers.items())
        return Answer(status=reply.status, content_type=reply.content_type, body=body, headers=headers)


def in_header(value: str) -> str:
    """A value as a header may carry it: printable ASCII, so that no header ends where we do not say so."""
    return "".join(char if " " <= char <= "~" else "?" for char in value)


def _field(form: Form, way: Way, ours: str) -> str:
    return form.text(way.names[ours]) if ours in way.names else ""


def _phone(form: Form, way: Way, ours: str) -> str:
    return form.phone(way.names[ours]) if ours in way.names else ""


def _at(form: Form, way: Way, ours: str, stamp: Stamp, doubts: list[str]) -> datetime | None:
    written = _field(form, way, ours)
    found = read_stamp(written, stamp) if written.strip() else None
    if written.strip() and found is None:
        doubts.append(f"{way.names[ours]} is no time")
    return found


def _came(form: Form, sms: SmsIn) -> Came:
    way, doubts = sms.way, list(form.doubts)
    if way.names["from"] not in form and way.names["text"] not in form:
        raise Unreadable(f"neither {way.names['from']} nor {way.names['text']}")
    doubts += [f"no {way.names[ours]}" for ours in ("from", "text") if way.names[ours] not in form]
    sent_at = _at(form, way, "sent_at", sms.stamp, doubts)
    sender, text, to = _phone(form, way, "from"), _field(form, way, "text"), _phone(form, way, "to")
    id_ = _field(form, way, "id")
    if "id" in way.names and not id_:
        doubts.append(f"no {way.names['id']}")
    if not id_ and sent_at is not None:
        said = json.dumps([sender, to, text, sent_at.isoformat()])
        id_ = hashlib.sha256(said.encode()).hexdigest()
    raw = form.raw or (repr(dict(form.values)) if doubts else "")
    return Came(id=id_, sender=sender, text=text, to=to, sent_at=sent_at, doubts=tuple(doubts), raw=raw)


def _reported(form: Form, delivery: DeliveryIn) -> Reported:
    way = delivery.way
    reference = _field(form, way, "reference").strip()
    if not reference:
        raise Unreadable(f"no {way.names['reference']}")
    said = _field(form, way, "status").strip()
    return Reported(
        reference=reference,
        to=_phone(form, way, "to"),
        delivery=Delivery(delivery.states.get(said.casefold(), delivery.otherwise)),
        said=said,
        why=_field(form, way, "why"),
        at=_at(form, way, "at", delivery.stamp, []),
    )


def _turned(form: Form, ussd: UssdIn) -> UssdTurn | UssdEnded:
    way = ussd.way
    session, number = _field(form, way, "session").strip(), _phone(form, way, "number")
    if not session:
        raise Unreadable(f"no {way.names['session']}")
    ended = _field(form, way, "ended").strip()
    if ended.casefold() in ussd.ended:
        return UssdEnded(session=session, number=number, said=ended, error=_field(form, way, "error"))
    doubts = list(form.doubts)
    if not number:
        doubts.append(f"no {way.names['number']}")
    first = _field(form, way, "first").strip().casefold() in ussd.first if "first" in way.names else None
    return UssdTurn(
        session=session,
        number=number,
        code=_field(form, way, "code"),
        path=_field(form, way, "path") if "path" in way.names else None,
        typed=_field(form, way, "typed") if "typed" in way.names else None,
        turn=_field(form, way, "turn"),
        first=first,
        doubts=tuple(doubts),
    )
