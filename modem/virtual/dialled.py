"""USSD between a phone and whoever serves a code: one session, the network between (TS 22.090, TS 24.090).

A code that the operator itself answers (``network.ussd``: the credit) is one screen. A code that is served
(``network.serve``) is a session: screens that ask, and what the person types.
"""

from __future__ import annotations

import asyncio
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

from modem.virtual import alphabet

if TYPE_CHECKING:
    from modem.virtual.network import Network

MOST_SEPTETS = 182  # 160 octets of USSD string hold so many (TS 23.038, 6.1.2.3)
MOST_UCS2 = 80


class TalkState(StrEnum):
    """What the phone shows. The session is open in SENT and ASKED."""

    SENT = "sent"  # the request is under way
    ASKED = "asked"  # a text, and a line to answer on
    TOLD = "told"  # a last text
    FAILED = "failed"  # the phone's own words: no connection, or an invalid code
    CANCELLED = "cancelled"


class Far(Protocol):
    """Whoever serves a code."""

    def begun(self, talk: UssdTalk) -> None:
        """Somebody dialled it: answer now or later with ``show`` or ``fail``."""

    def typed(self, talk: UssdTalk, text: str) -> None:
        """An answer to the last screen."""

    def left(self, talk: UssdTalk) -> None:
        """The person cancelled, or the phone is gone."""


class Nobody:
    """The far end of a code that the operator answers, or that nobody serves."""

    def begun(self, talk: UssdTalk) -> None:
        """The operator's own text, else a failure."""
        text = talk.network.ussd.get(talk.dialled)
        if text is None:
            talk.fail()
        else:
            talk.show(text, more=False)

    def typed(self, talk: UssdTalk, text: str) -> None:
        """Nothing was asked."""

    def left(self, talk: UssdTalk) -> None:
        """Nobody minds."""


class UssdTalk:
    """One session. ``code``: the one served (``*384#``); ``dialled``: what was typed in whole (``*384*1*2#``)."""

    def __init__(self, network: Network, number: str, code: str, dialled: str, far: Far) -> None:
        self.network, self.number, self.code, self.dialled = network, number, code, dialled
        self.began_at = network.clock.now()
        self.state = TalkState.SENT
        self.text = ""
        self._far = far
        self._settled = asyncio.Event()
        self._log(typed=dialled)

    @property
    def open(self) -> bool:
        """The session goes on."""
        return self.state in (TalkState.SENT, TalkState.ASKED)

    @property
    def path(self) -> tuple[str, ...]:
        """What was dialled behind the code: ``*384*1*2#`` gives 1 and 2."""
        rest = self.dialled.removesuffix("#").removeprefix(self.code.removesuffix("#")).removeprefix("*")
        return tuple(rest.split("*")) if rest else ()

    async def settled(self) -> None:
        """Wait until something other than SENT is on the glass."""
        await self._settled.wait()

    # -- the person

    def begin(self) -> None:
        """The request goes out."""
        self.network.timers.after(0.0, lambda: self._far.begun(self))

    def type(self, text: str) -> bool:
        """Answer the screen. False where nothing is asked."""
        if self.state is not TalkState.ASKED:
            return False
        self._become(TalkState.SENT, "")
        self._log(typed=text)
        self.network.timers.after(0.0, lambda: self._far.typed(self, text))
        return True

    def cancel(self) -> bool:
        """Leave. False where the session is over."""
        if not self.open:
            return False
        self._become(TalkState.CANCELLED, "")
        self._log(typed=None)
        self._far.left(self)
        return True

    def put_away(self) -> None:
        """Clear the glass: a session that goes on is cancelled."""
        if not self.cancel():
            self._log(typed=None)

    # -- the far end

    def show(self, text: str, *, more: bool) -> None:
        """A screen for the phone, after the network's time; what is longer than a phone can show is cut off."""
        self.network.timers.after(self.network.settings.ussd_s, lambda: self._show(text, more))

    def fail(self) -> None:
        """The network gives up this session."""
        self.network.timers.after(self.network.settings.ussd_s, lambda: self._over(TalkState.FAILED, ""))

    def _show(self, text: str, more: bool) -> None:
        self._over(TalkState.ASKED if more else TalkState.TOLD, fitting(text))

    def _over(self, state: TalkState, text: str) -> None:
        if self.open:
            self._become(state, text)
            self._log(shown=text)

    def _become(self, state: TalkState, text: str) -> None:
        self.state, self.text = state, text
        if state is TalkState.SENT:
            self._settled.clear()
        else:
            self._settled.set()

    def _log(self, **said: str | None) -> None:
        self.network.journal.add("ussd", **{"from": self.number}, to=self.code, state=self.state.value, **said)


def fitting(text: str) -> str:
    """As much of a text as one USSD string carries: 182 characters of GSM 7-bit, or 80 of UCS-2."""
    septets = alphabet.encode(text)
    if septets is None:
        return text.encode("utf-16-be")[: 2 * MOST_UCS2].decode("utf-16-be", "ignore")
    if len(septets) > MOST_SEPTETS and septets[MOST_SEPTETS - 1] == alphabet.ESCAPE:
        return alphabet.decode(septets[: MOST_SEPTETS - 1])
    return alphabet.decode(septets[:MOST_SEPTETS])
