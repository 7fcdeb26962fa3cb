"""A circuit breaker before a provider: what fails again and again is left alone, asked now and then, and used again.

closed ── 3 failures in a row, or one that says enough ──▶ open ── a probe answered ──▶ half open
half open ── a letter taken ──▶ closed          half open ── one failure ──▶ open, probed with back-off and jitter

While it is open the outbox claims nothing for its channel, so that an outage burns no letter's tries. A channel that
is idle is probed too: a dead provider is seen before anybody needs it.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from random import Random

from config.clock import Clock
from gateway.pulse import Bell, Pulse, Status

log = logging.getLogger(__name__)

FAILURES = 3  # in a row: one may be a packet lost, three are an outage
BACK_OFF_S = (5.0, 10.0, 15.0)  # to the n-th probe; the last again and again: an emergency waits no longer than that
DOUBLED = 4  # times at most that the wait is doubled, once for each probe that promised too much (its letter failed)
LONGEST_S = 60.0  # no wait is longer
JITTER = 0.25  # of each wait, to either side: many gateways do not come back in the same second
QUIET_S = 60.0  # a closed circuit of which nothing was heard for that long is probed
AGAIN_S = 10.0  # after a failure that did not open it: 60 + 3 probes of 20 s + 2 of these is under the 180 s promised
PROBE_S = 20.0  # a probe that takes longer has failed
BEAT_S = 300.0  # without a beat for that long the loop counts as stuck


class Circuit:
    """One provider's. ``well`` is what its channel says of itself; the channel calls ``worked`` and ``failed`` after
    each request. ``probe`` asks the provider something cheap and raises while it is down. ``run`` is a loop.
    ``changed`` is called when ``well`` changed (wake the outbox). ``rng`` gives the jitter. ``kind``: of its part of
    health; ``report`` writes that instead, where it is not for a provider to say."""

    def __init__(
        self,
        clock: Clock,
        pulse: Pulse,
        name: str,
        probe: Callable[[], Awaitable[None]],
        *,
        rng: Random | None = None,
        changed: Callable[[], None] = lambda: None,
        kind: str = "provider",
        report: Callable[[Status, str], None] | None = None,
    ) -> None:
        self.name, self._kind = name, kind
        self._report = report or (lambda status, detail: pulse.report(kind, name, status, detail[:200]))
        self._clock = clock
        self._pulse = pulse
        self._probe = probe
        self._rng = rng or Random(name)
        self._changed = changed
        self._bell = Bell()
        self._open = False
        self._half_open = False  # a probe went well, and nothing else has since
        self._failures = 0  # in a row, while closed
        self._probes = 0  # in vain since it was last surely well: the place in BACK_OFF_S
        self._promises = 0  # probes since then that promised too much
        self._heard_at = clock.monotonic() - QUIET_S  # so that the first probe is at once
        self._report(Status.DEGRADED, "not asked yet")

    @property
    def well(self) -> bool:
        """False while the provider is left alone."""
        return not self._open

    def worked(self) -> None:
        """The provider did what it was asked (a refusal of one letter is such an answer too)."""
        self._heard_at = self._clock.monotonic()
        self._failures = self._probes = self._promises = 0
        self._close(half=False)

    def failed(self, why: str, *, surely: bool = False) -> None:
        """It did not answer, or answered that it is broken. ``surely``: one such failure is enough (401, no such
        host)."""
        self._heard_at = self._clock.monotonic()
        self._failures += 1
        if self._open:
            self._report(Status.FAILED, why)
        elif surely or self._half_open or self._failures >= FAILURES:
            log.warning("%s is left alone: %s", self.name, why)
            self._promises = min(self._promises + self._half_open, DOUBLED)
            self._open, self._half_open = True, False
            self._report(Status.FAILED, why)
            self._changed()
        else:
            self._report(Status.DEGRADED, f"failed {self._failures} of {FAILURES} times: {why}")
        self._bell.ring()

    async def run(self) -> None:
        """Probe, for ever: an open circuit with back-off, a quiet one now and then."""
        while True:
            self._pulse.beat(f"{self._kind} {self.name}", limit_s=BEAT_S)
            if self._open:
                step = min(BACK_OFF_S[min(self._probes, len(BACK_OFF_S) - 1)] * 2**self._promises, LONGEST_S)
                await self._clock.sleep(step * (1 + JITTER * (2 * self._rng.random() - 1)))
            else:
                rest = self._heard_at + (AGAIN_S if self._failures else QUIET_S) - self._clock.monotonic()
                if rest > 0:
                    await self._bell.wait(self._clock, rest)
                    continue  # the time is over, or something was heard meanwhile
            await self._ask()

    async def _ask(self) -> None:
        try:
            async with self._clock.timeout(PROBE_S):
                await self._probe()
        except TimeoutError:
            self._unanswered(f"no answer in {PROBE_S:.0f} s")
        except Exception as error:
            self._unanswered(str(error) or repr(error))
        else:
            self._heard_at = self._clock.monotonic()
            self._failures = 0
            self._close(half=self._open or self._half_open)

    def _unanswered(self, why: str) -> None:
        self._probes += self._open
        self.failed(why)

    def _close(self, *, half: bool) -> None:
        was_open, self._open, self._half_open = self._open, False, half
        self._report(Status.OK, "answers again" if half else "")
        if was_open:
            log.warning("%s answers again", self.name)
            self._changed()
