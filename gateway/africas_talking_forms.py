"""What Africa's Talking posts to us, form by form. Pure: a request in, a value out, or Unreadable.

Every set of words is open: a status nobody told us of is kept as it stands. What is wrong with a request never loses
what it says: it is kept, and marked (``doubts``). Only a body that says nothing is refused:

    sms        neither ``from`` nor ``text`` (an empty one says something: somebody wrote an empty letter)
    delivery   no ``id``: no letter could be found by it
    optout     no ``phoneNumber``
    ussd       neither ``sessionId`` nor ``phoneNumber``: whoever dials gets an answer
    ussd-end   no ``sessionId``

Those of calls are in ``africas_talking_voice_forms.py``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence

from gateway.africas_talking_voice_forms import VOICE_DOORS, read_voice
from gateway.callback import (
    Answer,
    Came,
    Door,
    Field,
    OptedOut,
    Posted,
    Reported,
    Said,
    Unreadable,
    UssdEnded,
    UssdReply,
    UssdTurn,
)
from gateway.form import Form, instant, raw_text, read_form
from gateway.messages import Delivery
from gateway.number import normal

NAME = "africastalking"

_DELIVERY = {
    "success": Delivery.DELIVERED,
    "rejected": Delivery.FAILED,
    "failed": Delivery.FAILED,
    "expired": Delivery.FAILED,
    "absentsubscriber": Delivery.FAILED,
}  # Sent, Submitted, Buffered and whatever else it may say: still on its way

_NETWORK = Field(name="networkCode", about="the operator, as the provider numbers it", example="51010")
_DATE = Field(name="date", about="2017-05-03T06:04:45Z or 2017-05-03 06:04:45, UTC", example="2026-11-21T12:00:00Z")
_PHONE = Field(name="phoneNumber", about="E.164; a + that became a blank is restored", example="+6281234567890")
_SESSION = Field(name="sessionId", about="one for each session", example="ATUid_0f9c2d7e")
_CODE = Field(name="serviceCode", about="what was dialled", example="*384#")

DOORS: Mapping[str, Door] = {
    "sms": Door(
        about="A letter to us. Repeated by the provider every minute until it is answered 200.",
        least=("from", "text"),
        fields=(
            Field(name="from", about="the sender, E.164", example="+6281234567890"),
            Field(name="text", about="UTF-8", example="TOLONG kebakaran di Kebun Lada"),
            Field(name="id", about="the provider's own; a repeat is known by it", example="bb2bfc33-7b9b-4e2c"),
            _DATE,
            Field(name="to", about="our number or code", example="38480"),
            Field(name="linkId", about="of premium letters", example=""),
            _NETWORK,
        ),
    ),
    "delivery": Door(
        about="What became of a letter of ours. It may come before the sending of it has returned.",
        least=("id",),
        fields=(
            Field(name="id", about="the messageId of the sending", example="ATXid_1a2b3c"),
            _PHONE,
            Field(name="status", about="Sent, Submitted, Buffered, Success, Rejected, Failed …", example="Success"),
            Field(name="failureReason", about="an open set", example=""),
            Field(name="retryCount", example="0"),
            _NETWORK,
        ),
    ),
    "optout": Door(
        about="A subscriber wants no more letters in bulk.",
        least=("phoneNumber",),
        fields=(_PHONE, Field(name="senderId", about="from which sender", example="BINTANG")),
    ),
    "ussd": Door(
        about="One turn of a session; the answer begins with CON or END.",
        least=("sessionId", "phoneNumber"),
        answer="^(CON|END) ",
        fields=(
            _SESSION,
            _PHONE,
            Field(name="text", about="all that was typed, joined by *; empty at first", example="1*2"),
            _CODE,
            _NETWORK,
        ),
    ),
    "ussd-end": Door(
        about="A session is over.",
        least=("sessionId",),
        fields=(
            _SESSION,
            _PHONE,
            Field(name="status", about="Success, Incomplete, Failed …", example="Success"),
            _CODE,
            _DATE,
            _NETWORK,
            Field(name="cost", example="IDR 150.0000"),
            Field(name="durationInMillis", example="10500"),
            Field(name="hopsCount", example="3"),
            Field(name="hopsMetadata", example=""),
            Field(name="input", example="1*2"),
            Field(name="lastAppResponse", example="END Terima kasih."),
            Field(name="errorMessage", example=""),
        ),
    ),
    **VOICE_DOORS,
}


class AfricasTalking:
    """The ``Adapter``. ``secrets``: those of the settings."""

    name = NAME

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        self.secrets = tuple(secrets)

    @property
    def what(self) -> Sequence[str]:
        return tuple(DOORS)

    def door(self, what: str) -> Door:
        return DOORS[what]

    def read(self, posted: Posted) -> Said:
        """See ``Adapter.read``."""
        form = read_form(posted)
        least = DOORS[posted.what].least
        if not any(name in form if posted.what == "sms" else form.text(name).strip() for name in least):
            wanted = f"neither {' nor '.join(least)}" if len(least) > 1 else f"no {least[0]}"
            raise Unreadable(f"{posted.what}: {wanted}")
        return _READ[posted.what](form, posted)

    def answer(self, said: Said, reply: UssdReply | None) -> Answer:
        """See ``Adapter.answer``."""
        if reply is None:
            return Answer()
        return Answer(body=f"{'CON' if reply.more else 'END'} {reply.text}")


def _came(form: Form, posted: Posted) -> Came:
    date = form.text("date")
    sent_at = instant(date)
    doubts = [*form.doubts, *_missing(form, "from", "text", "id", "date", "to")]
    if sent_at is None and date:
        doubts.append("unreadable date")
    return Came(
        id=form.text("id").strip() or _likeness(form),
        sender=form.phone("from"),
        text=form.text("text"),
        to=form.phone("to"),
        sent_at=sent_at,
        doubts=tuple(doubts),
        raw=raw_text(posted) if doubts else "",
    )


def _missing(form: Form, *names: str) -> list[str]:
    """Those that are not there; of ``text`` an empty one is: a person may send nothing."""
    values = form.values
    return [
        f"no {name}" for name in names if not values.get(name, "").strip() and (name != "text" or name not in values)
    ]


def _likeness(form: Form) -> str:
    """Stands for an id that nobody gave: what was said, and when. Nothing where that is not known either."""
    date = form.text("date")
    said = "|".join((form.phone("from"), form.text("text"), date))
    return f"like:{hashlib.sha256(said.encode()).hexdigest()}" if date else ""


def _reported(form: Form, _posted: Posted) -> Reported:
    said = form.text("status").strip()
    return Reported(
        reference=form.text("id").strip(),
        to=form.phone("phoneNumber"),
        delivery=_DELIVERY.get(said.lower(), Delivery.TRYING),
        said=said,
        why=form.text("failureReason").strip(),
    )


def _opted_out(form: Form, _posted: Posted) -> OptedOut:
    return OptedOut(number=form.phone("phoneNumber"), sender=form.text("senderId").strip())


def _turn(form: Form, _posted: Posted) -> UssdTurn:
    number = _caller(form)
    return UssdTurn(
        session=form.text("sessionId").strip(),
        number=number,
        code=form.text("serviceCode").strip(),
        path=form.text("text"),
        doubts=(*form.doubts, *_missing(form, "sessionId", "phoneNumber", "text")),
    )


def _ended(form: Form, _posted: Posted) -> UssdEnded:
    return UssdEnded(
        session=form.text("sessionId").strip(),
        number=_caller(form),
        said=form.text("status").strip(),
        error=form.text("errorMessage").strip(),
    )


def _caller(form: Form) -> str:
    number = form.phone("phoneNumber")
    return normal(number) or number


_READ: Mapping[str, Callable[[Form, Posted], Said]] = {
    "sms": _came,
    "delivery": _reported,
    "optout": _opted_out,
    "ussd": _turn,
    "ussd-end": _ended,
    **dict.fromkeys(VOICE_DOORS, read_voice),
}
