"""What can go wrong at a provider, by name. ``Faults`` keeps what is set; each place asks for its own by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Value = str | float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One row. ``value``: what it takes where none is given; None: it takes none."""

    what: str
    value: Value = None


FAULTS: Mapping[str, Fault] = {
    # -- the line: the provider is not there
    "down": Fault(what="connections are refused; the same port listens again when healed"),
    # -- the answer to a request (messaging, and the poll)
    "timeout_before": Fault(what="read and never answered; nothing is done"),
    "timeout_after": Fault(what="done and never answered: the letter goes out"),
    "cut_before": Fault(what="the connection breaks; nothing is done"),
    "cut_after": Fault(what="done, then the connection breaks"),
    "slow": Fault(what="done, and answered after so many seconds", value=5.0),
    "error_500": Fault(what="500; nothing is done"),
    "busy_429": Fault(what="429 too many requests; nothing is done"),
    "unauthorized": Fault(what="401 text/plain, as for a wrong key"),
    "wrong_json": Fault(what="done, and the JSON breaks off"),
    "odd_json": Fault(what="done, and answered by JSON of another shape"),
    "charset": Fault(what="done; Content-Type says application/json; charset=utf-8"),
    "invalid_sender": Fault(what="201 with InvalidSenderId; nothing is done"),
    "refuse": Fault(what="each recipient is refused with this status code", value=405.0),
    # -- delivery
    "early_report": Fault(what="the delivery report is posted and answered before the send is"),
    "no_report": Fault(what="no delivery report ever comes"),
    "interim": Fault(what="these states are reported before the last", value="Sent,Submitted,Buffered"),
    "report": Fault(what="the last report says this word, perhaps with :reason", value="Failed:DeliveryFailure"),
    # -- posts to the callbacks
    "duplicate": Fault(what="each is posted so many times, at once", value=2.0),
    "late": Fault(what="each waits so many seconds first", value=86_400.0),
    "reorder": Fault(what="each waits up to so many seconds, so that later ones pass it", value=3.0),
    "lost": Fault(what="never posted (the poll still has what came)"),
    "deaf": Fault(what="the answer is not heard: posted again in a minute though it was taken"),
    "other_date": Fault(what="the date with a blank instead of T and Z"),
    "lost_plus": Fault(what="the + of numbers is not encoded, so that it reads as a blank"),
    "bad_utf8": Fault(what="octets in the text that are no UTF-8"),
    "double_key": Fault(what="the text (else the first field) is there twice, with another value"),
    "no_id": Fault(what="without id"),
    "huge": Fault(what="a field more, of so many octets", value=20_000.0),
    # -- USSD
    "ussd_twice": Fault(what="each turn is posted twice; the first answer counts"),
    "ussd_drop": Fault(what="the session is lost between our answer and the phone"),
    "ussd_same_session": Fault(what="every new session has this id", value="ATUid_0000000000000000000000000000cafe"),
    # -- voice: calls
    "call_refused": Fault(what="a call is asked for and not made: this status", value="InsufficientCredit"),
    "call_answered_late": Fault(
        what="a call is made at once, and the request answered so many seconds later", value=8.0
    ),
    "call_no_session": Fault(what="the answer to a request for a call has no sessionId"),
    "voice_twice": Fault(what="each post of a call is posted twice; the first answer counts"),
    "voice_wrong_secret": Fault(what="posts of calls go to another secret"),
    "voice_no_events": Fault(what="no voice-events are posted"),
    "voice_no_keys": Fault(what="dtmfDigits is there, and empty"),
    "voice_cut": Fault(what="the call is lost when it has been answered for so many seconds", value=5.0),
    "final_twice": Fault(what="the last post of a call is posted so many times", value=2.0),
    "final_late": Fault(what="the last post of a call comes so many seconds later", value=60.0),
    "no_final": Fault(what="the last post of a call never comes"),
    "no_cause": Fault(what="the last post has no hangupCause"),
    "cause": Fault(what="the last post has this hangupCause", value="UNSPECIFIED"),
    "recording_late": Fault(what="a recording is not found the first so many times", value=2.0),
    "recording_elsewhere": Fault(what="recordingUrl is this address", value="http://169.254.169.254/latest/meta-data"),
    "sound_deaf": Fault(what="what Play names is not fetched: nothing is heard"),
}
