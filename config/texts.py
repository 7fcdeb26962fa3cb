"""What the program says on a phone: the keys, and the placeholders each may use.

The words themselves are data (``texts/<lang>.toml`` of the city pack). ``city check`` refuses a pack that misses a key,
uses an unknown placeholder, or whose text passes 160 GSM-7 septets with every placeholder at its longest.
"""

from __future__ import annotations

from collections.abc import Mapping

from config import (
    texts_bus,
    texts_clinic,
    texts_complaints,
    texts_info,
    texts_lookups,
    texts_more,
    texts_offices,
    texts_proposals,
    texts_registry,
    texts_standing,
    texts_telling,
)

SERVICES = (
    texts_registry,
    texts_complaints,
    texts_offices,
    texts_clinic,
    texts_more,
    texts_lookups,
    texts_bus,
    texts_info,
    texts_proposals,
    texts_standing,
    texts_telling,
)
SERVICE_TEXTS: Mapping[str, frozenset[str]] = {key: may for area in SERVICES for key, may in area.TEXTS.items()}
"""Texts of the city's services: their wording ships with the language, a pack may give its own."""

TEXTS: Mapping[str, frozenset[str]] = {
    **SERVICE_TEXTS,
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
    "ask_emergency": frozenset({"call"}),  # kept; the words leave open whether it is one: "1 ya, 2 bukan"
    "doubt_dropped": frozenset(),  # answered 2
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
    "certainty_operator": frozenset(),  # a person at the command centre put it right
    # -- to headquarters
    "nobody_alarm": frozenset({"code", "kind", "place", "minutes"}),  # to headquarters: nobody accepted
    "stranded": frozenset({"caller", "text"}),  # the store is broken: the raw text, from memory
    "credit_low": frozenset({"modem", "rupiah", "until"}),  # to the technician: a SIM's credit or active period ends
    "mass": frozenset({"station", "count"}),  # many incidents at one station within the window
    # -- a conversation by SMS or USSD: what is asked (its choices are the labels further down)
    "talk_menu": frozenset({"title"}),
    "talk_help": frozenset(),  # the same screen again: answer with a number of the list
    "talk_lapsed": frozenset({"digit"}),  # a digit after its time: what is meant? (SMS only)
    "talk_ended": frozenset(),  # BATAL ended the conversation
    "talk_doubt": frozenset(),  # a request that may not be its sender's shows and changes nothing
    "talk_kinds": frozenset(),  # what kind of emergency?
    "talk_home": frozenset({"kind", "place"}),  # kept; at the registered address?
    "talk_where": frozenset({"kind"}),  # kept; in which kecamatan?
    "talk_district": frozenset(),  # in which kecamatan?
    "talk_area": frozenset({"district"}),  # in which of its kelurahan?
    "talk_street": frozenset(),  # street in words, 0 to skip it
    "talk_passed_on": frozenset(),  # words in the place of a choice were handed to the officers
    "talk_placed": frozenset({"place"}),  # the end: the place as it was said
    "talk_placed_home": frozenset(),  # the end: at the registered address
    "talk_unplaced": frozenset(),  # the end: no place was given
    "talk_cancelling": frozenset({"call"}),  # BATAL was passed on
    "talk_name": frozenset(),  # registration: the name, 0 for the menu
    "talk_name_again": frozenset(),  # the same, of somebody who is registered and confirmed
    "talk_name_letters": frozenset(),  # a name is letters
    "talk_too_long": frozenset(),
    "talk_live_district": frozenset(),  # where do you live: kecamatan
    "talk_live_street": frozenset(),
    "talk_street_letters": frozenset(),  # a street has a name
    "talk_confirm": frozenset({"name", "street", "area"}),
    "talk_registered": frozenset(),  # the end: noted, a person has yet to confirm it
    "talk_change_noted": frozenset(),  # the end: the confirmed line holds until a person confirms the new one
    "talk_changed": frozenset(),  # the end: changed (nothing of it was confirmed)
    "talk_my_data": frozenset({"name", "street", "area", "status"}),
    "talk_unregistered": frozenset(),
    "talk_new_name": frozenset(),
    "talk_new_street": frozenset(),
    "talk_language": frozenset(),
    "talk_message": frozenset(),  # a message for the office, in words
    "talk_message_kept": frozenset({"call"}),
    # -- USSD: turning pages, going on after a drop, and what is shown when nothing can be kept
    "ussd_next": frozenset(),  # beside 0, one word
    "ussd_back": frozenset(),  # beside 9, one word
    "ussd_resume": frozenset(),  # dialled again after a drop: go on? 1 yes, 2 the menu, 3 the emergency
    "ussd_yes": frozenset(),
    "ussd_menu": frozenset(),
    "ussd_stuck": frozenset({"call"}),  # the store is stuck: not kept, whom to call
    "ussd_stuck_menu": frozenset({"call"}),  # the same, above what may be chosen nevertheless
    "ussd_spooled": frozenset({"time", "call"}),  # kept outside of the store, to be read in when it answers
    # -- what a conversation says to the desks for somebody (the first language's is used)
    "say_district": frozenset({"district"}),
    "say_area": frozenset({"area", "district"}),
    "say_home": frozenset(),  # still at the registered address
    "say_elsewhere": frozenset(),  # not there
    # -- phrases and labels of conversations
    "talk_alarm": frozenset(),  # for {kind}, where words raised the alarm
    "status_confirmed": frozenset(),  # for {status}
    "status_unconfirmed": frozenset(),
    "status_waits": frozenset(),  # a change waits
    "label_emergency": frozenset(),
    "label_message": frozenset(),
    "label_register": frozenset(),
    "label_my_data": frozenset(),
    "label_menu": frozenset(),
    "label_skip": frozenset(),
    "label_still_there": frozenset(),
    "label_elsewhere": frozenset(),
    "label_right": frozenset(),  # yes, register
    "label_again": frozenset(),  # no, once more
    "label_name": frozenset(),  # change the name
    "label_street": frozenset(),
    "label_language": frozenset(),
    "label_erase": frozenset(),
    "label_erase_yes": frozenset(),
    "language": frozenset(),  # this language's own name
}

