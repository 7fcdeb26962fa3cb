"""How the cells and heads of the services' figures are said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from gateway.figures import FEW, FEWEST, Cell, Column, Form, Label, percentile

NAME = "desk_figures"  # the file of words


def column(key: str, form: Form = Form.WORDS) -> Column:
    """A column with the words of that key."""
    return Column(title=f"{NAME}.{key}", form=form)


def label_of(known: Mapping[str, Mapping[str, str]]) -> Callable[[str], Cell]:
    """Says an id of the pack by its label; as it is, where the pack has it no more."""
    return lambda key: Label(known[key]) if key in known else key


def share(part: int, whole: int) -> float | None:
    """``part`` of ``whole``; None of nothing."""
    return part / whole if whole else None


def few_or(values: Sequence[float], *shares: float) -> Sequence[Cell]:
    """Those percentiles; of few cases none, and it is said."""
    if not values:
        return (None,) * len(shares)
    if len(values) < FEWEST:
        return (FEW,) * len(shares)
    ordered = sorted(values)
    return tuple(percentile(ordered, one) for one in shares)
