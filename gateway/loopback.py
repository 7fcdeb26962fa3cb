"""Each way proven end to end: now and then a letter is sent to one of our own numbers, and awaited there.

Every channel sends one and, where it has a number, receives one: in a ring, so that n channels need n letters a round
(a lone modem writes to itself). ``ProofDesk`` takes such letters before any other desk sees them.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from config.clock import Clock
from config.settings_channels import ProofSettings
from gateway.channel import Channel
from gateway.messages import Inbound, Kind, Lane, Outbound
from gateway.pulse import Pulse, Status
from gateway.store import Store, Tx
from gateway.store.outbound import needs_no_eye, put
from gateway.store.proofs import Proof, ask_proof, proofs, proven

log = logging.getLogger(__name__)

WORD = "KENTONGAN-UJI"  # "test": before the token, so that whoever finds it on a SIM knows what it is
FIRST_S = 600.0  # after the start: modems register, and what waited goes first
TICK_S = 30.0  # the table is read that often; at most one letter a tick, so that proofs never crowd
BEAT_S = 300.0  # without a beat for that long the loop counts as stuck
_TEXT = re.compile(rf"\s*{WORD}\s+([0-9a-f]{{12}})\b", re.IGNORECASE)


def new_token() -> str:
    """48 bits of chance: nobody guesses one, and a resident's words are never taken for it."""
    return secrets.token_hex(6)


class ProofDesk:
    """A ``Desk``: the first one. ``own``: numbers and names from which our letters come. A letter of this form is ours
    when it comes from one of these, or holds a token that is awaited (some providers send under a foreign name)."""

    name = "proof"
    urgent = False

    def __init__(self, own: Iterable[str], *, wake: Callable[[], None] = lambda: None) -> None:
        self._own = frozenset(number for number in own if number)
        self.awaited: set[str] = set()
        self._wake = wake

    def takes(self, letter: Inbound) -> bool:
        token = token_in(letter)
        return bool(token) and (letter.sender in self._own or token in self.awaited)

    def handle(self, letter: Inbound, tx: Tx) -> None:
        proven(tx, token_in(letter), letter.channel, letter.received_at)

    def wake(self) -> None:
        self._wake()


def token_in(letter: Inbound) -> str:
    """The token of a letter of that form; empty: it is another letter."""
    match = _TEXT.match(letter.text) if letter.kind is Kind.SMS else None
    return match[1].lower() if match else ""


class Loopback:
    """``desk`` gets the tokens that are awaited. ``wake`` is called when a letter was put. ``zone``: of the city."""

    def __init__(
        self,
        channels: Sequence[Channel],
        settings: ProofSettings,
        desk: ProofDesk,
        store: Store,
        clock: Clock,
        pulse: Pulse,
        *,
        wake: Callable[[], None],
        zone: tzinfo = UTC,
        token: Callable[[], str] = new_token,
    ) -> None:
        self._zone = zone
        self._channels = {channel.name: channel for channel in channels}
        self._settings = settings
        self._desk = desk
        self._store = store
        self._clock = clock
        self._pulse = pulse
        self._wake = wake
        self._token = token
        self._begun = clock.now()
        self._pairs: frozenset[tuple[str, str]] = frozenset()

    async def run(self) -> None:
        """Send and judge, for ever; without a schedule, nothing."""
        while True:
            self._pulse.beat("proof", limit_s=BEAT_S)
            if self._settings.every_s:
                await self._round()
            await self._clock.sleep(TICK_S)

    async def _round(self) -> None:
        known = {(one.sender, one.receiver): one for one in await self._store.read(proofs)}
        self._desk.awaited = {one.token for one in known.values()}
        pairs = ring(list(self._channels.values()), self._settings.by)
        for gone in self._pairs - set(pairs):
            self._pulse.forget("proof", _way(*gone))
        self._pairs = frozenset(pairs)
        for pair in pairs:
            self._show(pair, known.get(pair))
        now = self._clock.now()
        due = [pair for pair in pairs if self._is_due(known.get(pair), now) and self._channels[pair[0]].well]
        if due:
            await self._ask(*min(due, key=lambda pair: known[pair].asked_at if pair in known else self._begun))

    def _is_due(self, known: Proof | None, now: datetime) -> bool:
        if (now - self._begun).total_seconds() < FIRST_S:
            return False
        return known is None or (now - known.asked_at).total_seconds() >= self._settings.every_s

    async def _ask(self, sender: str, receiver: str) -> None:
        token, now = self._token(), self._clock.now()
        letter = Outbound(
            to=self._channels[receiver].number,
            text=f"{WORD} {token}",
            lane=Lane.SERVICE,
            key=f"proof/{token}",
            expires_at=now + timedelta(seconds=self._settings.within_s),
            channel=sender,
        )

        def work(tx: Tx) -> None:
            ask_proof(tx, sender, receiver, token, now)
            needs_no_eye(tx, put(tx, letter))

        self._desk.awaited.add(token)  # before it can come back
        await self._store.write(work)
        self._wake()

    def _show(self, pair: tuple[str, str], known: Proof | None) -> None:
        """Not proven in its time: degraded; not for two rounds: failed."""
        now, way = self._clock.now(), _way(*pair)
        proven_at = known.proven_at if known is not None else None
        since = proven_at or self._begun
        every, within = (timedelta(seconds=s) for s in (self._settings.every_s, self._settings.within_s))
        grace = timedelta(seconds=FIRST_S + len(self._pairs) * TICK_S)
        detail = _told(known, self._zone)
        missed = known is not None and (proven_at is None or proven_at < known.asked_at)
        if now - since > 2 * every + within + grace:
            status = Status.FAILED
        elif (missed and known is not None and now - known.asked_at > within) or now - since > every + within + grace:
            status = Status.DEGRADED
        else:
            status = Status.OK
        self._pulse.report("proof", way, status, detail)


def ring(channels: Sequence[Channel], by: Collection[str]) -> list[tuple[str, str]]:
    """Who sends to whom: each that has a number to the next that has one, the others to the first."""
    numbered = [channel.name for channel in channels if channel.number]
    if not numbered:
        return []
    following = dict(zip(numbered, numbered[1:] + numbered[:1], strict=True))
    able = (one for one in channels if not by or one.name in by)
    pairs = [(one.name, following.get(one.name, numbered[0])) for one in able]
    numbers = {channel.name: channel.number for channel in channels}
    serving = {one.name: one for one in channels}
    return [pair for pair in pairs if _carries(serving[pair[0]], numbers[pair[1]])]


def _carries(channel: Channel, to: str) -> bool:
    return not channel.well or channel.serves(to, Lane.SERVICE)


def _way(sender: str, receiver: str) -> str:
    return f"{sender} → {receiver}"


def _told(known: Proof | None, zone: tzinfo) -> str:
    if known is None:
        return "not tried yet"
    if known.proven_at is None:
        return "never came in"
    at = known.proven_at.astimezone(zone)
    return f"a letter came in {known.took_s or 0:.0f} s after it was put, last at {at:%d.%m.%Y %H.%M}"
