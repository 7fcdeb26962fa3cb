"""Texts and words of e-Masyarakat (see ``texts.py``); their wording ships with each language."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, frozenset[str]] = {
    "label_complaint": frozenset(),  # the menu's line
    # -- a complaint is written
    "ticket_write": frozenset(),  # in words; what else may be chosen stands below it
    "ticket_write_secret": frozenset(),
    "ticket_what": frozenset(),  # by voice, after the category
    "ticket_kinds": frozenset(),  # above the list of categories
    "ticket_opened": frozenset({"ticket", "category", "spot", "office", "when"}),  # the reply is the ticket
    "ticket_opened_placeless": frozenset({"ticket", "category", "office", "when"}),
    "ticket_opened_secret": frozenset({"ticket", "category", "office", "when"}),
    "ticket_noted": frozenset({"ticket", "category"}),  # words that the office is not shown: a person looks first
    "ticket_outside": frozenset({"ticket", "category", "title"}),  # the place lies beyond the border
    "ticket_elsewhere": frozenset({"ticket", "category", "office", "call"}),  # not in the city's power: whom to call
    "ticket_joined": frozenset({"ticket", "category", "neighbours", "office", "due"}),  # neighbours reported it before
    "ticket_again": frozenset({"ticket", "category", "state", "office", "due"}),  # you reported it before
    "ticket_added": frozenset({"ticket"}),  # LAPOR 123 and more words
    # -- one question: where? (the ticket is there already)
    "ticket_where": frozenset({"ticket", "category", "office", "when"}),
    "ticket_where_home": frozenset({"ticket", "category", "office", "when"}),  # 1: at the registered address
    "ticket_which": frozenset({"ticket", "category", "office", "due", "areas"}),  # in which of these kelurahan?
    "ticket_which_part": frozenset({"ticket", "category", "spot", "office", "due"}),  # a street or lane, but where?
    "ticket_second": frozenset({"ticket", "category", "office", "first"}),  # instead of a place; the first one's again
    "ticket_then": frozenset({"ticket", "then"}),  # the place is noted; where is the other?
    "ticket_placed": frozenset({"ticket", "place", "office", "when"}),
    "ticket_unplaced": frozenset({"ticket", "office", "when"}),
    "ticket_merged": frozenset({"ticket", "into", "neighbours", "office", "due"}),  # with its place: it is another's
    # -- STATUS, SUDAH, BELUM, BATAL LAPOR
    "ticket_status": frozenset({"ticket", "category", "place", "state", "office", "due"}),
    "ticket_status_placeless": frozenset({"ticket", "category", "state", "office", "due"}),  # no place is needed
    "ticket_status_answered": frozenset({"ticket", "office", "answer"}),
    "ticket_status_over": frozenset({"ticket", "category", "place", "state"}),
    "ticket_status_secret": frozenset({"ticket", "category", "state"}),  # another's, who hides; or no place is needed
    "ticket_list": frozenset({"tickets"}),
    "ticket_none": frozenset(),
    "ticket_unknown": frozenset({"ticket"}),
    "ticket_not_yours": frozenset({"ticket"}),
    "ticket_reopened": frozenset({"ticket", "office", "when"}),
    "ticket_still": frozenset({"ticket", "state", "office", "due"}),  # BELUM, and it was never said to be done
    "ticket_rate": frozenset({"ticket", "office"}),  # closed; above the five marks
    "ticket_rated": frozenset({"ticket", "rating"}),
    "ticket_agreed": frozenset({"ticket"}),  # to the others who reported it: one of them says that it is done
    "ticket_open_again": frozenset({"ticket"}),  # to them: one says that it is not
    "ticket_withdrawn": frozenset({"ticket"}),
    "ticket_unfollowed": frozenset({"ticket"}),  # others reported it too: it goes on
    "ticket_late": frozenset({"ticket", "state"}),  # too late to take it back
    # -- phrases, and labels
    "ticket_days": frozenset(),  # seven short names of weekdays, Monday first
    "ticket_when": frozenset({"due"}),
    "ticket_when_later": frozenset({"read", "due"}),  # out of hours
    "ticket_place_unknown": frozenset(),
    "ticket_state_open": frozenset(),
    "ticket_state_working": frozenset(),
    "ticket_state_answered": frozenset(),
    "ticket_state_closed": frozenset(),
    "ticket_state_withheld": frozenset(),
    "ticket_state_merged": frozenset(),
    "ticket_state_withdrawn": frozenset(),
    "label_tickets": frozenset(),
    "label_secret": frozenset(),
    "label_kinds": frozenset(),
    "label_kinds_more": frozenset(),  # the next SMS of the list
    "label_done": frozenset(),
    "label_not_yet": frozenset(),
    "label_withdraw": frozenset(),
    "label_rate_1": frozenset(),
    "label_rate_2": frozenset(),
    "label_rate_3": frozenset(),
    "label_rate_4": frozenset(),
    "label_rate_5": frozenset(),
}

PHRASES: Mapping[str, str] = {
    "ticket_when": "when",
    "ticket_when_later": "when",
    "ticket_place_unknown": "spot",
    **{key: "state" for key in TEXTS if key.startswith("ticket_state_")},
}

WIDTHS: Mapping[str, int] = {
    "answer": 56,  # what an office says; it is read in an SMS beside how to agree or not
    "areas": 50,  # up to three kelurahan with their digits
    "category": 20,  # a category's label: a line of a menu at the most
    "due": 9,  # "Kam 26/11"
    "first": 6,
    "into": 6,
    "neighbours": 3,
    "office": 20,  # an office's short label
    "rating": 1,
    "read": 15,  # "Sen 23/11 08.00"
    "spot": 19,  # a place in few letters
    "state": 24,
    "then": 6,
    "ticket": 6,
    "tickets": 110,
    "when": 43,
}

WORDS: frozenset[str] = frozenset(
    {
        "ticket_report",  # LAPOR
        "ticket_secret",  # RAHASIA, in front
        "ticket_hide",  # the same, anywhere in the text
        "ticket_status",
        "ticket_done",  # SUDAH
        "ticket_not_yet",  # BELUM
        "ticket_withdraw",  # BATAL LAPOR
        "ticket_courtesy",  # words that say nothing of a complaint beside these
        "ticket_abuse",  # threats and obscenities that an office is not shown before a person looked
        "ticket_small",  # words that say nothing of what is wrong, or where
        "ticket_blocks",  # behind LAPOR these are an office's …
        "ticket_hurts",  # … unless one of these stands there: then an alarm
        "ticket_alike",  # words in one line say the same of one thing
        "ticket_home",  # where its sender lives
        "ticket_mended",  # after "sudah": something was done about it
        "ticket_but",  # beside these it was not, or not all of it
        "ticket_damage",  # something is wrong
        "ticket_numbered",  # roads that go by a number
        "ticket_nowhere",  # no place is known
        "ticket_near",  # before a landmark
    }
)
