"""The bodies of the provider's posts, field by field, and what its faults make of them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from urllib.parse import urlencode

Form = tuple[tuple[str, str], ...]
ISO, PLAIN = "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S"
"""Both forms in which the provider has been seen to write the date of a letter; the second is USSD's too. UTC."""


def sms(*, id: str, sender: str, to: str, text: str, at: datetime, network_code: str) -> Form:
    """A letter that came."""
    return (
        ("date", at.strftime(ISO)),
        ("from", sender),
        ("id", id),
        ("linkId", f"link-{id}"),
        ("text", text),
        ("to", to),
        ("networkCode", network_code),
    )


def delivery(*, id: str, status: str, number: str, network_code: str, why: str = "") -> Form:
    """What became of a letter of ours; ``why`` only where there is a reason."""
    reason: Form = (("failureReason", why),) if why else ()
    return (
        ("id", id),
        ("status", status),
        ("phoneNumber", number),
        ("networkCode", network_code),
        *reason,
        ("retryCount", "0"),
    )


def optout(*, sender: str, number: str) -> Form:
    """Somebody wants no more bulk letters."""
    return (("senderId", sender), ("phoneNumber", number))


def ussd(*, session: str, number: str, network_code: str, code: str, text: str) -> Form:
    """A turn; ``text`` is everything typed so far, joined by ``*``."""
    return (
        ("sessionId", session),
        ("phoneNumber", number),
        ("networkCode", network_code),
        ("serviceCode", code),
        ("text", text),
    )


def voice(
    *, session: str, inbound: bool, active: bool, number: str, ours: str, began: datetime, state: str, more: Form = ()
) -> Form:
    """A post of a call; ``more``: what is said only now and then. The blank in its time is encoded twice, as seen."""
    return (
        ("isActive", "1" if active else "0"),
        ("sessionId", session),
        ("direction", "Inbound" if inbound else "Outbound"),
        ("callerNumber", number),
        ("destinationNumber", ours),
        ("callerCountryCode", "62"),
        ("callStartTime", began.strftime("%Y-%m-%d+%H:%M:%S")),
        ("callSessionState", state),
        *more,
    )


def body(form: Form) -> bytes:
    """As ``application/x-www-form-urlencoded``."""
    return urlencode(form).encode()


def _other_date(form: Form) -> Form:
    return tuple((name, value.replace("T", " ").removesuffix("Z") if name == "date" else value) for name, value in form)


SPOILS: Mapping[str, Callable[[Form, float], bytes]] = {
    "other_date": lambda form, _: body(_other_date(form)),
    "lost_plus": lambda form, _: body(form).replace(b"%2B", b"+"),
    "bad_utf8": lambda form, _: body(form).replace(b"text=", b"text=%FF%C3%28", 1),
    "double_key": lambda form, _: body((*form, ("text" if "text" in dict(form) else form[0][0], "another"))),
    "no_id": lambda form, _: body(tuple(pair for pair in form if pair[0] != "id")),
    "huge": lambda form, size: body((*form, ("more", "x" * int(size)))),
}
"""Faults that change a body, by name; the second argument is the fault's value."""
