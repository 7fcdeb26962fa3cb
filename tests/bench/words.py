"""Reading what people write: letters a second on one core, and the slowest of a hundred.

The texts are those that reading is judged by (``tests/judge``), each once a run in a reader that has never seen them.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from config.city import City, load_city
from dispatch.glance import Glance
from dispatch.locate import Locator
from dispatch.reading import Reader
from tests.bench.figures import Board, Figure
from tests.judge.corpus import corpus

READ, LOOKED = "reading, messages", "looked at first, messages"
NOW = datetime(2026, 11, 18, 3, 0, tzinfo=UTC)


async def measure(board: Board, rounds: int) -> None:
    """Reading and placing each text, and the glance that every letter gets before it is kept."""
    city = load_city("binjai")
    texts = [entry.text for entry in corpus(city)]
    runs = [_read(city, texts) for _ in range(rounds)]
    took = [one for run in runs for one in run]
    per_second = tuple(len(run) / sum(run) for run in runs)
    looks = tuple(_looked(city, texts) for _ in range(rounds))
    board.add(
        Figure(name=READ, unit="/s", values=per_second, n=len(took), note="read and placed, one core"),
        Figure(name="one reading, p50", unit="ms", values=(1000 * statistics.median(took),), n=len(took)),
        Figure(name="one reading, p99", unit="ms", values=(1000 * _p99(took),), n=len(took)),
        Figure(name=LOOKED, unit="/s", values=looks, n=rounds * len(texts), against=READ),
    )


def _read(city: City, texts: Sequence[str]) -> list[float]:
    """Seconds that each took."""
    reader, locator = Reader(city), Locator(city)
    took = []
    for text in texts:
        begun = time.perf_counter()
        reader.read(text)
        locator.locate(text, None, NOW)
        took.append(time.perf_counter() - begun)
    return took


def _looked(city: City, texts: Sequence[str]) -> float:
    glance = Glance(Reader(city))
    begun = time.perf_counter()
    for text in texts:
        glance.peaceful(text)
    return len(texts) / (time.perf_counter() - begun)


def _p99(took: Sequence[float]) -> float:
    return sorted(took)[int(len(took) * 0.99)]
