"""What Africa's Talking answers when it is asked for a call, and what its word for the end of one means here. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from gateway.africas_talking_answers import MOST_SAID, AccountTrouble
from gateway.callback import VoicePosted
from gateway.channel import Busy, Doubtful, Refused
from gateway.envelope import storable
from gateway.form import phone
from ivr.leg import Outcome

QUEUED = "queued"
NEVER = frozenset({"invalidphonenumber", "destinationnotsupported"})
ACCOUNT = frozenset({"insufficientcredit"})

CAUSES: Mapping[str, Outcome] = {
    "NO_ANSWER": Outcome.RANG,
    "ORIGINATOR_CANCEL": Outcome.RANG,
    "LOSE_RACE": Outcome.RANG,  # another phone of the same call was quicker
    "USER_BUSY": Outcome.BUSY,
    "CALL_REJECTED": Outcome.REJECTED,
    "NO_USER_RESPONSE": Outcome.UNREACHABLE,
    "SUBSCRIBER_ABSENT": Outcome.UNREACHABLE,
    "USER_NOT_REGISTERED": Outcome.UNREACHABLE,
    "UNALLOCATED_NUMBER": Outcome.UNREACHABLE,
    "RECOVERY_ON_TIMER_EXPIRE": Outcome.UNREACHABLE,  # the network never heard of the far end again
    "SERVICE_UNAVAILABLE": Outcome.NO_NETWORK,
    "NORMAL_TEMPORARY_FAILURE": Outcome.NO_NETWORK,
}
"""Of a call that nobody answered, by its ``hangupCause``. The set is open."""
LOST = frozenset({"NORMAL_TEMPORARY_FAILURE", "RECOVERY_ON_TIMER_EXPIRE", "SERVICE_UNAVAILABLE"})
"""Of a call that was answered: the line failed, and nobody hung up."""
STATES: Mapping[str, Outcome] = {"notanswered": Outcome.RANG, "busy": Outcome.BUSY, "failed": Outcome.FAILED}
"""By its ``callSessionState``, where no cause is given."""


def outcome_of(post: VoicePosted, *, answered: bool, alerted: bool) -> Outcome:
    """How a call ended, by its last post. Answered is answered, whatever ended it. NORMAL_CLEARING of a call that rang
    is a phone that turned it away; a word we do not know says no more than whether it rang."""
    if answered:
        return Outcome.ANSWERED
    cause, state = post.cause.upper(), post.state.lower()
    if cause in CAUSES:
        return CAUSES[cause]
    if cause == "NORMAL_CLEARING":
        return Outcome.REJECTED if alerted else Outcome.FAILED
    return STATES.get(state, Outcome.RANG if alerted else Outcome.FAILED)


def lost(post: VoicePosted) -> bool:
    """Whether an answered call was lost on the way."""
    return post.cause.upper() in LOST


def read_call(answer: object, to: str) -> str:
    """The provider's name for a call that it has queued; empty where it says none. Raises Refused (never), Busy
    (later), AccountTrouble (somebody must mend the account), Doubtful (nobody knows whether it rings)."""
    data = _data(answer)
    said, entries = _line(data.get("errorMessage")), data.get("entries")
    mine = _mine(entries if isinstance(entries, list) else [], to)
    if mine is None:
        raise Busy(said) if said else Doubtful("the answer names no call")
    status, session = _line(mine.get("status")), _line(mine.get("sessionId"))
    word = status.lower().replace(" ", "")
    if word in NEVER:
        raise Refused(status)
    if word in ACCOUNT:
        raise AccountTrouble(f"{status}: see the account")
    if word != QUEUED and not session:
        raise Busy(status or said or "the answer has no status")
    return session


def _mine(entries: list[Any], to: str) -> Mapping[str, Any] | None:
    calls = [one for one in entries if isinstance(one, Mapping)]
    mine = [one for one in calls if phone(str(one.get("phoneNumber", ""))).lstrip("+") == to.lstrip("+")]
    return mine[0] if mine else calls[0] if len(calls) == 1 else None


def _data(answer: object) -> Mapping[str, Any]:
    """The SDK hands JSON over as text when its type names a character set."""
    if isinstance(answer, str):
        try:
            answer = json.loads(answer)
        except ValueError as error:
            raise Doubtful(f"the answer is no JSON: {_line(answer)}") from error
    if not isinstance(answer, Mapping):
        raise Doubtful("the answer is not one to a call")
    return answer


def _line(value: object) -> str:
    """As one line; empty where it says that there is nothing."""
    said = " ".join(storable("" if value is None else str(value)).split())[:MOST_SAID]
    return "" if said.lower() in ("none", "null") else said
