"""``make soak``: any number of seeds on every core; a failing one is printed with the command that replays it."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import islice

from tests.simulator.play import Played, play


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    parser.add_argument("--seeds", type=int, default=2000, help="how many, from --from on")
    parser.add_argument("--from", dest="first", type=int, default=10_000, help="the first seed (tests use 0-499)")
    parser.add_argument("--seed", type=int, help="only this one, with what was found in full")
    parser.add_argument("--minutes", type=float, help="begin no new seed after so many minutes")
    return parser.parse_args()


def replay(seed: int) -> str:
    """The command that plays a seed again."""
    return f"make soak SEED={seed}"


def main() -> int:
    asked = _arguments()
    if asked.seed is not None:
        played = play(asked.seed)
        print(f"seed {played.seed}: {played.incidents} incidents, deaths at {', '.join(played.deaths) or 'no point'}")
        print("\n".join(played.findings) or "every law held")
        return 1 if played.findings else 0
    end = time.monotonic() + asked.minutes * 60 if asked.minutes else float("inf")
    seeds = iter(range(asked.first, asked.first + asked.seeds))
    done, failed, incidents, deaths = 0, 0, 0, Counter[str]()
    workers = os.cpu_count() or 1
    until = f"for {asked.minutes:g} minutes at most" if asked.minutes else "about half a second each"
    print(f"{asked.seeds} seeds from {asked.first} on, {workers} at a time, {until} ...", file=sys.stderr, flush=True)
    with ProcessPoolExecutor(workers) as pool:
        under_way: set[Future[Played]] = {pool.submit(play, seed) for seed in islice(seeds, 2 * workers)}
        while under_way:
            ended, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for future in ended:
                played = future.result()
                done, incidents = done + 1, incidents + played.incidents
                deaths.update(played.deaths)
                failed += _report(played)
                if time.monotonic() < end and (seed := next(seeds, None)) is not None:
                    under_way.add(pool.submit(play, seed))
            if done % 50 == 0:
                print(f"{done} seeds, {failed} failed", file=sys.stderr, flush=True)
    died = ", ".join(f"{point} {count}" for point, count in sorted(deaths.items()))
    print(f"soak: {done} seeds, {incidents} incidents, deaths: {died or 'none'}")
    print(f"{done - failed} passed, {failed} failed")
    return 1 if failed else 0


def _report(played: Played) -> int:
    for finding in played.findings:
        print(f"seed {played.seed}: {finding}")
    if played.findings:
        print(f"  replay: {replay(played.seed)}", flush=True)
    return 1 if played.findings else 0


if __name__ == "__main__":
    sys.exit(main())
