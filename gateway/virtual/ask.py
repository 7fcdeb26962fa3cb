"""What people outside ask of the provider, read at the edge: each fault by its field."""

from __future__ import annotations

from dataclasses import fields as fields_of

from gateway.virtual.account import CALLBACKS, Pace
from gateway.virtual.provider import FakeProvider
from modem.virtual.ask import AskError, Fields

PACE = tuple(one.name for one in fields_of(Pace))
ACCOUNT = ("callbacks", "callback", "secret", "username", "api_key", "senders", *PACE)
FAULT = ("name", "for_s", "count", "chance", "value", "seed")
FORGED = ("what", "fields", "body", "secret")


def change(fields: Fields, provider: FakeProvider) -> None:
    """Change what is given. All is read before anything is changed."""
    account = provider.account
    username, api_key = fields.text("username", account.username), fields.text("api_key", account.api_key)
    senders = fields.texts("senders")
    pace = {name: fields.number(name, getattr(provider.pace, name)) for name in PACE}
    base, secret = fields.maybe_text("callback"), fields.text("secret", "")
    addresses = fields.mapping("callbacks")
    if unknown := sorted(set(addresses) - set(CALLBACKS)):
        raise AskError(f"callbacks: {', '.join(unknown)} is none of {', '.join(CALLBACKS)}")
    if base is not None:
        provider.callbacks_at(base, secret)
    if addresses:
        provider.callbacks = {**provider.callbacks, **addresses}
    account.username, account.api_key = username, api_key
    account.senders = account.senders if senders is None else senders
    for name, value in pace.items():
        setattr(provider.pace, name, value)


def fault(fields: Fields, provider: FakeProvider) -> None:
    """Set a fault."""
    value = fields.scalar("value")
    count, seed = fields.maybe("count", None), fields.maybe("seed", None)
    try:
        provider.fault(
            fields.text("name"),
            for_s=fields.maybe("for_s", None),
            count=None if count is None else int(count),
            chance=fields.number("chance", 1.0, most=1.0),
            value=value,
            seed=None if seed is None else int(seed),
        )
    except AskError:
        raise
    except ValueError as error:
        raise AskError(str(error)) from None


def what(fields: Fields) -> str:
    """Which callback."""
    said = fields.text("what")
    if said not in CALLBACKS:
        raise AskError(f"what: one of {', '.join(CALLBACKS)}")
    return said
