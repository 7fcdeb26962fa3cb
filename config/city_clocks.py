"""Every wait of the program that a city decides. None is a constant in Python; a pack must give each one that has no
default here."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from config.table import Table

WEEK_S = 7 * 86400


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """Seconds, unless the name says otherwise."""

    ring_s: float  # an officer's phone rings that long, from alerting; voicemail picks up at about 35
    key_s: float  # an answered call waits that long for a key
    next_s: float  # with a free modem the next person is dialled that long after the first ring
    one_line_s: float  # with one modem a tier may last that long
    again_s: float  # pause between the end of a round through all tiers and the next, louder
    cancel_s: float  # BATAL within it stops the ladder
    nobody_s: float  # nobody accepted: the resident is told, and headquarters; then again that often
    callback_s: float  # a missed call is rung back within it
    missed_s: float  # a second missed call counts as a confirmation within that time
    choice_s: float  # a bare digit answers our question within that time, and is asked about as long again
    siren_s: float  # still ringing then: our number is not on the controller's whitelist
    siren_tries: int  # rings of one siren in one wave, at most
    siren_pause_s: float  # between two tries
    siren_wait_s: float  # the controller's relay SMS is awaited that long
    proven_s: float  # a siren not proven within it counts as unproven
    offer_s: float  # an offer's code by SMS holds that long
    offer_tries: int  # wrong codes from one number before its offers close
    lane_s: float  # first message of a number in that time goes first
    mass_s: float  # incidents at one station within it ring the siren once
    part_wait_s: float  # the other parts of a long SMS are awaited that long
    part_window_s: float  # parts further apart are not of one SMS
    repeat_s: float  # an equal PDU within it is a repeat
    repeat_unsure_s: float  # the same where its time stamp is zero, invalid or over a day off
    resume_s: float  # a USSD session that dropped may be gone on with for that long
    letter_s: float  # an emergency letter is never sent later than that
    reply_s: float  # the same for every other reply
    doubt_s: float  # an emergency letter of unknown fate is repeated after it, marked so
    good_standing_days: int  # no false alarm for that long: an SMS of a registered number confirms at once
    talk_s: float = 240.0  # once an officer pressed a key his call may last that long, while a line is free besides
    hold_s: float = 90.0  # a caller who holds the line keeps it that long after somebody accepted
    line_s: float = 8.0  # a siren or an officer who waits that long for a line is given a holding caller's


_WHOLE = {"siren_tries": (1, 5), "offer_tries": (1, 10), "good_standing_days": (0, 3650)}


def read_clocks(table: Table) -> Clocks | None:
    """The table ``[clocks]``; every clock without a default must be there. None (and faults) when one is not, or is out
    of range."""
    before = len(table.faults)
    values: dict[str, float] = {}
    for one in dataclasses.fields(Clocks):
        if one.name in _WHOLE:
            values[one.name] = table.whole(one.name, *_WHOLE[one.name])
        else:
            usual = None if one.default is dataclasses.MISSING else one.default
            values[one.name] = table.number(one.name, 1, WEEK_S, usual)
    table.done()
    return Clocks(**values) if len(table.faults) == before else None  # type: ignore[arg-type]
