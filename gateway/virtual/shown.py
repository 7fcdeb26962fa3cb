"""The provider's state as JSON has it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from gateway.virtual.letters import Letter
from gateway.virtual.provider import FakeProvider

Json = dict[str, Any]


def ready(provider: FakeProvider, url: str) -> Json:
    """What a customer must know to use it: the ``provider`` of ``simulate``'s ready line."""
    account = provider.account
    return {
        "sms_url": url,
        "ussd_code": account.ussd_code,
        "number": account.number,
        "voice_url": url,
        "voice_number": account.voice_number,
        "username": account.username,
        "api_key": account.api_key,
    }


def state(provider: FakeProvider) -> Json:
    """Everything, as it is now."""
    account = provider.account
    return {
        "number": account.number,
        "voice_number": account.voice_number,
        "senders": list(account.senders),
        "ussd_code": account.ussd_code,
        "username": account.username,
        "api_key": account.api_key,
        "callbacks": dict(account.callbacks),
        "pace": asdict(provider.pace),
        "faults": [one.row() for one in provider.faults.all],
        "sent": len(provider.letters.sent),
        "came": len(provider.letters.came),
        "opted_out": sorted(provider.letters.opted_out),
        "sessions": len(provider.sessions.all),
        "calls": len(provider.voice.sessions),
        "seq": provider.log.last,
    }


def letter(one: Letter) -> Json:
    """A text of the customer's: ``said`` is the last state that was reported."""
    return {
        "id": one.id,
        "to": one.to,
        "from": one.sender,
        "text": one.text,
        "parts": one.parts,
        "code": one.code,
        "said": one.said,
    }
