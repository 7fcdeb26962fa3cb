"""``WHERE column IN (a few values)`` without building the statement anew for each number of values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import BindParameter, Row, Select, bindparam

from gateway.store.schema import Tx

SIZES = (1, 16, 128, 512)  # values in one statement; what is fewer is filled up with the last one


class Among:
    """``build`` makes the statement for given parameters; it is compiled once for each size."""

    def __init__(self, build: Callable[[Sequence[BindParameter[Any]]], Select[Any]]) -> None:
        self._statements = {size: build([bindparam(f"among_{n}") for n in range(size)]) for size in SIZES}

    def find(self, tx: Tx, values: Collection[str], **more: object) -> Iterator[Row[Any]]:
        """The rows for these values, none for none; more values than the largest of ``SIZES`` are asked in turns."""
        given, most = [*values], SIZES[-1]
        for begin in range(0, len(given), most):
            yield from self._once(tx, given[begin : begin + most], more)

    def _once(self, tx: Tx, given: list[str], more: dict[str, object]) -> Sequence[Row[Any]]:
        size = next(size for size in SIZES if size >= len(given))
        given = given + given[-1:] * (size - len(given))
        return tx.execute(
            self._statements[size], {**{f"among_{n}": value for n, value in enumerate(given)}, **more}
        ).all()
