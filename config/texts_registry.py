"""Texts and words of the registry (see ``texts.py``); their wording ships with each language."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, frozenset[str]] = {
    # -- registering
    "reg_name": frozenset(),  # the first question, with what the data is for and how it is erased
    "reg_consent": frozenset(),  # the same, before another first question
    "reg_done": frozenset({"who", "home", "kel", "voucher"}),  # all was said at once: this is what was understood
    "reg_which": frozenset(),  # several kelurahan may be meant
    "reg_nik_wrong": frozenset(),  # the NIK was left out
    "reg_other_name": frozenset(),  # of somebody else: the name
    "reg_other_district": frozenset({"who"}),
    "reg_other_phone": frozenset({"who"}),  # their number, 0: none
    "reg_other_confirm": frozenset({"who", "home", "kel", "phone"}),
    "reg_other_asked": frozenset({"phone"}),  # the other phone was asked
    "reg_other_not": frozenset(),  # too many, or not again, or a number of the city's
    "reg_member_kept": frozenset({"who"}),  # a person without a phone is noted in the household
    "reg_member_first": frozenset(),  # register your own phone first
    "reg_member_full": frozenset(),
    "reg_invite": frozenset({"phone", "who", "home", "kel"}),  # to the other phone
    "reg_invite_yes": frozenset({"who"}),
    "reg_invite_no": frozenset(),
    "reg_moving": frozenset(),  # PINDAH: where to?
    # -- the kepling
    "kepling_ask": frozenset({"who", "home", "kel", "phone", "pin"}),
    "kepling_remind": frozenset({"who", "home", "pin"}),
    "kepling_done": frozenset({"who"}),
    "kepling_declined": frozenset({"who"}),
    "kepling_wrong": frozenset({"left"}),
    "kepling_burnt": frozenset(),
    "kepling_which": frozenset({"waiting"}),  # YA without a code, and several wait
    "kepling_waiting": frozenset({"waiting"}),
    "kepling_none": frozenset(),
    "reg_confirmed": frozenset({"by"}),  # to the resident
    "reg_declined": frozenset(),
    # -- one's own data
    "reg_nik": frozenset(),
    "reg_quiet": frozenset(),
    "reg_button": frozenset(),
    "reg_walk": frozenset(),
    "reg_call_me": frozenset(),
    "reg_since": frozenset({"by", "date"}),  # confirmed by whom and when
    "reg_household": frozenset({"members"}),
    "reg_notes": frozenset({"notes"}),
    "reg_nothing_more": frozenset(),
    "reg_erase_sure": frozenset(),
    "reg_erased": frozenset(),
    # -- wishes
    "reg_language": frozenset(),
    "reg_quiet_ask": frozenset(),
    "reg_quiet_off": frozenset(),
    "reg_call_me_on": frozenset(),
    "reg_call_me_off": frozenset(),
    "reg_button_ask": frozenset(),
    "reg_button_on": frozenset(),
    "reg_button_off": frozenset(),
    "reg_button_not": frozenset(),  # only for a confirmed line
    "reg_notes_ask": frozenset({"notes"}),
    "reg_notes_kept": frozenset({"notes"}),
    "reg_notes_gone": frozenset(),
    "reg_notes_officer": frozenset({"code", "told"}),  # to the officer who comes
    # -- labels
    "label_all": frozenset(),
    "label_button_yes": frozenset(),
    "label_note_heart": frozenset(),
    "label_note_walk": frozenset(),
    "label_note_deaf": frozenset(),
    "label_note_blind": frozenset(),
    "label_note_pregnant": frozenset(),
    "label_note_gone": frozenset(),
    "label_by_kepling": frozenset(),
    "label_by_city": frozenset(),
}

PHRASES: Mapping[str, str] = {
    "label_by_kepling": "voucher",
    "label_by_city": "voucher",
}

WIDTHS: Mapping[str, int] = {
    "date": 10,
    "home": 26,
    "kel": 15,
    "members": 90,
    "notes": 80,
    "phone": 15,
    "pin": 4,
    "told": 110,
    "voucher": 12,
    "waiting": 110,
    "who": 18,
}

WORDS: frozenset[str] = frozenset(
    {
        "reg_heads",
        "reg_for",
        "reg_kin",
        "reg_my",
        "reg_label",
        "reg_no_phone",
        "moving",
        "language_heads",
        "quiet_ask",
        "quiet_on",
        "quiet_off",
        "call_me_on",
        "call_me_off",
        "button_ask",
        "button_on",
        "button_off",
        "notes_heads",
        "notes_gone",
        "cannot_walk",
        "erase_yes",
        "kepling_waiting",
    }
)
