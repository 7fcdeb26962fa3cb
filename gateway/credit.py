"""Prepaid credit: each modem's SIM is asked by USSD while nobody needs the modem, and the technician is told in time.

A SIM without credit carries no officer's call, and a SIM whose active period is over is somebody else's number soon.
What the operator said is kept as it said it; an answer that cannot be read is shown as such.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from config.clock import Clock
from config.settings_channels import CreditSettings
from gateway.credit_reading import read_answer
from gateway.messages import Lane, Outbound
from gateway.pulse import Pulse, Status
from gateway.store import Store, Tx
from gateway.store.outbound import put, refuse_by
from gateway.store.proofs import Credit, credit_of, keep_credit
from modem.errors import ModemError

if TYPE_CHECKING:
    from config.city import City

log = logging.getLogger(__name__)

EVERY_S = 6 * 3600.0  # between two questions to a SIM: a day's calls cost less than the warning leaves
AGAIN_S = 1800.0  # after a question that was not answered, or not understood
FIRST_S = 120.0  # after the start: the modem registers, and what waited goes first
TICK_S = 30.0  # a modem that is occupied is looked at again so often
BEAT_S = 300.0  # without a beat for that long the loop counts as stuck
WARNING_S = 48 * 3600.0  # a warning that did not leave within two days is stale: there is a newer one
GONE = 500  # Rupiah; less sends no letter: the warning leaves by another channel
MOST_SAID = 500  # characters of an operator's answer that are kept


class CreditModem(Protocol):
    """What is needed of ``modem.driver.Modem``."""

    @property
    def name(self) -> str: ...
    @property
    def well(self) -> bool: ...
    @property
    def calling(self) -> bool: ...
    async def credit(self, code: str) -> str:
        """The network's answer. Raises ModemError."""


class CreditWatch:
    """``settings``: of each modem by name; one without a code is never asked. ``technicians``: whom to tell.
    ``wake`` is called when a warning was put."""

    def __init__(
        self,
        modems: Sequence[CreditModem],
        settings: Mapping[str, CreditSettings],
        store: Store,
        city: City,
        clock: Clock,
        pulse: Pulse,
        *,
        technicians: Sequence[str],
        wake: Callable[[], None],
    ) -> None:
        self._settings = {name: one for name, one in settings.items() if one.code}
        self._modems = [modem for modem in modems if modem.name in self._settings]
        self._others = len(modems) > 1
        self._store = store
        self._city = city
        self._clock = clock
        self._pulse = pulse
        self._technicians = technicians
        self._wake = wake
        self._due = {modem.name: clock.monotonic() + FIRST_S for modem in self._modems}

    async def run(self) -> None:
        """Ask, for ever."""
        await self._show_what_is_known()
        while True:
            self._pulse.beat("credit", limit_s=BEAT_S)
            for modem in self._modems:
                due = self._clock.monotonic() >= self._due[modem.name]
                if due and modem.well and not modem.calling:
                    await self._ask(modem)
            await self._clock.sleep(TICK_S)

    async def _show_what_is_known(self) -> None:
        now = self._clock.now()
        for modem in self._modems:
            name = modem.name
            known: Credit | None = await self._store.read(lambda tx, name=name: credit_of(tx, name))  # type: ignore[misc]
            if known is None:
                self._pulse.report("credit", name, Status.OK, "not asked yet")
                continue
            self._show(known)
            rest_s = EVERY_S - (now - known.asked_at).total_seconds()
            if known.fault is None and rest_s > FIRST_S:
                self._due[name] = self._clock.monotonic() + rest_s

    async def _ask(self, modem: CreditModem) -> None:
        now = self._clock.now()
        try:
            said = await modem.credit(self._settings[modem.name].code)
        except ModemError as error:
            credit = Credit(modem=modem.name, asked_at=now, said="", fault=f"no answer: {error}")
        else:
            answer = read_answer(said, self._today(now))
            fault = None if answer.balance is not None else "the answer cannot be read"
            credit = Credit(
                modem=modem.name,
                asked_at=now,
                said=said[:MOST_SAID],
                balance=answer.balance,
                active_until=answer.active_until,
                fault=fault,
            )
        self._due[modem.name] = self._clock.monotonic() + (EVERY_S if credit.fault is None else AGAIN_S)
        self._show(credit)
        if await self._store.write(lambda tx: self._keep(tx, credit)):
            log.warning("%s needs credit: the technician is told", modem.name)
            self._wake()

    def _keep(self, tx: Tx, credit: Credit) -> bool:
        """Keep it; True: the technician is told, at most once a day."""
        before = credit_of(tx, credit.modem)
        told_at = before.warned_at if before is not None else None
        today = self._today(credit.asked_at)
        tell = self._low(credit) and (told_at is None or self._today(told_at) < today)
        keep_credit(tx, replace(credit, warned_at=credit.asked_at if tell else told_at))
        if tell:
            for number in self._technicians:
                self._warn(tx, credit, number, today)
        return tell

    def _warn(self, tx: Tx, credit: Credit, number: str, today: date) -> None:
        until = f"{credit.active_until:%d/%m/%Y}" if credit.active_until else "?"
        rupiah = "?" if credit.balance is None else f"{credit.balance:,}".replace(",", ".")
        language = self._city.languages[0]
        letter = put(
            tx,
            Outbound(
                to=number,
                text=self._city.text(language, "credit_low", modem=credit.modem, rupiah=rupiah, until=until),
                lane=Lane.SERVICE,
                key=f"credit/{credit.modem}/{today}/{number}",
                expires_at=credit.asked_at + timedelta(seconds=WARNING_S),
            ),
        )
        if self._others and credit.balance is not None and credit.balance < GONE:
            refuse_by(tx, letter, credit.modem)

    def _low(self, credit: Credit) -> bool:
        limits = self._settings[credit.modem]
        poor = credit.balance is not None and credit.balance < limits.low
        left = self._days_left(credit)
        return poor or (left is not None and left < limits.days_low)

    def _days_left(self, credit: Credit) -> int | None:
        if credit.active_until is None:
            return None
        return (credit.active_until - self._today(self._clock.now())).days

    def _show(self, credit: Credit) -> None:
        """On the page: the operator's words where they could not be read."""
        words = []
        if credit.balance is not None:
            words.append(f"Rp {credit.balance:,}".replace(",", "."))
        if credit.active_until is not None:
            words.append(f"active until {credit.active_until}")
        if credit.fault is not None:
            words.append(f"{credit.fault}: {credit.said[:80]!r}" if credit.said else credit.fault)
        left = self._days_left(credit)
        over = credit.balance == 0 or (left is not None and left < 0)
        status = Status.FAILED if over else Status.DEGRADED if credit.fault or self._low(credit) else Status.OK
        self._pulse.report("credit", credit.modem, status, ", ".join(words))

    def _today(self, at: datetime) -> date:
        return at.astimezone(self._city.timezone).date()
