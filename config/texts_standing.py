"""Texts and words of what stands after a look-up: reminders, subscriptions, deadlines, dispositions (see ``texts.py``);
what a single row says is in the pack (``services/<id>.toml``)."""

from __future__ import annotations

from collections.abc import Mapping

TEXTS: Mapping[str, frozenset[str]] = {
    # -- to who asked to be reminded
    "standing_reminded": frozenset({"deadline", "before"}),
    "standing_reminds": frozenset({"deadline"}),  # asked already
    "standing_no_day": frozenset(),  # nothing to be reminded of: paid, or over
    "standing_unreminded": frozenset({"count"}),
    "standing_unreminded_none": frozenset(),
    # -- to who follows what is new
    "standing_follows": frozenset({"follow", "a_day", "head"}),
    "standing_follows_stopped": frozenset({"follow"}),  # he wrote STOP once: what comes of it now
    "standing_follow_full": frozenset({"count", "follow", "head"}),
    "standing_unfollowed": frozenset({"follow"}),
    "standing_unfollowed_none": frozenset({"head"}),
    "standing_news": frozenset({"offered", "many", "news", "head"}),
    # -- to an official, and to the inspectorate
    "standing_late_many": frozenset({"offered", "many", "oldest", "days"}),
    "standing_raised": frozenset({"offered", "office", "many", "oldest", "days"}),
    # -- in answer to staff
    "standing_answered": frozenset({"about", "value"}),
    "standing_answer_help": frozenset({"about", "code", "values"}),
    "standing_answer_over": frozenset({"about"}),
    # -- labels
    "label_remind": frozenset(),
    "label_unremind": frozenset(),
    "label_follow": frozenset(),
    "label_unfollow": frozenset(),
}
PHRASES: Mapping[str, str] = {}
WIDTHS: Mapping[str, int] = {
    "deadline": 10,
    "before": 12,  # "14, 3": how many days before
    "follow": 40,  # "satpam, sopir"
    "a_day": 2,
    "head": 12,  # the word that begins the look-up
    "news": 90,  # new rows in a line each
    "many": 5,  # rows
    "oldest": 24,
    "days": 4,
    "about": 24,
    "value": 20,
    "values": 60,
}
WORDS: frozenset[str] = frozenset(
    {
        "standing_remind",  # INGATKAN
        "standing_unremind",  # INGATKAN STOP
        "standing_follow",  # LANGGANAN
        "standing_unfollow",  # STOP
    }
)
