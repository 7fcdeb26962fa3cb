"""What ``kentongan doctor`` says of the services: each of the city's systems is asked for its look-up's example; and
whether deadlines are counted with holidays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from config.command import Context
from eservices.lookup.sources.answers import Odd, read
from eservices.lookup.sources.http import open_client
from eservices.lookup.sources.source import KIND, LONGEST_S, Described
from eservices.lookup.sources.systems import described
from eservices.lookup.sources.wire import Away
from gateway.doctor import Finding

AHEAD = timedelta(days=60)  # the longest deadlines are that long
MEND = "look at [[source]] in kentongan.toml, and ask who runs that system"


async def asked(context: Context) -> Sequence[Finding]:
    """One line for each; and for what the settings name and no look-up is called."""
    told = described(context.city, context.settings.sources)
    known = {*told, *(one.source.secret for one in context.city.lookups.values())}
    lost = [one.name for one in context.settings.sources if one.name not in known]
    saw = "the pack has no look-up that is called so"
    return [
        *[await _one(one, context) for one in told.values()],
        *(Finding(subject=f"source {name}", well=False, saw=saw, mend=MEND) for name in lost),
        *_holidays(context),
    ]


def _holidays(context: Context) -> Iterator[Finding]:
    """Nothing, while the pack knows the next ones."""
    calendar = context.city.calendar
    today = calendar.day_of(context.clock.now())
    last = max(calendar.holidays, default=today - timedelta(days=1))
    if last - today < AHEAD:
        saw = f"the pack names no holiday after {max(last, today):%d/%m/%Y}: deadlines count them as working days"
        yield Finding(subject="holidays", well=None, saw=saw, mend="add those of the next decree to holidays.csv")


async def _one(one: Described, context: Context) -> Finding:
    subject, began = f"{KIND} {one.name}", context.clock.monotonic()
    try:
        async with context.clock.timeout(LONGEST_S), open_client(1) as client:
            rows = read(await client.get(one.request(one.example, "")), one.shape, one.example)
    except TimeoutError:
        return Finding(subject=subject, well=False, saw=f"no answer in {LONGEST_S:g} s", mend=MEND)
    except (Away, Odd) as why:
        return Finding(subject=subject, well=False, saw=str(why), mend=MEND)
    took = context.clock.monotonic() - began
    what = f"{len(rows)} rows for the example" if rows else "nothing for the example: is its mapping right?"
    return Finding(subject=subject, well=True if rows else None, saw=f"answers in {took:.1f} s, {what}")
