"""What the program says on a phone: the keys, and the placeholders each may use.

The words themselves are data (``texts/<lang>.toml`` of the city pack). ``city check`` refuses a pack that misses a key,
uses an unknown placeholder, or whose text passes 160 GSM-7 septets with every placeholder at its longest.
"""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, frozenset[str]] = {
    # -- to the resident who reported
    "kept": frozenset({"code", "kind", "place", "time"}),  # placed, registered: being rung now
    "kept_repeat": frozenset({"code", "time"}),  # joined to an incident that is open already
    "kept_ask_place": frozenset({"code", "kind", "time"}),  # kept, place unknown or ambiguous: one question
    "kept_ask_which": frozenset({"code", "kind", "choices"}),  # kept, two or more places possible
    "kept_outside": frozenset({"code", "kind", "call"}),  # outside the city: passed on, whom to call
    "place_known": frozenset({"code", "place", "station"}),  # the answer to the question was understood
    "accepted": frozenset({"code", "station", "time"}),  # an officer accepted: that station is coming
    "accepted_ask": frozenset({"code", "station", "time"}),  # the same, while the place is not known
    "accepted_centre": frozenset({"code", "station", "time"}),  # somebody at the command centre accepted
    "nobody": frozenset({"code", "call"}),  # nobody accepted in nobody_s: whom to call
    "cancelled": frozenset({"code"}),  # BATAL in its minute
    "cancel_late": frozenset({"code"}),  # BATAL after it: the officer was told
    "cancel_nothing": frozenset(),  # BATAL with nothing open
    "closed": frozenset({"code"}),
    "ask_missed_call": frozenset(),  # "1 darurat, 2 salah pencet"
    "missed_call_dropped": frozenset(),  # answered 2
    "not_emergency": frozenset({"call"}),  # the last desk: kept, read by a person later, whom to call in need
    # -- to an officer
    "offer": frozenset({"kind", "place", "caller", "reply", "certainty"}),  # reply with the code to accept
    "offer_unverified": frozenset({"kind", "place", "caller", "reply"}),  # caller not registered, siren waits
    "offer_accepted": frozenset({"code", "kind", "place", "caller"}),
    "offer_taken": frozenset({"code", "by"}),  # another officer accepted before you
    "offer_wrong": frozenset({"left"}),  # that code opens nothing of yours
    "offer_cancelled": frozenset({"code", "kind", "place"}),  # the caller cancelled in the first minute
    "offer_cancel_late": frozenset({"code", "kind"}),  # the caller says "cancelled" after it: you decide
    "offer_more": frozenset({"code", "text"}),  # the caller wrote again
    "offer_place": frozenset({"code", "place"}),  # the place is known better now
    # -- phrases that stand inside the texts above (their room is the width of a field)
    "place_unknown": frozenset(),  # for {place}
    "place_outside": frozenset(),
    "caller_unregistered": frozenset(),  # for {caller}, where there is no name
    "caller_withheld": frozenset(),
    "certainty_sure": frozenset(),  # for {certainty}: named in the text
    "certainty_likely": frozenset(),  # the registered address
    "certainty_unknown": frozenset(),
    # -- to headquarters
    "nobody_alarm": frozenset({"code", "kind", "place", "minutes"}),  # to headquarters: nobody accepted
    "stranded": frozenset({"caller", "text"}),  # the store is broken: the raw text, from memory
    "mass": frozenset({"station", "count"}),  # many incidents at one station within the window
}

PHRASES: Mapping[str, str] = {
    "place_unknown": "place",
    "place_outside": "place",
    "caller_unregistered": "caller",
    "caller_withheld": "caller",
    "certainty_sure": "certainty",
    "certainty_likely": "certainty",
    "certainty_unknown": "certainty",
}
"""Texts that fill a field of another text: which field."""

WIDTHS: Mapping[str, int] = {
    "by": 28,
    "call": 12,
    "caller": 30,  # the number first: what does not fit is cut at the end
    "certainty": 20,
    "choices": 70,
    "code": 5,
    "count": 3,
    "kind": 16,
    "left": 1,
    "minutes": 3,
    "place": 40,
    "reply": 6,
    "station": 28,
    "text": 90,
    "time": 5,
}
"""The longest each placeholder can be, in GSM-7 septets. ``City.text`` cuts to it, so a text is always one SMS."""

WORDS = frozenset({"cancel", "quiet", "yes", "no", "test"})
"""Words of dialogue that a pack gives besides its emergency codes (``codes.toml``, ``[words]``)."""
