"""What must hold at every look, and at the end when everything was mended. Each finding is one sentence.

The store is read as a file, past the program: what is on the disk is what a restart would find.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.fixtures.engines import outside, url_of
from tests.simulator.story import CALM_S, CHATTER, CRIES, LONG_CRY
from tests.simulator.town import Town, offer_form

PATIENCE_S = 20.0  # the program may be late by a modem's time-out before a timer counts as dropped
SETTLED_S = 60.0  # after it came up; a modem needs its boot and its set-up
SLACK = timedelta(seconds=1)
HANGS_UP = timedelta(seconds=30)  # a modem's time-out for ATH, and its next try
LONGEST_CALL = timedelta(seconds=240)  # set-up, ringing, a key awaited, and a modem that must recover in between
ON_WIRE = timedelta(seconds=10)  # what a modem has already cannot be taken back

Row = dict[str, Any]


def rows(town: Town, query: str, *values: object) -> list[Row]:
    """Rows of the store, as another process reads them."""
    if url_of(town.path):
        return outside(town.path, query, *values)
    if town.reader is None:
        town.reader = sqlite3.connect(f"file:{town.path}?mode=ro", uri=True)
        town.reader.row_factory = sqlite3.Row
    return [dict(row) for row in town.reader.execute(query, values)]


def instant(text: object) -> datetime:
    """An instant as the store writes it, UTC."""
    found = datetime.fromisoformat(str(text))
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def at_every_look(town: Town) -> list[str]:
    """The laws that hold at any moment."""
    return [
        *_no_silent_incident(town),
        *_accepted_only_by_a_person(town),
        *_nothing_after_the_end(town),
        *_no_call_outlives_its_purpose(town),
        *_what_a_call_does_is_done_once(town),
    ]


def _what_a_call_does_is_done_once(town: Town) -> list[str]:
    """An incident is accepted once, whatever dies between the key and the word; and a call of the ledger is one
    conversation."""
    twice = (
        """SELECT incident, count(*) AS n FROM timeline WHERE kind = 'accepted' GROUP BY incident HAVING count(*) > 1"""
    )
    found = [f"incident {row['incident']} was accepted {row['n']} times" for row in rows(town, twice)]
    stray = "SELECT key FROM calls WHERE about <> '' AND about NOT IN (SELECT key FROM effect)"
    return found + [f"the call {row['key']} is of nothing in the ledger" for row in rows(town, stray)]


def at_the_end(town: Town) -> list[str]:
    """All of those, and what must have come true once everything worked."""
    return [
        *at_every_look(town),
        *(f"the program failed by itself: {fault}" for fault in town.faults),
        *_every_letter_is_read(town),
        *_every_cry_is_somewhere(town),
        *_nobody_was_told_a_falsehood(town),
        *_no_siren_rang_too_often(town),
        *_every_incident_came_to_its_end(town),
        *_nothing_stale_left(town),
    ]


def still(town: Town) -> bool:
    """Nothing is left to do: no letter, call or part waits or is on its way, and nobody is looked for."""
    left = """SELECT 1 FROM incident WHERE state = 'confirmed' OR (state = 'pending' AND wake_at IS NOT NULL)
        UNION ALL SELECT 1 FROM effect WHERE kind <> 'text' AND state IN ('intended', 'doing')
        UNION ALL SELECT 1 FROM outbound WHERE state IN ('queued', 'doing')
        UNION ALL SELECT 1 FROM inbound WHERE state = 'new' UNION ALL SELECT 1 FROM long WHERE state = 'open' LIMIT 1"""
    return town.house is not None and not town.network.smsc.waiting() and not rows(town, left)


# -- at every look


def _no_silent_incident(town: Town) -> list[str]:
    """A confirmed incident has a timer, and when that is overdue an effect is under way."""
    up_for = town.clock.monotonic() - town.up_since
    if town.house is None or up_for < SETTLED_S:
        return []
    now, found = town.clock.now(), []
    for row in rows(town, "SELECT id, wake_at FROM incident WHERE state = 'confirmed'"):
        if row["wake_at"] is None:
            found.append(f"incident {row['id']} is confirmed without a timer")
            continue
        going = rows(
            town, "SELECT 1 FROM effect WHERE incident = ? AND state IN ('intended', 'doing') LIMIT 1", row["id"]
        )
        if not going and now - instant(row["wake_at"]) > timedelta(seconds=PATIENCE_S):
            found.append(f"incident {row['id']}: its timer of {row['wake_at']} passed unheard")
    return found


def _accepted_only_by_a_person(town: Town) -> list[str]:
    """Who accepted was offered it, and pressed 1 in that call after he had heard something, or wrote the code of one
    of his offers: an answered call is none, and ringing back is none. Of one that was handed on: he who has it now."""
    query = """SELECT id, accepted_by AS who, COALESCE(handed_at, accepted_at) AS accepted_at FROM incident
        WHERE accepted_at IS NOT NULL"""
    found = []
    for row in rows(town, query):
        codes = rows(town, "SELECT code FROM offer WHERE incident = ? AND number = ?", row["id"], row["who"])
        if not codes:
            found.append(f"incident {row['id']} was accepted by {row['who']}, to whom it was never offered")
            continue
        rang = "SELECT 1 FROM effect WHERE incident = ? AND target = ? AND kind = 'call' AND started_at <= ?"
        when = row["accepted_at"]
        pressed = rows(town, rang, row["id"], row["who"], when) and _pressed_one(town, row["who"], when)
        texts = "SELECT text FROM inbound WHERE sender = ? AND received_at <= ?"
        wrote = rows(town, texts, row["who"], when)
        if not pressed and not any(code["code"] in text["text"] for code in codes for text in wrote):
            found.append(f"incident {row['id']} was accepted by {row['who']}, who neither pressed 1 nor wrote a code")
    return found


def _pressed_one(town: Town, number: str, before: str) -> bool:
    return any(by == number and key == "1" and at <= instant(before) for at, by, key in town.keys)


def _no_call_outlives_its_purpose(town: Town) -> list[str]:
    """Once nobody is looked for any more, calls are hung up; and no call is under way that no modem has."""
    if town.house is None or town.clock.monotonic() - town.up_since < SETTLED_S:
        return []
    now = town.clock.now()
    query = """SELECT e.key, e.attempted_at, coalesce(i.cancelled_at, i.accepted_at, i.closed_at) AS ended FROM effect e
        JOIN incident i ON i.id = e.incident WHERE e.kind <> 'text' AND e.state = 'doing'"""
    found = []
    for row in rows(town, query):
        if row["ended"] is not None and now - instant(row["ended"]) > HANGS_UP:
            found.append(f"{row['key']} is still on the line, its incident ended at {row['ended']}")
        elif row["attempted_at"] is not None and now - instant(row["attempted_at"]) > LONGEST_CALL:
            found.append(f"{row['key']} has been under way since {row['attempted_at']}")
    return found


def _nothing_after_the_end(town: Town) -> list[str]:
    query = """SELECT e.key, e.attempted_at, coalesce(i.cancelled_at, i.accepted_at, i.closed_at) AS ended FROM effect e
        JOIN incident i ON i.id = e.incident
        WHERE e.kind IN ('siren', 'call') AND e.attempted_at IS NOT NULL
            AND i.state IN ('cancelled', 'accepted', 'closed')"""
    return [
        f"{row['key']} was begun after its incident had ended"
        for row in rows(town, query)
        if instant(row["attempted_at"]) > instant(row["ended"]) + SLACK
    ]


# -- at the end


def _every_letter_is_read(town: Town) -> list[str]:
    bad = rows(town, "SELECT id, state, text FROM inbound WHERE state NOT IN ('read', 'unread')")
    return [f"letter {row['id']} ({row['text']!r}) is {row['state']}" for row in bad]


def _every_cry_is_somewhere(town: Town) -> list[str]:
    """Each message that a modem took is a letter; each plain cry for help is in exactly one incident."""
    found = []
    sent = Counter(
        (town.residents[deed.who % len(town.residents)], deed.text)
        for deed in town.story.deeds
        if deed.what == "write" and deed.text in (*CRIES, *CHATTER)
    )
    kept = Counter(
        (row["sender"], row["text"]) for row in rows(town, "SELECT sender, text FROM inbound WHERE kind = 'sms'")
    )
    for sender, text in sent:
        if not kept[sender, text] and text != "":
            found.append(f"{sender} wrote {text!r}, and no letter says so")
    homeless = rows(
        town,
        """SELECT id, sender, text FROM inbound WHERE state = 'read' AND id NOT IN
        (SELECT letter FROM incident_letter)""",
    )
    cries = {text for text in CRIES if text not in ("1", "DIAM RAMPOK")} | {LONG_CRY}
    found += [
        f"letter {row['id']} {row['text']!r} is a cry for help and in no incident"
        for row in homeless
        if row["text"] in cries
    ]
    return found


def _nobody_was_told_a_falsehood(town: Town) -> list[str]:
    """Every text on a phone was true when it was written."""
    found = []
    ends = {str(row["id"]): row for row in rows(town, "SELECT * FROM incident")}
    accepted = dict.fromkeys(("accepted", "accepted_ask", "accepted_centre"), "accepted_at")
    claims = {**accepted, "cancelled": "cancelled_at", "closed": "closed_at"}
    for number in town.residents:
        for sms in town.network.phone(number).inbox:
            for key, stamp in claims.items():
                told = offer_form(town.city, key).fullmatch(sms.text)
                row = ends.get(_code(told["code"])) if told else None
                if told and (row is None or row[stamp] is None or instant(row[stamp]) > sms.received_at):
                    found.append(f"{number} was told {sms.text!r}, which was not so")
                if row is not None and row["caller"] != number:
                    found.append(f"{number} was told of another's incident: {sms.text!r}")
            quiet = next((row for row in ends.values() if row["caller"] == number and row["quiet"]), None)
            if quiet and len(ends) == 1 and sms.sent_at > _quiet_since(town, quiet) + ON_WIRE:
                found.append(f"{number} must be quiet and got {sms.text!r}")
    return found


def _quiet_since(town: Town, incident: Row) -> datetime:
    """When its caller asked for silence: with the cry that opened it (or in the registry), or in a later letter."""
    query = "SELECT min(received_at) AS at FROM inbound WHERE sender = ? AND text LIKE 'DIAM%'"
    asked = rows(town, query, incident["caller"])[0]["at"]
    return max(instant(asked), instant(incident["opened_at"])) if asked else instant(incident["opened_at"])


def _code(text: str) -> str:
    return text.lstrip("#0") or "0"


def _no_siren_rang_too_often(town: Town) -> list[str]:
    """At most one ring a ledger row, and one more for each crash."""
    found, crashes = [], len(town.box.died)
    for number in town.sirens:
        rung = len(town.network.sirens[number].rings_seen)
        query = "SELECT count(*) AS n FROM effect WHERE kind = 'siren' AND target = ? AND attempted_at IS NOT NULL"
        told = sum(row["n"] for row in rows(town, query, number))
        if rung > told + crashes:
            found.append(f"siren {number} rang {rung} times for {told} rows and {crashes} crashes")
    return found


def _every_incident_came_to_its_end(town: Town) -> list[str]:
    """Faults stopped CALM_S ago: whatever was confirmed is accepted, and where nobody accepted within a minute a siren
    had been rung, by this incident or another of the same minute."""
    found = []
    for row in rows(town, "SELECT * FROM incident WHERE confirmed_at IS NOT NULL"):
        if row["state"] == "confirmed":
            found.append(f"incident {row['id']} is still unaccepted {CALM_S:.0f} s after everybody answers")
        if row["state"] != "accepted" or not row["siren_allowed"] or row["heard_at"] > row["accepted_at"]:
            continue
        waited = instant(row["accepted_at"]) - instant(row["confirmed_at"])
        rung = rows(town, "SELECT 1 FROM effect WHERE kind = 'siren' AND attempted_at IS NOT NULL LIMIT 1")
        if waited > timedelta(seconds=SETTLED_S) and not rung:
            found.append(f"incident {row['id']} waited {waited} for its acceptance, and no siren ever rang")
    return found


def _nothing_stale_left(town: Town) -> list[str]:
    query = """SELECT o.id, p.claimed_at, o.expires_at FROM outbound o JOIN outbound_part p ON p.outbound_id = o.id
        WHERE p.claimed_at > o.expires_at"""
    left = [
        f"letter out-{row['id']} left at {row['claimed_at']}, after its time {row['expires_at']}"
        for row in rows(town, query)
    ]
    undone = rows(town, "SELECT id, state FROM outbound WHERE state IN ('queued', 'doing')")
    return left + [f"letter out-{row['id']} ended {row['state']}" for row in undone]
