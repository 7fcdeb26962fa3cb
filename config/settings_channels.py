"""The settings of the ways out: what a SIM pays, what may be spent, whom to warn, what proves a way."""

from __future__ import annotations

from dataclasses import dataclass

from config.operators import operators
from config.table import Table

PRICE = 350.0  # Rupiah a part: what the prepaid tariffs of Indonesia take for an SMS to another network
CREDIT_LOW = 10_000.0  # Rupiah: some thirty SMS, enough for an emergency while somebody buys credit
DAYS_LOW = 7  # days of the active period: a weekend and slack
PROOF_S = 21_600.0  # 6 h: four letters a day and channel
PROOF_WITHIN_S = 300.0  # networks take seconds; five minutes is an outage
RICHEST = 1e9  # Rupiah; no price or ceiling is above it
USSD = r"[*#0-9]{3,30}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """What a modem's SIM is in and pays. ``operator`` empty: known by the SIM's number. Prices in Rupiah a part;
    ``price_own``: to numbers of the same operator."""

    operator: str = ""
    price: float = PRICE
    price_own: float = PRICE


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditSettings:
    """A prepaid SIM's credit. ``code``: the USSD code that asks for it; empty: never asked. The technician is warned
    below ``low`` Rupiah and when fewer than ``days_low`` days of the active period are left."""

    code: str = ""
    low: float = CREDIT_LOW
    days_low: int = DAYS_LOW


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendingSettings:
    """``ceiling``: Rupiah a channel and day (the city's) for what is not an emergency; 0: none. ``ceilings``: of the
    channels that differ, by name."""

    ceiling: float = 0.0
    ceilings: tuple[tuple[str, float], ...] = ()

    def of(self, channel: str) -> float:
        return dict(self.ceilings).get(channel, self.ceiling)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofSettings:
    """Letters to our own numbers that prove each way end to end. ``every_s`` 0: none are sent. ``within_s``: one that
    takes longer has proven nothing. ``by``: names of the channels that send them; empty: all that can."""

    every_s: float = PROOF_S
    within_s: float = PROOF_WITHIN_S
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TechnicianSettings:
    """Whom the program tells what it needs. ``number`` empty: the command centre's."""

    number: str = ""


def tariff(table: Table) -> Tariff:
    """The keys of a ``[[modem]]`` that say what its SIM pays."""
    price = table.number("price", 0, RICHEST, PRICE)
    return Tariff(
        operator=table.choice("operator", operators(), ""),
        price=price,
        price_own=table.number("price_own", 0, RICHEST, price),
    )


def credit(table: Table) -> CreditSettings:
    """The keys of a ``[[modem]]`` about its SIM's credit."""
    return CreditSettings(
        code=table.text("credit_code", "", pattern=USSD, form="a USSD code like *888#"),
        low=table.number("credit_low", 0, RICHEST, CREDIT_LOW),
        days_low=table.whole("active_days_low", 0, 365, DAYS_LOW),
    )


def spending(table: Table) -> SpendingSettings:
    """``[spending]``."""
    ceilings = table.table("ceilings")
    found = SpendingSettings(
        ceiling=table.number("ceiling", 0, RICHEST, 0.0),
        ceilings=tuple((name, ceilings.number(name, 0, RICHEST)) for name in sorted(ceilings.data)),
    )
    ceilings.done()
    table.done()
    return found


def proof(table: Table) -> ProofSettings:
    """``[proof]``."""
    found = ProofSettings(
        every_s=table.number("every_s", 0, 7 * 86400, PROOF_S),
        within_s=table.number("within_s", 10, 86400, PROOF_WITHIN_S),
        by=table.texts("by", ()),
    )
    if 0 < found.every_s < found.within_s:
        table.fault("every_s", f"{found.every_s:g} is less than within_s, {found.within_s:g}: 0 turns it off")
    table.done()
    return found


def technician(table: Table) -> TechnicianSettings:
    """``[technician]``."""
    found = TechnicianSettings(number=table.phone("number", ""))
    table.done()
    return found
