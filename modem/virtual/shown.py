"""The virtual network's state as JSON has it: phones with their texts and calls, sirens, modems, settings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from modem.virtual.ask import CHANCES, TIMES
from modem.virtual.modem import VirtualModem
from modem.virtual.network import Network
from modem.virtual.phone import Phone, PhoneCall, PhoneSms
from modem.virtual.siren import Siren

Json = dict[str, Any]


def sms(one: PhoneSms) -> Json:
    """A text on a phone."""
    return {
        "from": one.sender,
        "text": one.text,
        "sent_at": one.sent_at.isoformat(),
        "received_at": one.received_at.isoformat(),
        "parts": one.parts,
        "of": one.of,
    }


def call(one: PhoneCall) -> Json:
    """A call in a phone's list. ``cause`` as the network gave it: normal, rejected, busy, no_answer …"""
    return {
        "direction": "in" if one.incoming else "out",
        "number": one.number,
        "state": one.state.value,
        "started_at": one.started_at.isoformat(),
        "alerted_at": _at(one.alerted_at),
        "answered_at": _at(one.answered_at),
        "ended_at": _at(one.ended_at),
        "cause": one.cause,
        "keys": one.keys,
    }


def phone(one: Phone) -> Json:
    """A phone: what its owner does, and what it does now."""
    does = one.behaviour
    return {
        "number": one.number,
        "answer_after_s": does.answer_after_s,
        "keys": does.keys,
        "voicemail": does.voicemail,
        "off": does.off,
        "hangup_after_s": does.hangup_after_s,
        "ringing": one.ringing,
        "talking": one.talking,
        "sms": len(one.inbox),
        "calls": len(one.calls),
    }


def ussd(one: Phone) -> Json:
    """The USSD screen of a phone. ``state``: none, sent, asked (answer it), told, failed, cancelled."""
    talk = one.ussd
    if talk is None:
        return {"state": "none", "text": "", "dialled": ""}
    return {"state": talk.state.value, "text": talk.text, "dialled": talk.dialled}


def siren(one: Siren) -> Json:
    """A siren controller. ``rings`` counts the calls that reached it; ``obeyed`` those at which its relay moved."""
    return {
        "number": one.number,
        "mode": one.mode.value,
        "state": one.state.value,
        "whitelist": sorted(one.whitelist),
        "relay_sms_to": one.relay_sms_to,
        "close_s": one.close_s,
        "lamp": one.lamp,
        "rings": len(one.rings_seen),
        "obeyed": sum(ring.obeyed for ring in one.rings_seen),
        "ringing": one.engaged(),
        "calls": [
            {"at": ring.at.isoformat(), "from": ring.caller, "known": ring.known, "obeyed": ring.obeyed}
            for ring in one.rings_seen
        ],
    }


def modem(one: VirtualModem) -> Json:
    """A modem: who it is, how it is, and the faults that are set."""
    return {
        "name": one.name,
        "number": one.number,
        "imei": one.imei,
        "imsi": one.imsi,
        "profile": one.dialect.name,
        "plugged": one.plugged,
        "registered": one.on_air,
        "open": one.wire.attached,
        "in_call": one.engaged(),
        "stored": {name: one.storage.used(name)[0] for name in one.storage.names},
        "faults": list(one.faults.names),
    }


def settings(network: Network) -> Json:
    """The network's times and chances."""
    return {name: getattr(network.settings, name) for name in (*TIMES, *CHANCES)}


def world(network: Network) -> Json:
    """Everybody and everything, as it is now."""
    return {
        "seq": network.log.last,
        "network": settings(network),
        "modems": [modem(one) for one in network.modems],
        "phones": [phone(one) for one in network.phones.values()],
        "sirens": [siren(one) for one in network.sirens.values()],
    }


def _at(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()
