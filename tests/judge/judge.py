"""``make judge``: how well reading reads, as a table.

    python -m tests.judge.judge [--show] [--json] [--half dev|held] [--city NAME]

It never fails because reading is poor: the thresholds are in ``test_judge.py``. The wording of the texts is not to be
copied into the rules: tune on DEV, believe HELD.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter

from config.city import load_city
from tests.judge.corpus import corpus
from tests.judge.figures import confusion, groups, halves, pace, shares
from tests.judge.judging import Judged, judge

FAULTS = ("lost", "too mild", "false ring", "told for nothing", "kind", "loud", "hushed", "intent")
PLACES = ("place wrong", "place asked", "place invented")


def main() -> int:
    parser = argparse.ArgumentParser(description="Judge the reading of letters on texts that it was not made from.")
    parser.add_argument("--show", action="store_true", help="every miss, with what was seen")
    parser.add_argument("--json", action="store_true", help="the figures as JSON")
    parser.add_argument(
        "--half", choices=["dev", "held", "all"], default="dev", help="of --show (dev: who tunes does not look at held)"
    )
    parser.add_argument("--group", help="of --show: only this file")
    parser.add_argument("--city", default="binjai", help="the city pack (binjai, whose places the texts name)")
    asked = parser.parse_args()
    city = load_city(asked.city)
    judged = judge(corpus(city), city)
    if asked.json:
        print(json.dumps(as_json(judged), ensure_ascii=False, indent=1))
        return 0
    if asked.show:
        show([one for one in halves(judged)[asked.half] if asked.group in (None, one.entry.group)])
    table(judged)
    return 0


def as_json(judged: list[Judged]) -> dict[str, object]:
    return {
        "figures": {
            half: {share.name: {"count": share.count, "of": share.of, "rate": round(share.rate, 4)} for share in found}
            for half, found in ((half, shares(those)) for half, those in halves(judged).items())
        },
        "confusion": [[*pair, count] for pair, count in sorted(confusion(judged).items())],
        "groups": groups(judged),
        "pace": pace(judged),
    }


def table(judged: list[Judged]) -> None:
    parts = halves(judged)
    print(f"\n{'':46}" + "".join(f"{half:>20}" for half in parts))
    for row in zip(*(shares(those) for those in parts.values()), strict=True):
        cells = "".join(f"{f'{share.count}/{share.of}':>12} {share.rate:>6.1%} " for share in row)
        print(f"{row[0].name:<46}{cells}")
    _groups(groups(judged), FAULTS)
    _groups(groups(judged), PLACES)
    _confusion(confusion(judged))
    paced = pace(judged)
    print(f"\n{paced['readings_per_s']:.0f} readings/s, p50 {paced['p50_ms']:.2f} ms, p99 {paced['p99_ms']:.2f} ms")


def _groups(found: dict[str, Counter[str]], columns: tuple[str, ...]) -> None:
    """Faults by kind of text; kinds without any of these are left out."""
    print(f"\n{'kind of text':<14}{'texts':>7}" + "".join(f"{name:>17}" for name in columns))
    for group, counted in found.items():
        if any(counted[name] for name in columns):
            print(f"{group:<14}{counted['texts']:>7}" + "".join(f"{counted[name] or '.':>17}" for name in columns))


def _confusion(found: Counter[tuple[str, str]]) -> None:
    wanted, read = sorted({pair[0] for pair in found}), sorted({pair[1] for pair in found})
    print(f"\n{'wanted / read':<32}" + "".join(f"{intent:>11}" for intent in read))
    for want in wanted:
        print(f"{want:<32}" + "".join(f"{found[want, intent] or '.':>11}" for intent in read))


def show(judged: list[Judged]) -> None:
    for one in judged:
        if one.faults:
            entry, place = one.entry, one.place
            print(f"\n{entry.origin} [{entry.half}] {', '.join(one.faults)}: {entry.text!r}")
            if one.reading is not None:
                kinds = "/".join(sorted(entry.kinds)) or "-"
                print(f"  wanted {'/'.join(sorted(entry.intents))} {'/'.join(sorted(entry.acts))} {kinds}")
                print(f"  read   {one.reading.intent} {one.reading.act} {one.reading.kind}: {one.reading.saw}")
            if set(one.faults) & set(PLACES):
                where = "outside" if entry.where.outside else "/".join(sorted(entry.where.codes)) or "-"
                found = "outside" if place.outside else place.kelurahan or "/".join(place.candidates) or "-"
                print(f"  place  {where}\n  found  {found}: {place.saw}")


if __name__ == "__main__":
    raise SystemExit(main())
