"""USSD through the provider: each turn is a post, its answer is the next screen; limits; the end is told apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

from gateway.virtual import forms
from gateway.virtual.account import Account, Pace
from gateway.virtual.faults import Faults
from gateway.virtual.jobs import Jobs
from gateway.virtual.poster import Heard, Poster
from modem.virtual.dialled import UssdTalk
from modem.virtual.journal import Journal
from modem.virtual.network import Network
from modem.virtual.timers import Timer

METADATA = "at-ussd-hop-metadata"
MOST_METADATA = 99  # characters, none of them |


class Malformed(Exception):
    """An answer that is no screen: the session ends. The message says what was wrong."""


@dataclass(slots=True, eq=False)
class Session:
    """One session of one phone."""

    id: str
    talk: UssdTalk
    began: float
    inputs: list[str]
    hops: int = 0
    metadata: list[str] = field(default_factory=list)
    last: str = ""
    status: str = ""
    error: str = ""
    limits: list[Timer] = field(default_factory=list)
    idle: Timer | None = None

    @property
    def text(self) -> str:
        """All that was typed, joined by ``*``."""
        return "*".join(self.inputs)

    def row(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "id": self.id,
            "number": self.talk.number,
            "text": self.text,
            "hops": self.hops,
            "status": self.status or "open",
            "error": self.error,
            "last": self.last,
        }


class Sessions:
    """The far end of the account's USSD code (``modem.virtual.dialled.Far``). ``all``: every session, in order."""

    def __init__(
        self,
        network: Network,
        account: Account,
        pace: Pace,
        poster: Poster,
        faults: Faults,
        jobs: Jobs,
        random: Random,
        log: Journal,
    ) -> None:
        self._network, self._account, self._pace, self._poster = network, account, pace, poster
        self._faults, self._jobs, self._random, self._log = faults, jobs, random, log
        self.all: list[Session] = []
        self._open: dict[UssdTalk, Session] = {}
        network.serve(account.ussd_code, self)

    # -- the phone

    def begun(self, talk: UssdTalk) -> None:
        """A first turn."""
        same = self._faults.strike("ussd_same_session")
        id = str(same.value) if same is not None else f"ATUid_{self._random.getrandbits(128):032x}"
        session = Session(id, talk, self._network.clock.monotonic(), list(talk.path))
        self.all.append(session)
        self._open[talk] = session
        limit = self._network.timers.after(self._pace.total_s, lambda: self._expired(session, "the session's time"))
        session.limits.append(limit)
        self._jobs.start(self._turn(session), f"ussd-{id}")

    def typed(self, talk: UssdTalk, text: str) -> None:
        """A further turn."""
        session = self._open.get(talk)
        if session is None:
            talk.fail()
            return
        self._rest(session)
        session.inputs.append(text)
        self._jobs.start(self._turn(session), f"ussd-{session.id}")

    def left(self, talk: UssdTalk) -> None:
        """The person cancelled."""
        session = self._open.get(talk)
        if session is not None:
            self._end(session, "Incomplete", "cancelled by the subscriber")

    # -- the customer

    async def _turn(self, session: Session) -> None:
        account, talk = self._account, session.talk
        headers = {METADATA: session.metadata[-1]} if session.metadata else {}
        form = forms.ussd(
            session=session.id,
            number=talk.number,
            network_code=account.network_code,
            code=account.ussd_code,
            text=session.text,
        )
        if self._faults.strike("ussd_twice"):
            self._jobs.start(self._again(session, form, headers), f"ussd-again-{session.id}")
        heard = await self._poster.ask("ussd", form, headers, id=session.id)
        session.hops += 1
        if session.status:
            return
        try:
            text, more = read(heard)
        except Malformed as fault:
            talk.fail()
            self._end(session, "Failed", str(fault))
            return
        session.last = heard.body.decode()
        self._keep_metadata(session, heard)
        if self._faults.strike("ussd_drop"):
            talk.fail()
            self._end(session, "Incomplete", "the connection to the phone was lost")
            return
        talk.show(text, more=more)
        if more:
            idle = self._network.timers.after(self._pace.idle_s, lambda: self._expired(session, "no answer"))
            session.idle = idle
        else:
            self._end(session, "Success", "")

    async def _again(self, session: Session, form: forms.Form, headers: dict[str, str]) -> None:
        await self._poster.ask("ussd", form, headers, id=session.id)

    def _keep_metadata(self, session: Session, heard: Heard) -> None:
        said = heard.headers.get(METADATA, "")
        if said and len(said) <= MOST_METADATA and "|" not in said:
            session.metadata.append(said)

    def _rest(self, session: Session) -> None:
        if session.idle is not None:
            session.idle.cancel()
            session.idle = None

    def _expired(self, session: Session, why: str) -> None:
        if not session.status:
            session.talk.fail()
            self._end(session, "Incomplete", f"{why}: expired")

    def _end(self, session: Session, status: str, error: str) -> None:
        session.status, session.error = status, error
        self._open.pop(session.talk, None)
        self._rest(session)
        for limit in session.limits:
            limit.cancel()
        number = session.talk.number
        self._log.add("session", id=session.id, **{"from": number}, status=status, error=error or None)
        self._poster.post("ussd-end", self._end_form(session), id=session.id)

    def _end_form(self, session: Session) -> forms.Form:
        account, clock = self._account, self._network.clock
        error: forms.Form = (("errorMessage", session.error),) if session.error else ()
        return (
            ("date", clock.now().strftime(forms.PLAIN)),
            ("sessionId", session.id),
            ("serviceCode", account.ussd_code),
            ("networkCode", account.network_code),
            ("phoneNumber", session.talk.number),
            ("status", session.status),
            ("cost", f"{account.currency} {account.ussd_price:.4f}"),
            ("durationInMillis", str(round((clock.monotonic() - session.began) * 1000))),
            ("hopsCount", str(session.hops)),
            ("hopsMetadata", "|".join(session.metadata)),
            ("input", session.text),
            ("lastAppResponse", session.last),
            *error,
        )


def read(heard: Heard) -> tuple[str, bool]:
    """The screen of an answer, and whether it asks. Raises Malformed for anything but 200 and ``CON `` or ``END ``."""
    if heard.error:
        raise Malformed(heard.error)
    if heard.status != 200:
        raise Malformed(f"HTTP {heard.status}")
    try:
        body = heard.body.decode()
    except UnicodeDecodeError:
        raise Malformed("the answer is no UTF-8") from None
    if not body.startswith(("CON ", "END ")):
        raise Malformed("the answer begins neither with CON nor with END")
    return body[4:], body.startswith("CON ")
