"""The figures of a judging: counts with what they are of, so that no rate stands alone."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.judge.corpus import Half, Source
from tests.judge.judging import Judged, Placed


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """``count`` of ``of``. ``rate`` is 0 of nothing."""

    name: str
    count: int
    of: int

    @property
    def rate(self) -> float:
        return self.count / self.of if self.of else 0.0


def shares(judged: Sequence[Judged]) -> list[Share]:
    """The figures, in the order of the table."""
    return [*_alarms(judged), *_false(judged), *_places(judged)]


def _share(name: str, judged: Iterable[bool]) -> Share:
    found = list(judged)
    return Share(name=name, count=sum(found), of=len(found))


def _alarms(judged: Sequence[Judged]) -> list[Share]:
    """Of the authored emergencies. Those whose best answer may be a question are counted apart."""
    emergencies = [one for one in judged if one.reading and one.entry.emergency]
    sure = [one for one in emergencies if "ring" in one.entry.acts and not {"ask", "none"} & one.entry.acts]
    faint = [one for one in emergencies if {"ask", "none"} & one.entry.acts]
    reached = [one for one in emergencies if one.reached]
    return [
        _share("emergency: ring", (one.act == "ring" for one in sure)),
        _share("emergency: ring or person", (one.reached for one in sure)),
        _share("emergency without a keyword: ring or person", (one.reached for one in faint)),
        _share("emergency without a keyword: or a question", (one.act in one.entry.acts for one in faint)),
        _share("kind right, of those that reached a person", (one.kind_right for one in reached)),
        _share("quiet kept", (one.reading is not None and one.reading.quiet for one in judged if one.entry.quiet)),
    ]


def _false(judged: Sequence[Judged]) -> list[Share]:
    calm = [one for one in judged if one.reading and not one.entry.emergency]
    written = [one for one in calm if one.entry.source is Source.AUTHORED]
    tweets = [one for one in calm if one.entry.source is Source.TWEETS]
    return [
        _share("false rings, authored", (one.rung_falsely for one in written)),
        _share("false rings, real tweets", (one.rung_falsely for one in tweets)),
        _share("person told for nothing, authored", (one.told_for_nothing for one in written)),
        _share("person told for nothing, real tweets", (one.told_for_nothing for one in tweets)),
        _share("quiet for nothing", ("hushed" in one.faults for one in judged if one.reading and not one.entry.quiet)),
        _share("intent right, authored", ("intent" not in one.faults for one in judged if _is_authored(one))),
    ]


def _is_authored(one: Judged) -> bool:
    return one.entry.source is Source.AUTHORED


def _places(judged: Sequence[Judged]) -> list[Share]:
    said = {Placed.RIGHT, Placed.WRONG, Placed.ASKED}
    found: list[Share] = []
    for name, real in (("authored", False), ("real addresses", True)):
        those = [one for one in judged if (one.entry.source is Source.ADDRESSES) is real]
        named = [one for one in those if one.placed in said]
        found += [_share(f"place {how}, {name}", (one.placed == how for one in named)) for how in sorted(said)]
        if not real:
            mute = [one for one in those if one.placed in (Placed.INVENTED, Placed.SILENT)]
            found.append(_share("place invented, where none is named", (one.placed == "invented" for one in mute)))
    return found


def halves(judged: Sequence[Judged]) -> dict[str, list[Judged]]:
    """The two halves, and both together."""
    apart = {half.value: [one for one in judged if one.entry.half is half] for half in Half}
    return {**apart, "all": list(judged)}


def confusion(judged: Sequence[Judged]) -> Counter[tuple[str, str]]:
    """How often (wanted, read): the first of the wanted intents, in the order of the alphabet, stands for them."""
    return Counter(
        ("/".join(sorted(one.entry.intents)), one.reading.intent.value)
        for one in judged
        if one.reading and one.entry.source is Source.AUTHORED
    )


def groups(judged: Sequence[Judged]) -> dict[str, Counter[str]]:
    """Faults by kind of text."""
    found: dict[str, Counter[str]] = {}
    for one in judged:
        counted = found.setdefault(one.entry.group, Counter())
        counted["texts"] += 1
        counted.update(one.faults)
    return found


def pace(judged: Sequence[Judged]) -> dict[str, float]:
    """Readings a second and the time of one (ms), reading and locating together, on this machine in this minute."""
    took = [one.took_s for one in judged]
    cuts = statistics.quantiles(took, n=100)
    return {"readings_per_s": len(took) / sum(took), "p50_ms": cuts[49] * 1e3, "p99_ms": cuts[98] * 1e3}
