"""What the load's requests say: letters and USSD turns as providers post them, byte for byte."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote_plus

SENDERS = 997  # a prime, so that turns of senders and of connections do not fall together
NETWORK = "51010"  # Indonesia, as a provider would say it
FORM = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """The address that is asked. ``mark``: in every id and text of this run, so that its rows can be told."""

    host: str
    port: int
    path: str
    mark: str

    def request(self, verb: str, path: str, form: str | None = None) -> bytes:
        """One request, on a connection that stays open."""
        more = "" if form is None else FORM.format(len(form))
        head = f"{verb} {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nAccept: */*\r\n{more}\r\n"
        return (head + (form or "")).encode("ascii")


class Requests(Protocol):
    """An endless row of requests."""

    def next(self) -> tuple[bytes, Any]:
        """The next one, and what ``answered`` is told of it."""

    def answered(self, which: Any, body: bytes) -> None:
        """It was."""


class Letters:
    """SMS as Africa's Talking posts them, from many people, each with its own id."""

    def __init__(self, where: Where) -> None:
        self._where, self._at = where, 0
        self._same = f"date={quote_plus('2026-08-17 13:00:05')}&to=%2B6285700000101&linkId=&networkCode={NETWORK}"

    def next(self) -> tuple[bytes, Any]:
        at, mark = self._at, self._where.mark
        self._at += 1
        text = f"Pesan+nomor+{mark}-{at}x+untuk+kota."
        form = f"{self._same}&from={_sender(at)}&id={mark}-{at}x&text={text}"
        return self._where.request("POST", self._where.path, form), None

    def answered(self, which: Any, body: bytes) -> None:
        return


class KannelLetters:
    """The same SMS as another Kannel hands it to a Kannel's HTTP centre."""

    def __init__(self, where: Where) -> None:
        self._where, self._at = where, 0

    def next(self) -> tuple[bytes, Any]:
        at, mark = self._at, self._where.mark
        self._at += 1
        text = f"Pesan+nomor+{mark}-{at}x+untuk+kota."
        query = f"username=bench&password=bench&to=101&from={_sender(at)}&text={text}"
        return self._where.request("GET", f"{self._where.path}?{query}"), None

    def answered(self, which: Any, body: bytes) -> None:
        return


class Turns:
    """USSD sessions as Africa's Talking posts them. Each goes through the same keys, unless it is ended before."""

    def __init__(self, where: Where, keys: Sequence[str]) -> None:
        self._where, self._keys, self._begun = where, keys, 0
        self._open: deque[tuple[int, int]] = deque()

    def next(self) -> tuple[bytes, Any]:
        if self._open:
            session, turn = self._open.popleft()
        else:
            session, turn = self._begun, 0
            self._begun += 1
        typed = quote_plus("*".join(self._keys[:turn]))
        form = f"sessionId=ATUid_{self._where.mark}-{session}x&phoneNumber={_sender(session)}&networkCode={NETWORK}"
        form += f"&serviceCode=%2A384%23&text={typed}"
        return self._where.request("POST", self._where.path, form), (session, turn)

    def answered(self, which: Any, body: bytes) -> None:
        session, turn = which
        if body.startswith(b"CON ") and turn < len(self._keys):
            self._open.append((session, turn + 1))


def _sender(at: int) -> str:
    """Somebody in the town's invented numbers who is not registered, as a form says it."""
    return f"%2B62857995{at % SENDERS:05d}"
