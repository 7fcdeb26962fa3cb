"""Texts and words of e-Musrenbang (see ``texts.py``); their wording ships with each language."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, frozenset[str]] = {
    "label_proposals": frozenset(),
    # -- rounds
    "prop_none_open": frozenset(),  # no round was ever open
    "prop_closed": frozenset({"round", "closed"}),  # the last one is over since that day
    # -- a new one
    "prop_ask": frozenset({"area"}),
    "prop_ask_unregistered": frozenset(),  # without a voice; in which district? Or registration first
    "prop_kept": frozenset({"proposal", "area", "said"}),
    "prop_held": frozenset({"proposal", "area"}),  # a person looks at it first
    "prop_alike": frozenset({"proposal", "voices", "said"}),  # is yours the same?
    "prop_again": frozenset({"proposal", "voices", "said"}),  # you proposed it before
    "prop_enough": frozenset({"proposed"}),  # as many as one number may
    # -- what there is
    "prop_where": frozenset(),  # of which area? Of somebody who is in no registry
    "prop_list": frozenset({"area", "proposed"}),
    "prop_line": frozenset({"proposal", "said", "voices"}),  # of a list
    "prop_list_closed": frozenset({"area", "round"}),
    "prop_list_empty": frozenset({"area"}),
    "prop_one": frozenset({"proposal", "area", "whole", "voices"}),
    "prop_unknown": frozenset({"proposal"}),
    "prop_not_shown": frozenset({"proposal"}),
    # -- voices
    "prop_ask_number": frozenset(),
    "prop_register": frozenset(),  # only registered numbers have a voice
    "prop_supported": frozenset({"proposal", "said", "voices"}),
    "prop_already": frozenset({"proposal", "voices"}),
    "prop_other": frozenset({"other", "said", "proposal"}),  # the voice is given: move it?
    "prop_moved": frozenset({"proposal", "voices"}),
    "prop_stays": frozenset({"proposal"}),
    "prop_taken_back": frozenset({"proposal"}),
    "prop_no_voice": frozenset(),
    # -- what is told unasked
    "prop_hidden": frozenset({"proposal", "because"}),
    "prop_released": frozenset({"proposal", "said"}),
    "prop_result": frozenset({"round", "proposal", "said", "voices", "rank", "proposed", "area"}),
    # -- labels
    "label_prop_new": frozenset(),
    "label_prop_more": frozenset(),
    "label_prop_support": frozenset(),
    "label_prop_take_back": frozenset(),
    "label_prop_that": frozenset(),
    "label_prop_mine": frozenset(),
    "label_prop_move": frozenset(),
    "label_prop_stay": frozenset(),
}

PHRASES: Mapping[str, str] = {}

WIDTHS: Mapping[str, int] = {
    "closed": 10,
    "other": 5,
    "proposal": 5,
    "proposed": 4,
    "rank": 4,
    "because": 70,
    "round": 20,
    "said": 40,  # the beginning of a proposal
    "voices": 5,
    "whole": 90,
}

WORDS: frozenset[str] = frozenset(
    {
        "prop_new",  # USUL
        "prop_list",  # USULAN
        "prop_support",  # DUKUNG
        "prop_take_back",  # BATAL DUKUNG
        "prop_small",  # words that say nothing of what is proposed
    }
)
