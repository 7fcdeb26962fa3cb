"""Texts and words between e-Masyarakat and the offices (see ``texts.py``); their wording ships with each language."""

from __future__ import annotations

from collections.abc import Mapping

_ASKED = frozenset({"ticket", "matter", "code"})

TEXTS: Mapping[str, frozenset[str]] = {
    # -- to an official
    "office_new": _ASKED,
    "office_again": _ASKED,  # a resident said that it is not done
    "office_remind": _ASKED | {"until"},
    "office_due": _ASKED,  # today is the last day
    "office_late": _ASKED | {"until"},  # to the next official: nobody answered in time
    "office_more": frozenset({"ticket", "matter"}),  # a resident wrote again
    # -- in answer to an official
    "office_taken": frozenset({"ticket", "code"}),
    "office_done": frozenset({"ticket"}),
    "office_refused": frozenset({"ticket"}),
    "office_passed": frozenset({"ticket", "office"}),  # to that other office
    "office_parked": frozenset({"ticket"}),  # a person of the city passes it on
    "office_reason": frozenset({"ticket", "code"}),  # a refusal needs one
    "office_help": frozenset({"ticket", "code"}),
    "office_codeless": frozenset({"ticket"}),  # right form, no code
    "office_wrong": frozenset({"left"}),
    "office_paused": frozenset({"time"}),
    "office_spent": frozenset({"ticket"}),  # answered already, or another's by now
    # -- to the Inspektorat
    "office_list": frozenset({"count", "list"}),
    # -- to those who reported it
    "office_at_work": frozenset({"ticket", "office"}),
    "office_answered": frozenset({"ticket", "office", "answer"}),
    "office_declined": frozenset({"ticket", "office", "answer"}),
    "office_forwarded": frozenset({"ticket", "office"}),
    "office_outside": frozenset({"ticket", "office", "call"}),  # not in the city's power
    "office_ask": frozenset({"ticket", "office", "until"}),  # is it so? else it closes
    "office_closed": frozenset({"ticket"}),
    "office_merged": frozenset({"ticket", "into", "office", "due"}),  # a person found that it is another's matter
    "office_split": frozenset({"ticket", "into", "office", "due"}),  # and that it is not: it has a number of its own
    "office_answer_done": frozenset(),  # for {answer}: done, in no more words
}

PHRASES: Mapping[str, str] = {"office_answer_done": "answer"}

WIDTHS: Mapping[str, int] = {
    "matter": 72,  # category, place and what was written: as much of it as there is room for
    "list": 110,  # numbers of tickets with their offices
}

WORDS: frozenset[str] = frozenset(
    {
        "office_working",  # KERJA
        "office_done",  # SELESAI
        "office_refuse",  # TOLAK
        "office_not_ours",  # BUKAN
        "office_not",  # turns one of these round: "belum selesai"
        "office_name_is",  # "nama saya": what follows is hidden with who hides
        "office_filler",  # beside a number: "tiket 123 kode 4821"
    }
)
