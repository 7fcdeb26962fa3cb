"""The secrets in the paths of providers' callbacks: which open, since when, and how one replaces the other.

``rotate`` adds one: two open while the provider's pages are changed. ``rotate --drop`` shuts the older ones. The store
holds sha256 digests only: a secret is shown once, when it is made, and is in no list, no log and no copy of the store.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from config.clock import Clock
from gateway.pulse import Bell, Pulse
from gateway.store import Store, StoreFault, Tx
from gateway.store.callbacks import Secret, add_secret, drop_secrets, mark_used, secrets

log = logging.getLogger(__name__)

TICK_S = 30.0  # the table is read at least that often: another process may have rotated
BEAT_S = 180.0  # without a beat for that long the loop counts as stuck
MOST = 2  # secrets of one provider that are valid at once by rotation

SETTINGS, ROTATED = "settings", "rotated"


def digest_of(secret: str) -> str:
    """What the store keeps of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def valid(rows: Sequence[Secret], in_settings: Sequence[str]) -> list[Secret]:
    """Those that open, oldest first: what was rotated in, and what still stands in the settings (``in_settings``:
    digests); nothing that was dropped."""
    return [one for one in rows if one.dropped_at is None and (one.origin == ROTATED or one.digest in in_settings)]


def written_down(tx: Tx, provider: str, in_settings: Sequence[str]) -> Sequence[Secret]:
    """Every secret of a provider, those of the settings included from now on."""
    for digest in in_settings:
        add_secret(tx, provider, digest, SETTINGS)
    return secrets(tx, provider)


class RotationFault(Exception):
    """It cannot be rotated now; the message says what to do."""


def rotate(tx: Tx, provider: str, in_settings: Sequence[str], new: str) -> int:
    """Let the secret with the digest ``new`` open too; says how many do then. Raises RotationFault when two do
    already."""
    here = valid(written_down(tx, provider, in_settings), in_settings)
    if len(here) >= MOST:
        raise RotationFault(f"{len(here)} secrets of {provider} are valid already: drop the older with --drop first")
    add_secret(tx, provider, new, ROTATED)
    return len(here) + 1


def drop(tx: Tx, provider: str, in_settings: Sequence[str]) -> Sequence[Secret]:
    """Shut all but the newest; those that were shut. Raises RotationFault when there is nothing to drop."""
    gone = valid(written_down(tx, provider, in_settings), in_settings)[:-1]
    if not gone:
        raise RotationFault(f"{provider} has no older secret: 'kentongan secrets rotate {provider}' makes a new one")
    drop_secrets(tx, provider, [one.digest for one in gone])
    return gone


class Keys:
    """The secrets that open, as the running program knows them. ``in_settings``: the plain ones, by provider."""

    def __init__(self, store: Store, in_settings: Mapping[str, Sequence[str]], clock: Clock, pulse: Pulse) -> None:
        self._store, self._clock, self._pulse = store, clock, pulse
        self._settings = {name: [digest_of(one) for one in plain] for name, plain in in_settings.items()}
        self._open = [(name, digest) for name, digests in self._settings.items() for digest in digests]
        self._used: dict[tuple[str, str], datetime] = {}
        self._bell = Bell()

    def opens(self, name: str, secret: str) -> bool:
        """Whether this secret opens that provider's paths. Every secret is compared, whatever is asked."""
        given, found = digest_of(secret), None
        for key in self._open:
            if hmac.compare_digest(given, key[1]) & (name == key[0]):
                found = key
        if found is not None:
            self._used[found] = self._clock.now()
        return found is not None

    def wake(self) -> None:
        """Somebody may have rotated."""
        self._bell.ring()

    async def load(self) -> None:
        """Write down what the settings hold and when each was used; know what opens now. Raises StoreFault."""
        used, self._used = self._used, {}

        def work(tx: Tx) -> list[tuple[str, str]]:
            opening = [
                (name, one.digest)
                for name, digests in self._settings.items()
                for one in valid(written_down(tx, name, digests), digests)
            ]
            for (name, digest), at in used.items():
                mark_used(tx, name, digest, at)
            return opening

        try:
            self._open = await self._store.write(work)
        except StoreFault:
            self._used = used | self._used
            raise

    async def run(self) -> None:
        """Keep up with the table, for ever."""
        while True:
            self._pulse.beat("secrets", limit_s=BEAT_S)
            try:
                await self.load()
            except StoreFault as fault:  # what opened goes on opening
                log.error("the callbacks' secrets are not read: %s", fault)
            await self._bell.wait(self._clock, TICK_S)
