"""Texts through the provider: those of the customer on their way to phones, and those that phones wrote to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from gateway.virtual import forms
from gateway.virtual.account import Account, Pace
from gateway.virtual.faults import Faults
from gateway.virtual.poster import Post, Poster
from modem.virtual import tpdu
from modem.virtual.network import Network
from modem.virtual.service import ServiceSms
from modem.virtual.smsc import DELIVERED, NO_SUCH_NUMBER

PHONE = re.compile(r"\+\d{7,15}")
SENT, INVALID_NUMBER, BLACKLISTED = 101, 403, 406
WORDS = {
    100: "Processed",
    101: "Success",  # as recorded; the documentation calls it Sent
    102: "Queued",
    401: "RiskHold",
    402: "InvalidSenderId",
    403: "InvalidPhoneNumber",
    404: "UnsupportedNumberType",
    405: "InsufficientBalance",
    406: "UserInBlacklist",
    407: "CouldNotRoute",
    409: "DoNotDisturbRejection",
    500: "InternalServerError",
    501: "GatewayError",
    502: "RejectedByGateway",
}


@dataclass(slots=True, kw_only=True)
class Letter:
    """One text to one phone. ``code``: the provider's statusCode; ``said``: the last state that was reported."""

    id: str
    to: str
    sender: str
    text: str
    parts: int
    cost: float
    code: int
    said: str = ""
    left: int = 0
    worst: int = DELIVERED
    post: Post | None = None

    def recipient(self, currency: str) -> dict[str, Any]:
        """Its line of the answer to the send."""
        status = WORDS.get(self.code, "Unknown")
        taken = self.code < 200
        cost = f"{currency} {self.cost:.4f}" if taken else "0"
        return {
            "statusCode": self.code,
            "number": self.to,
            "status": status,
            "cost": cost,
            "messageId": self.id if taken else "None",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """One text from a phone. ``id`` counts up, also over restarts."""

    id: int
    sender: str
    to: str
    text: str
    at: datetime

    def row(self) -> dict[str, Any]:
        """As the poll shows it: the date with milliseconds, the id as a number."""
        date = self.at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{self.at.microsecond // 1000:03d}Z"
        return {
            "linkId": f"link-{self.id}",
            "text": self.text,
            "to": self.to,
            "id": self.id,
            "date": date,
            "from": self.sender,
        }


class Letters:
    """Both ways. ``sent`` and ``came`` hold all since the start, in order."""

    def __init__(
        self,
        network: Network,
        account: Account,
        pace: Pace,
        poster: Poster,
        faults: Faults,
        random: Random,
        everybody: bool,
    ) -> None:
        self._network, self._account, self._pace = network, account, pace
        self._poster, self._faults, self._random, self._everybody = poster, faults, random, everybody
        self._service = network.service(account.number, self._arrived)
        self.sent: list[Letter] = []
        self.came: list[Came] = []
        self.opted_out: set[str] = set()
        self._first = int(network.clock.now().timestamp()) * 1000 + 1  # no id of an earlier run comes again
        self.log: Callable[..., object] = lambda **fields: None

    # -- to phones

    def accept(self, to: str, text: str, sender: str) -> Letter:
        """Judge one recipient; what is accepted leaves for the network a moment later."""
        parts = len(tpdu.user_data(text))
        letter = Letter(
            id=f"ATXid_{self._random.getrandbits(128):032x}",
            to=to,
            sender=sender,
            text=text,
            parts=parts,
            cost=parts * self._account.price,
            code=self._judged(to),
        )
        self.log(way="out", id=letter.id, to=to, text=text, code=letter.code)
        if letter.code < 200:
            self.sent.append(letter)
            self._network.timers.after(self._pace.hand_over_s, lambda: self._hand_over(letter))
        return letter

    def _judged(self, to: str) -> int:
        if (fault := self._faults.strike("refuse")) is not None:
            return int(fault.number)
        if not PHONE.fullmatch(to):
            return INVALID_NUMBER
        return BLACKLISTED if to in self.opted_out else SENT

    def _hand_over(self, letter: Letter) -> None:
        if self._everybody and self._network.find(letter.to) is None:
            self._network.phone(letter.to)
        letter.left = letter.parts
        if (fault := self._faults.strike("interim")) is not None:
            for status in str(fault.value).split(","):
                self._report(letter, status, "")
        self._service.sms(
            letter.to, letter.text, sender=letter.sender, ended=lambda status: self._ended(letter, status)
        )

    def _ended(self, letter: Letter, status: int) -> None:
        """A part's story is over; the letter's is with its last part."""
        letter.left -= 1
        letter.worst = max(letter.worst, status)
        if letter.left != 0:
            return
        if self._faults.strike("no_report"):
            return
        word, _, why = str(fault.value).partition(":") if (fault := self._faults.strike("report")) else _final(letter)
        self._report(letter, word, why)

    def _report(self, letter: Letter, status: str, why: str) -> None:
        letter.said = status
        code = self._account.network_code
        form = forms.delivery(id=letter.id, status=status, number=letter.to, network_code=code, why=why)
        letter.post = self._poster.post("delivery", form, id=letter.id)

    # -- from phones

    def after(self, id: int, most: int) -> list[Came]:
        """What came after the one with that id, the oldest first."""
        at = max(0, id - self._first + 1)
        return self.came[at : at + most]

    def _arrived(self, sms: ServiceSms) -> None:
        at = self._network.clock.now()
        came = Came(id=self._first + len(self.came), sender=sms.sender, to=sms.to, text=sms.text, at=at)
        self.came.append(came)
        self.log(way="in", id=str(came.id), **{"from": came.sender}, text=came.text)
        form = forms.sms(
            id=str(came.id),
            sender=came.sender,
            to=came.to,
            text=came.text,
            at=at,
            network_code=self._account.network_code,
        )
        self._poster.post("sms", form, id=str(came.id))

    def opt_out(self, number: str, sender: str) -> None:
        """A subscriber wants no more: told to the customer, and refused from now on."""
        self.opted_out.add(number)
        self._poster.post("optout", forms.optout(sender=sender, number=number), id=number)


def _final(letter: Letter) -> tuple[str, str, str]:
    if letter.worst == DELIVERED:
        return "Success", "", ""
    return "Failed", "", "UserDoesNotExist" if letter.worst == NO_SUCH_NUMBER else "DeliveryFailure"
