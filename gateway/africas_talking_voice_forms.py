"""What Africa's Talking posts of a call: to ``voice``, answered by what is to be done; to ``voice-events``, told.

Pure. States, causes and directions are open sets: what nobody told us of is kept as it stands. A body is refused only
when it names neither a session nor a caller: whoever rings gets an answer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qs

from gateway.callback import Door, Field, Posted, VoicePosted
from gateway.form import Form, instant
from gateway.number import normal

EVENTS = "voice-events"
CALL, TURN, QUIET = "call", "turn", "quiet"
"""Of the query of an address that we gave: our own name for the call; its turn that was being carried out; and that
nothing came of it in time."""
MOST_KEYS = 32  # keys of one answer: an identity number has 16
MOST_SESSION = 200  # characters of a session's name; the provider's have 38
LATEST_TURN = 100_000  # no call has so many
LONGEST_S = 7 * 86400.0  # seconds; no call lasts longer
_NOT_A_KEY = re.compile(r"[^0-9*#]+")
_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_TURN, _CALL = re.compile(r"[0-9]{1,6}"), re.compile(r"[A-Za-z0-9_-]{1,64}")

FIELDS = (
    Field(name="isActive", about="1 while the call lasts, 0 in the last post of it", example="1"),
    Field(name="sessionId", about="one for each call", example="ATVId_0f9c2d7e"),
    Field(name="direction", about="Inbound or Outbound", example="Inbound"),
    Field(name="callerNumber", about="the person's; a + that became a blank is restored", example="+6281234567890"),
    Field(name="destinationNumber", about="ours", example="+622150880000"),
    Field(name="callerCountryCode", example="62"),
    Field(name="callerCarrierName", example="Telkomsel"),
    Field(name="callStartTime", about="its blank may be encoded twice", example="2026-11-22+12:00:00"),
    Field(name="callSessionState", about="Ringing, Active, Completed, NotAnswered … (open)", example="Active"),
    Field(name="dtmfDigits", about="the keys; absent where the time passed without any", example="1"),
    Field(name="recordingUrl", about="where what was recorded is fetched", example="https://provider.example/r/1.mp3"),
    Field(name="durationInSeconds", about="of the whole call, at its end", example="42"),
    Field(name="currencyCode", example="IDR"),
    Field(name="amount", about="what it cost", example="350.0"),
    Field(name="dialDestinationNumber", about="whom it was connected with", example="+6281234567891"),
    Field(name="dialDurationInSeconds", example="30"),
    Field(name="dialStartTime", example="2026-11-22 12:00:10"),
    Field(name="dialStatus", about="how that ended; absent while they talk", example="Completed"),
    Field(name="hangupCause", about="NORMAL_CLEARING, USER_BUSY, NO_ANSWER … (open)", example="NORMAL_CLEARING"),
    Field(name="clientRequestId", example=""),
    Field(name="clientDialedNumber", example=""),
    Field(name="status", about="of a post about a transfer", example="Success"),
    Field(name="callTransferState", example=""),
    Field(name="callTransferParam", example=""),
    Field(name="callTransferHangupCause", example=""),
    Field(name="callTransferredToNumber", example=""),
)

VOICE_DOORS: Mapping[str, Door] = {
    "voice": Door(
        about="A call of ours was answered, or somebody rings us; then what came of each step. Answered by the next.",
        least=("sessionId", "callerNumber"),
        fields=FIELDS,
        answer="^($|<\\?xml )",
        answered_as="application/xml",
    ),
    EVENTS: Door(about="How a call goes: it rings, it was busy, it is over.", least=("sessionId",), fields=FIELDS),
}


def read_voice(form: Form, posted: Posted) -> VoicePosted:
    """The post as a value."""
    call, turn, quiet = _where(posted.query)
    began = form.text("callStartTime")
    doubts = [*form.doubts, *(f"no {name}" for name in ("sessionId", "callerNumber") if not form.text(name).strip())]
    if began.strip() and instant(began) is None:
        doubts.append("unreadable callStartTime")
    return VoicePosted(
        session=form.text("sessionId").strip()[:MOST_SESSION],
        number=_number(form, "callerNumber"),
        ours=_number(form, "destinationNumber"),
        direction=_word(form, "direction").lower(),
        active=form.text("isActive").strip() not in ("0", "false", "False"),
        told=posted.what == EVENTS,
        state=_word(form, "callSessionState"),
        keys=_keys(form),
        recording=form.text("recordingUrl").strip(),
        seconds=_amount(form, "durationInSeconds", LONGEST_S),
        cost=_amount(form, "amount"),
        currency=_word(form, "currencyCode"),
        dialled=_number(form, "dialDestinationNumber"),
        dialled_s=_amount(form, "dialDurationInSeconds", LONGEST_S),
        dial_status=_word(form, "dialStatus"),
        cause=_word(form, "hangupCause"),
        request=_word(form, "clientRequestId"),
        call=call,
        turn=turn,
        quiet=quiet,
        path=posted.path,
        doubts=tuple(doubts),
    )


def _keys(form: Form) -> str | None:
    if "dtmfDigits" not in form:
        return None
    return _NOT_A_KEY.sub("", form.text("dtmfDigits"))[:MOST_KEYS]


def _number(form: Form, name: str) -> str:
    said = form.phone(name)
    return normal(said) or said[:MOST_SESSION]


def _word(form: Form, name: str) -> str:
    return form.text(name).strip()[:MOST_SESSION]


def _amount(form: Form, name: str, most: float = 1e9) -> float | None:
    said = form.text(name).strip()
    return min(float(said), most) if _NUMBER.fullmatch(said) else None


def _where(query: str) -> tuple[str, int | None, bool]:
    """What stands in the query of an address that we gave, whatever stands there."""
    try:
        ours = parse_qs(query, max_num_fields=8, errors="replace")
    except ValueError:
        return "", None, False
    (call, *_), (turn, *_) = ours.get(CALL, [""]), ours.get(TURN, [""])
    known = _TURN.fullmatch(turn) and int(turn) <= LATEST_TURN
    return call if _CALL.fullmatch(call) else "", int(turn) if known else None, ours.get(QUIET) == ["1"]
