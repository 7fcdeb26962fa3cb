"""The channels as ``route.py`` sees them: well, resting, occupied, their money spent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

from config.clock import Clock
from gateway.channel import Channel, ChannelError
from gateway.messages import Outbound
from gateway.pulse import Pulse, Status
from gateway.resting import Rests
from gateway.route import Errand, Way, may, takes
from gateway.store.claiming import Till


class Ways:
    """Of one outbox. ``today``: the day of the ledger. ``ring`` wakes the outbox's watch."""

    def __init__(
        self,
        channels: Sequence[Channel],
        clock: Clock,
        pulse: Pulse,
        rng: Random,
        *,
        today: Callable[[], str],
        ring: Callable[[], None],
    ) -> None:
        self._channels = channels
        self._clock = clock
        self._pulse = pulse
        self._today = today
        self._full: dict[str, str] = {}  # channel → the day on which its ceiling was reached
        self._down_since: dict[str, float] = {}
        self.rests = Rests(clock, pulse, rng, ring=lambda _: ring())

    def now(self) -> list[Way]:
        return [self._way(channel) for channel in self._channels]

    def _way(self, channel: Channel) -> Way:
        moment = self._clock.monotonic()
        if channel.well:
            self._down_since.pop(channel.name, None)
        else:
            self._down_since.setdefault(channel.name, moment)
        return Way(
            name=channel.name,
            serves=channel.serves,
            cost=lambda letter: channel.cost(letter, channel.parts(letter)),
            calls=channel.calls,
            well=channel.well,
            occupied=channel.occupied,
            rests=self.rests.resting(channel.name),
            full=self._is_full(channel.name),
            down_s=moment - self._down_since.get(channel.name, moment),
        )

    def taker(self, name: str) -> Callable[[Errand], bool]:
        """Whether the channel of that name carries a letter, as things are at this moment."""
        ways = self.now()
        return lambda errand: takes(errand, name, ways)

    def further(self, letter: Outbound, without: Channel, barred: frozenset[str]) -> int:
        """How many other channels could carry the letter now."""
        ways, errand = self.now(), Errand(letter=letter, barred=barred)
        return sum(way.well and way.name != without.name and may(errand, way, ways) for way in ways)

    def serving(self, letter: Outbound) -> frozenset[str]:
        """Every channel that may ever carry the letter. One that is not well may not yet know what it may carry."""
        wanted = letter.channel
        able = (one for one in self._channels if not one.well or one.serves(letter.to, letter.lane))
        return frozenset(one.name for one in able if wanted in (None, one.name))

    def ordinary(self, channel: str) -> bool:
        """Whether letters that are no emergencies may try the channel now: it does not rest, and has money left."""
        return self.rests.may_try(channel) and not self._is_full(channel)

    def _is_full(self, channel: str) -> bool:
        return channel in self._full and self._full[channel] == self._today()

    async def probe(self, channel: Channel) -> None:
        """Ask a channel that has rested whether it is back, before a letter is tried."""
        if channel.well and self.rests.to_probe(channel.name):
            try:
                await channel.probe()
            except ChannelError as fault:
                self.rests.rest(channel.name, str(fault))
            else:
                self.rests.answered(channel.name)

    def filled(self, channel: str, till: Till) -> None:
        """Show whether the channel's ceiling of the day is reached."""
        if till.full:
            self._full[channel] = till.day
            detail = f"the ceiling of Rp {till.ceiling:,.0f} a day is reached: only emergencies leave until midnight"
            self._pulse.report("spending", channel, Status.DEGRADED, detail)
        elif channel in self._full and self._full[channel] != till.day:
            del self._full[channel]
            self._pulse.forget("spending", channel)
