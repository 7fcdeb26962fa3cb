"""The provider's answers to its customer's requests, as recorded; without a socket, so that time may be virtual."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from config.clock import Clock
from gateway.virtual.account import Account, Pace
from gateway.virtual.faults import Faults
from gateway.virtual.letters import Letter, Letters
from gateway.virtual.voice import Voice
from modem.virtual.journal import Journal

PAGE = 100  # letters in one answer to the poll, oldest first
BAD_KEY = "The supplied authentication is invalid"
JSON = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request. ``fields``: the form of a POST, the query of a GET; header names in lower
    case."""

    method: str
    fields: Mapping[str, str]
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What goes back. ``cut``: nothing does; the connection breaks."""

    status: int = 200
    body: str = ""
    content_type: str = "text/plain"
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False


class Wire:
    """Answers requests; the faults of the answers strike here."""

    def __init__(
        self,
        account: Account,
        pace: Pace,
        clock: Clock,
        letters: Letters,
        voice: Voice,
        faults: Faults,
        log: Journal,
    ) -> None:
        self._account, self._pace, self._clock = account, pace, clock
        self._letters, self._voice, self._faults, self._log = letters, voice, faults, log

    async def messaging(self, request: Request) -> Reply:
        """The answer to a send (POST) or a poll (GET); with ``timeout_…`` it comes only after ``hang_s``, cut."""
        reply = await self._before(request)
        if reply is None:
            reply = self._send(request.fields) if request.method == "POST" else self._poll(request.fields)
            if self._faults.strike("early_report"):
                await self._reported()
            reply = await self._after(reply)
        return self._logged(request, reply)

    async def call(self, request: Request) -> Reply:
        """The answer to ``/call``: the calls are being made."""
        reply = await self._before(request)
        if reply is None:
            reply = self._calls(request.fields)
            if (late := self._faults.strike("call_answered_late")) is not None:
                await self._clock.sleep(late.number)
            reply = await self._after(reply)
        return self._logged(request, reply)

    async def queue(self, request: Request) -> Reply:
        """The answer to ``/queueStatus``: nobody waits in a queue here."""
        reply = await self._before(request)
        if reply is None:
            said = {"status": "Success", "errorMessage": "None", "entries": []}
            reply = await self._after(Reply(body=json.dumps(said), content_type=JSON))
        return self._logged(request, reply)

    def _logged(self, request: Request, reply: Reply) -> Reply:
        shown = {"to": request.fields.get("to"), "last": request.fields.get("lastReceivedId")}
        said = {name: value for name, value in shown.items() if value is not None}
        self._log.add("request", method=request.method, status=reply.status, cut=reply.cut or None, **said)
        return reply

    async def _before(self, request: Request) -> Reply | None:
        if self._faults.strike("timeout_before"):
            return await self._hang()
        if self._faults.strike("cut_before"):
            return Reply(cut=True)
        if self._faults.strike("error_500"):
            return Reply(status=500, body="There was an internal server error.")
        if self._faults.strike("busy_429"):
            return Reply(status=429, body="Too Many Requests", headers={"Retry-After": "1"})
        account, fields = self._account, request.fields
        known = request.headers.get("apikey") == account.api_key and fields.get("username") == account.username
        if not known or self._faults.strike("unauthorized"):
            return Reply(status=401, body=BAD_KEY)
        return None

    def _send(self, fields: Mapping[str, str]) -> Reply:
        for name in ("to", "message"):
            if not fields.get(name):
                return Reply(status=400, body=f"Request is missing required form field '{name}'")
        account, sender = self._account, fields.get("from", "")
        if sender not in ("", account.number, *account.senders) or self._faults.strike("invalid_sender"):
            return _said("InvalidSenderId", [])
        numbers = [one.strip() for one in fields["to"].split(",") if one.strip()]
        letters = [self._letters.accept(one, fields["message"], sender or account.number) for one in numbers]
        return self._summed(letters)

    def _calls(self, fields: Mapping[str, str]) -> Reply:
        for name in ("from", "to"):
            if not fields.get(name):
                return Reply(status=400, body=f"Request is missing required form field '{name}'")
        said: dict[str, Any] = {"entries": [], "errorMessage": "None"}
        if fields["from"] != self._account.voice_number:
            said["errorMessage"] = f"Invalid callerId: {fields['from']}"
        else:
            said["entries"] = [self._voice.call(one) for one in fields["to"].split(",") if one.strip()]
        more = {"X-Current-Queue-Size": "0"}
        return Reply(body=json.dumps(said, separators=(",", ":")), content_type=JSON, headers=more)

    def _summed(self, letters: list[Letter]) -> Reply:
        taken = [one for one in letters if one.code < 200]
        cost = sum(one.cost for one in taken)
        parts = max((one.parts for one in taken), default=0)
        total = f"{self._account.currency} {cost:.4f}"
        said = f"Sent to {len(taken)}/{len(letters)} Total Cost: {total} Message parts: {parts}"
        return _said(said, [one.recipient(self._account.currency) for one in letters])

    def _poll(self, fields: Mapping[str, str]) -> Reply:
        last = fields.get("lastReceivedId") or "0"
        if not last.isdigit():
            return Reply(status=400, body="lastReceivedId: a number is wanted")
        rows = [one.row() for one in self._letters.after(int(last), PAGE)]
        return Reply(body=json.dumps({"SMSMessageData": {"Messages": rows}}), content_type=JSON)

    async def _after(self, reply: Reply) -> Reply:
        if self._faults.strike("timeout_after"):
            return await self._hang()
        if self._faults.strike("cut_after"):
            return Reply(cut=True)
        if (fault := self._faults.strike("slow")) is not None:
            await self._clock.sleep(fault.number)
        if self._faults.strike("wrong_json"):
            return Reply(status=reply.status, body=reply.body[: len(reply.body) // 2], content_type=reply.content_type)
        if self._faults.strike("odd_json"):
            return Reply(status=reply.status, body='{"SMSMessageData": null}', content_type=JSON)
        if self._faults.strike("charset"):
            return Reply(status=reply.status, body=reply.body, content_type=f"{reply.content_type}; charset=utf-8")
        return reply

    async def _reported(self) -> None:
        """Wait until the newest letter's report was posted and answered; no longer than an answer may take."""
        deadline = self._clock.monotonic() + self._pace.answer_s
        letter = self._letters.sent[-1] if self._letters.sent else None
        while letter is not None and self._clock.monotonic() < deadline:
            if letter.post is not None and letter.post.tried.is_set():
                return
            await self._clock.sleep(0.01)

    async def _hang(self) -> Reply:
        await self._clock.sleep(self._pace.hang_s)
        return Reply(cut=True)


def _said(message: str, recipients: list[dict[str, Any]]) -> Reply:
    """A send is answered 201, also when the sender was refused."""
    body = json.dumps({"SMSMessageData": {"Message": message, "Recipients": recipients}}, separators=(",", ":"))
    return Reply(status=201, body=body, content_type=JSON)