PHRASES: Mapping[str, str] = {
    "place_unknown": "place",
    "place_outside": "place",
    "caller_unregistered": "caller",
    "caller_withheld": "caller",
    "certainty_sure": "certainty",
    "certainty_likely": "certainty",
    "certainty_unknown": "certainty",
    "certainty_operator": "certainty",
    "talk_alarm": "kind",
    "status_confirmed": "status",
    "status_unconfirmed": "status",
    "status_waits": "status",
    "language": "language",
    **{key: "label" for key in TEXTS if key.startswith("label_")},
    **{key: field for area in SERVICES for key, field in area.PHRASES.items()},
}
"""Texts that fill a field of another text: which field."""

WIDTHS: Mapping[str, int] = {
    "area": 18,
    "by": 28,
    "call": 12,
    "caller": 30,  # the number first: what does not fit is cut at the end
    "certainty": 20,
    "choices": 70,
    "code": 5,
    "count": 3,
    "digit": 2,
    "district": 18,
    "kind": 16,
    "label": 20,
    "language": 12,
    "left": 1,
    "minutes": 3,
    "modem": 20,
    "name": 28,
    "place": 40,
    "reply": 6,
    "rupiah": 11,
    "station": 28,
    "status": 22,
    "street": 36,
    "text": 90,
    "time": 5,
    "title": 24,
    "until": 10,
    **{name: width for area in SERVICES for name, width in area.WIDTHS.items()},
}
"""The longest each placeholder can be, in GSM-7 septets. ``City.text`` cuts to it, so a text is always one SMS."""

WORDS = frozenset({"cancel", "quiet", "yes", "no", "test", "menu", "register", "my_data", "message", "erase", "skip"})
"""Words of dialogue that a pack gives besides its emergency codes (``codes.toml``, ``[words]``)."""

SERVICE_WORDS = frozenset[str]().union(*(area.WORDS for area in SERVICES))
"""Words typed to the services; they ship with the language, a pack may give its own."""
