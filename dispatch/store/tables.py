"""The tables of emergencies. Rows are written by the verbs beside this file, inside a transaction that others began."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    cast,
    exists,
    select,
    update,
)

from config.city_moves import Carried
from gateway.store import Tx, UtcDateTime, metadata
from gateway.store.carrying import AREA, CARRY, STATION
from gateway.store.forgetting import FORGET, SHOW
from gateway.store.schema import where
from ivr.store import CALLS, forget_words, shown_calls


def _about(number: str) -> ColumnElement[bool]:
    """Calls with others about what that number reported: ``about`` is the key of an effect, ``<incident>/…``."""
    begins = CALLS.c.about.startswith(cast(INCIDENT.c.id, String).concat("/"))
    return exists().where(INCIDENT.c.caller == number, begins) & (CALLS.c.number != number)


def _forget_spoken(tx: Tx, number: str) -> int:
    """The record of an emergency stays; its officers were told a name, a place and notes aloud: these words go."""
    return forget_words(tx, _about(number))


def _calls_about(tx: Tx, number: str) -> list[dict[str, Any]]:
    return shown_calls(tx, _about(number))


def carry_places(tx: Tx, carried: Carried) -> tuple[int, int]:
    """Places are JSON. One in an area that was split is one of several from now on, unless somebody measured it: an
    inner point of the older area says nothing. A person has to look at an open one whose area or station is gone."""
    changed = left = 0
    found = select(INCIDENT.c.id, INCIDENT.c.place, INCIDENT.c.station, INCIDENT.c.closed_at.is_(None))
    for id, written, station, open in tx.execute(found).all():
        place = json.loads(written)
        new = _carried(place, carried)
        if new != place:
            values = {"place": json.dumps(new, ensure_ascii=False)}
            changed += tx.execute(update(INCIDENT).where(INCIDENT.c.id == id).values(values)).rowcount
        lost = place.get("kelurahan") and not carried.has(AREA, new.get("kelurahan") or "")
        if open and (lost or (station and carried.station(station) is None)):
            left += 1
    return changed, left


def carry_assigned(tx: Tx, carried: Carried) -> tuple[int, int]:
    """A station that is gone takes nothing any more: the ladder goes on as if it had been sent to nobody. A number
    stays."""
    to = INCIDENT.c.assigned_to
    changed = 0
    for id, old in tx.execute(select(INCIDENT.c.id, to).where(to.is_not(None), to.not_like("+%"))).all():
        new = carried.station(old)
        if new != old:
            changed += tx.execute(update(INCIDENT).where(INCIDENT.c.id == id).values(assigned_to=new)).rowcount
    return changed, 0


def _carried(place: dict[str, Any], carried: Carried) -> dict[str, Any]:
    new, old = dict(place), place.get("kelurahan")
    if place.get("kecamatan"):
        new["kecamatan"] = carried.district(place["kecamatan"]) or place["kecamatan"]
    may = [code for one in place.get("candidates") or () for code in carried.areas(one) or (one,)]
    new["candidates"] = list(dict.fromkeys(may))
    if old is None:
        return new
    exact = place.get("radius_m") is not None or place.get("source") == "operator"
    area = carried.area(old, *((place.get("lat"), place.get("lon")) if exact else ()))
    if area is not None:
        return new | {"kelurahan": area, "kecamatan": carried.district_of(area)}
    several = carried.areas(old)
    return new | {"kelurahan": None, "candidates": list(several)} if several else new


INCIDENT = Table(
    "incident",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("state", String, nullable=False),
    Column("origin", String, nullable=False),  # the kind of letter that opened it: sms, part, missed_call
    Column("kind", String, nullable=False),
    Column(  # empty: withheld
        "caller", String, nullable=False, info={FORGET: _forget_spoken, SHOW: {"calls_about": _calls_about}}
    ),
    Column("registered", Boolean, nullable=False),
    Column("verified", Boolean, nullable=False),
    Column("siren_allowed", Boolean, nullable=False),
    Column("quiet", Boolean, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("language", String, nullable=False),
    Column("station", String, info={CARRY: STATION}),
    Column("place", Text, nullable=False, info={CARRY: carry_places}),  # a Place, as JSON
    Column("asked", String, nullable=False),  # the question that is open with the caller, or empty
    Column("asked_at", UtcDateTime),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("heard_at", UtcDateTime, nullable=False),  # the caller's last letter
    Column("hurried_at", UtcDateTime),  # somebody asked for the next station, or the place became better known
    Column("confirmed_at", UtcDateTime),
    Column("accepted_at", UtcDateTime),
    Column("accepted_by", String),
    Column("cancelled_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("false_alarm", Boolean, nullable=False),  # a person said so when ending it
    Column("wake_at", UtcDateTime),  # the ladder's next step, for people to see
    Column("alarm", Text, nullable=False),  # why a person must look now, or empty
    Column(
        "assigned_to", String, info={CARRY: carry_assigned}
    ),  # an officer's number or a station's id, until that one has taken it
    Column("assigned_at", UtcDateTime),
    Column("handed_at", UtcDateTime),  # who has it now took it over then
    Column("called_at", UtcDateTime),  # a person asked for a call to the reporter
    Column("finding", String),
    Column("finding_text", Text),
    Index(None, "caller", "id"),
    Index("ix_incident_unfinished", "state", "opened_at", **where("state IN ('confirmed', 'pending')")),
    Index("ix_incident_assigned", "id", **where("assigned_to IS NOT NULL")),
    Index("ix_incident_opened", "opened_at"),
    Index("ix_incident_open", "opened_at", **where("state IN ('pending', 'confirmed', 'accepted')")),
)

INCIDENT_LETTER = Table(
    "incident_letter",
    metadata,
    Column("letter", ForeignKey("inbound.id"), primary_key=True, autoincrement=False),  # it belongs to one incident
    Column("incident", ForeignKey("incident.id"), nullable=False),
    Column("role", String, nullable=False),  # dispatch.case.Role
    Column("whole", String, nullable=False),  # what the parts of a long SMS share
    Index(None, "incident", "letter"),
    Index("ix_incident_letter_whole", "whole", **where("whole <> ''")),
)

EFFECT = Table(
    "effect",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("incident", ForeignKey("incident.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("name", String, nullable=False),
    Column("target", String, nullable=False),
    Column("wave", Integer, nullable=False),
    Column("round", Integer, nullable=False),
    Column("tier", Integer, nullable=False),
    Column("station", String, info={CARRY: STATION}),
    Column("text", String),  # the text's key in the pack, for effects that are letters
    Column("offers", Boolean, nullable=False),
    Column("ring_s", Float, nullable=False),
    Column("talk_s", Float, nullable=False),
    Column("why", Text, nullable=False),
    Column("key", String, nullable=False),
    Column("state", String, nullable=False),
    Column("intended_at", UtcDateTime, nullable=False),
    Column("attempted_at", UtcDateTime),  # claimed: the wire may have been touched from here on
    Column("started_at", UtcDateTime),  # it rings at the other end
    Column("settled_at", UtcDateTime),
    Column("relayed_at", UtcDateTime),  # the siren controller's own SMS said that its relay closed
    Column("outcome", String),
    Column("pressed", String),
    Column("answer", String),  # dispatch.plan.Answer
    Column("alerted_s", Float),
    Column("leg", String, nullable=False),
    Column("detail", Text, nullable=False),
    UniqueConstraint("key"),
    UniqueConstraint("incident", "target", "name", "wave"),
    Index(None, "incident", "id"),
    Index("ix_effect_doing", "id", **where("state = 'doing'")),
    Index("ix_effect_siren", "attempted_at", "target", **where("kind = 'siren'")),
)

OFFER = Table(
    "offer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("incident", ForeignKey("incident.id"), nullable=False),
    Column("number", String, nullable=False),
    Column("officer", String, nullable=False),
    Column("station", String, nullable=False, info={CARRY: STATION}),
    Column("code", String, nullable=False),
    Column("tries_left", Integer, nullable=False),
    Column("offered_at", UtcDateTime, nullable=False),
    Column("effect", String, nullable=False),  # the key of the effect that carried it: one offer an effect
    Column("recalled_at", UtcDateTime),  # he rang us back: call him again now
    UniqueConstraint("effect"),
    Index(None, "incident", "id"),
    Index(None, "number", "id"),
)

TIMELINE = Table(
    "timeline",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("incident", ForeignKey("incident.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", String, nullable=False),
    Column("who", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("data", Text),  # the same in parts, as JSON; NULL: the text is all there is
    Index(None, "incident", "id"),
)

SIREN_STATE = Table(
    "siren_state",
    metadata,
    Column("number", String, primary_key=True),
    Column("proven_at", UtcDateTime),  # when it last turned a call away as it should, or sent its own SMS
    Column("failed_at", UtcDateTime),
    Column("failures", Integer, nullable=False),  # since it was last proven
    Column("outcome", String, nullable=False),
    Column("test_at", UtcDateTime),  # a person asked for a test that was not begun yet
    Column("test_by", String, nullable=False),
    Column("tested_at", UtcDateTime),  # when the last test that a person asked for was begun
)
