"""The virtual network's state as JSON has it: phones with their texts and calls, sirens, modems, settings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from modem.virtual.ask import CHANCES, TIMES
from modem.virtual.exchange import Call
from modem.virtual.modem import VirtualModem
from modem.virtual.network import Network
from modem.virtual.phone import Phone, PhoneCall, PhoneSms
from modem.virtual.siren import Siren
from modem.virtual.voice.track import Track
from modem.voice import RATE

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
    """A call in a phone's list. ``id``: of ``/calls/{id}``; ``cause`` as the network gave it: normal, rejected, busy,
    no_answer …"""
    return {
        "id": one.id,
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


def exchanged(one: Call) -> Json:
    """A call as the exchange has it. ``near``: our side, ``far``: the other; ``seconds`` since the answer, ``near_s``
    and ``far_s`` of them with sound; ``lost_s``: what came faster than it can be spoken; null: no sound is kept."""
    far = one.other(one.near)
    said = None if far is None or one.sound is None else (one.said(one.near), one.said(far))
    near_s, far_s, lost_s = (None, None, None) if said is None else _sounded(*said)
    return {
        "id": one.id,
        "from": one.caller.number,
        "to": one.to,
        "near": one.near.number,
        "far": None if far is None else far.number,
        "state": one.state.value,
        "started_at": one.started_at.isoformat(),
        "alerted_at": _at(one.alerted_at),
        "answered_at": _at(one.answered_at),
        "ended_at": _at(one.ended_at),
        "cause": None if one.cause is None else one.cause.value,
        "seconds": None if one.sound is None else one.sound.now / RATE,
        "near_s": near_s,
        "far_s": far_s,
        "lost_s": lost_s,
    }


def _sounded(near: Track | None, far: Track | None) -> tuple[float, float, float]:
    assert near is not None
    assert far is not None
    return near.voiced / RATE, far.voiced / RATE, (near.lost + far.lost) / RATE


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
        "key_after_s": does.key_after_s,
        "tone_ms": does.tone_ms,
        "hangup_heard_s": does.hangup_heard_s,
        "echo": does.echo,
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
