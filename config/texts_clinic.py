"""Texts and words of e-Dokter (see ``texts.py``); their wording ships with each language."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, frozenset[str]] = {
    "label_clinic": frozenset(),  # the menu's line
    # -- what residents read, and are asked
    "queue_service": frozenset(),
    "queue_where": frozenset({"service"}),
    "queue_not_there": frozenset({"clinic", "service"}),
    "queue_when": frozenset({"clinic", "service"}),
    "queue_whom": frozenset(),
    "queue_name": frozenset(),
    "queue_name_whole": frozenset(),  # "saya" is no name
    "queue_no_referral": frozenset(),
    "queue_line_other": frozenset({"clinic", "day"}),  # another clinic that sees people on that day
    "queue_referral": frozenset({"clinic"}),
    "queue_line_day": frozenset({"day", "places"}),
    "queue_line_wait": frozenset({"day"}),
    "queue_line_self": frozenset({"patient"}),
    "queue_line_one": frozenset({"day", "patient", "service"}),
    "queue_ticket": frozenset({"bring", "clinic", "day", "number", "patient", "service", "time"}),
    "queue_again": frozenset({"clinic", "day", "number", "patient", "service", "time"}),
    "queue_moved": frozenset({"clinic", "day", "number", "patient", "service", "time"}),
    "queue_for_you": frozenset({"clinic", "day", "number", "patient", "service", "time"}),
    "queue_full": frozenset({"clinic", "day", "service"}),
    "queue_shut": frozenset({"clinic", "day", "reason"}),
    "queue_no_day": frozenset({"clinic", "day", "service"}),
    "queue_none_free": frozenset({"clinic", "day", "service"}),
    "queue_no_such_day": frozenset({"clinic", "day", "service"}),
    "queue_past": frozenset({"clinic", "day", "service"}),
    "queue_enough": frozenset({"count"}),
    "queue_listed": frozenset({"clinic", "day", "position", "service"}),
    "queue_now": frozenset({"ahead", "clinic", "now", "number", "service", "time"}),
    "queue_now_next": frozenset({"clinic", "now", "number", "service", "time"}),  # nobody is before them
    "queue_not_begun": frozenset({"ahead", "clinic", "day", "number", "service", "time"}),
    "queue_not_begun_first": frozenset({"clinic", "day", "number", "service", "time"}),
    "queue_turn": frozenset({"clinic", "number", "service"}),
    "queue_nothing": frozenset(),
    "queue_lost": frozenset({"clinic", "number", "service"}),  # was called and not there once too often
    "queue_which": frozenset(),
    "queue_cancelled": frozenset({"clinic", "day", "patient", "service"}),
    "queue_cancelled_by": frozenset({"clinic", "day", "patient", "service"}),
    "queue_cancelled_clinic": frozenset({"clinic", "day", "patient", "reason", "service"}),  # by its counter
    "queue_too_late": frozenset({"clinic", "day", "number", "service"}),
    "queue_offer": frozenset({"clinic", "day", "patient", "service", "time"}),
    "queue_offer_over": frozenset({"clinic", "day", "service"}),
    "queue_offer_no": frozenset(),
    "queue_eve": frozenset({"clinic", "day", "number", "patient", "service", "time"}),
    "queue_soon": frozenset({"ahead", "clinic", "number", "service", "time"}),
    "queue_next": frozenset({"clinic", "number", "service", "time"}),
    "queue_told_shut": frozenset({"clinic", "day", "number", "reason", "service"}),
    "queue_told_hours": frozenset({"clinic", "day", "number", "service", "time"}),
    "queue_days": frozenset(),
    "queue_closed_word": frozenset(),
    # -- to the staff of a clinic, in answer
    "clinic_called": frozenset({"number", "patient", "service", "waits"}),
    "clinic_recalled": frozenset({"number", "patient", "service", "waits"}),  # who was away before
    "clinic_nobody": frozenset({"service"}),
    "clinic_away": frozenset({"count", "number"}),  # called again after so many others
    "clinic_lost": frozenset({"number"}),
    "clinic_done": frozenset({"number", "waits"}),
    "clinic_not_called": frozenset({"number", "service"}),
    "clinic_joined": frozenset({"ahead", "number", "patient", "service", "time"}),  # a walk-in
    "clinic_joined_next": frozenset({"number", "patient", "service", "time"}),  # nobody is before them
    "clinic_joined_full": frozenset({"service"}),
    "clinic_who": frozenset(),  # a walk-in needs a name
    "clinic_which": frozenset({"list"}),  # of which service?
    "clinic_no_session": frozenset({"day"}),
    "clinic_close_sure": frozenset({"count", "day", "service"}),
    "clinic_closed": frozenset({"count", "day", "service", "waits"}),  # so many moved, so many told
    "clinic_closed_already": frozenset({"day", "service"}),
    "clinic_reason": frozenset(),  # closing needs one
    "clinic_day": frozenset(),  # and one day
    "clinic_open": frozenset(),  # it was not closed after all
    "clinic_today": frozenset({"day", "list"}),
    "clinic_staff_only": frozenset({"call"}),  # to anybody else
    # -- to who is moved to another day
    "clinic_moved": frozenset({"day", "number", "reason", "service", "time", "other_day"}),
    "clinic_all": frozenset(),  # for {service}: the whole clinic
    "label_have": frozenset(),
    "label_move": frozenset(),
    "label_cancel": frozenset(),
    "label_ticket": frozenset(),
    "label_somebody": frozenset(),
    "label_more": frozenset(),
}

PHRASES: Mapping[str, str] = {"clinic_all": "service"}

WIDTHS: Mapping[str, int] = {
    "ahead": 3,  # people before one
    "now": 4,  # the number that is being seen
    "patient": 20,
    "places": 3,
    "position": 3,  # on the waiting list
    "bring": 40,  # what to bring
    "clinic": 28,  # a clinic's name
    "day": 14,  # "Rab 25/11"
    "doctor": 24,
    "number": 4,  # a queue's number
    "reason": 30,
    "service": 16,  # a service's label
    "waits": 3,  # people who wait
    "other_day": 14,
}

WORDS: frozenset[str] = frozenset(
    {
        "clinic_away",  # LEWAT
        "clinic_call",  # PANGGIL
        "clinic_close",  # TUTUP
        "clinic_done",  # SELESAI
        "clinic_list",  # LIST
        "clinic_no",
        "clinic_today",  # beside a day to close
        "clinic_tomorrow",
        "clinic_walk_in",  # DATANG
        "clinic_yes",
        "queue_age",
        "queue_doctor",
        "queue_first",
        "queue_for",
        "queue_heads",
        "queue_hospital",
        "queue_house",
        "queue_kin",
        "queue_mine",
        "queue_months",
        "queue_move",
        "queue_move_only",
        "queue_named",
        "queue_no",
        "queue_not",
        "queue_now",
        "queue_referral",
        "queue_self",
        "queue_stops",
        "queue_ticket",
        "queue_unknown",
        "queue_want",
        "queue_years",
        "queue_yes",
    }
)
