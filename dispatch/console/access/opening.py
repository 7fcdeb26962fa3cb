"""The keeper as the front door opens it, and the first admin of a new city."""

from __future__ import annotations

from config.command import Out
from dispatch.console.access.demo import DemoKeeper
from dispatch.console.access.gate import gate_of
from dispatch.console.access.keeping import AccessKeeper
from dispatch.console.access.sealing import reseal
from dispatch.console.access.users import ONCE_DAYS, first_admin
from gateway.page import Floor

FIRST_NAME = "Admin"


async def opened_keeper(floor: Floor, out: Out, *, demo: bool) -> AccessKeeper:
    """Where nobody can log in yet one admin is made, and his one-time password said to who started the program: on
    its terminal alone, in no log. ``demo``: whoever looks from this machine is let in."""
    gate = gate_of(floor)
    await floor.store.write(lambda tx: reseal(tx, gate.seal, all_of_them=False))  # of an older version
    if demo:
        return DemoKeeper(gate)
    made = await first_admin(floor.store, gate.hasher, FIRST_NAME)
    if made is not None:
        told = f"first login: {made.account.login}, one-time password: {made.password}"
        out.note(f"{told}  (opens once, within {ONCE_DAYS} days; then 'kentongan users reset {made.account.login}')")
    return AccessKeeper(gate)
