"""States and moves: what is not in the table raises."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import UTC, datetime

import pytest

from dispatch.incident import MOVES, NOWHERE, ForbiddenMove, Incident, Place, State, move

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def incident(state: State) -> Incident:
    return Incident(id=1, code="127", state=state, kind="robbery", caller="+6281399900011", opened_at=NOW)


@pytest.mark.parametrize("to", list(State))
@pytest.mark.parametrize("state", list(State))
def test_only_the_moves_of_the_table_are_made(state: State, to: State) -> None:
    if to in MOVES[state]:
        moved = move(incident(state), to, NOW, by="+6281200002001")
        assert moved.state is to
        assert getattr(moved, f"{to}_at") == NOW
    else:
        with pytest.raises(ForbiddenMove, match=f"127 is {state}: it cannot become {to}"):
            move(incident(state), to, NOW)


def test_every_state_is_in_the_table_and_an_end_is_an_end() -> None:
    assert set(MOVES) == set(State)
    assert not MOVES[State.CLOSED]
    assert not MOVES[State.CANCELLED]
    assert [state for state in State if not state.open] == [State.CLOSED, State.CANCELLED]


def test_only_acceptance_names_who() -> None:
    assert move(incident(State.CONFIRMED), State.ACCEPTED, NOW, by="x").accepted_by == "x"
    assert move(incident(State.CONFIRMED), State.CANCELLED, NOW, by="x").accepted_by is None


def test_a_move_at_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        move(incident(State.CONFIRMED), State.ACCEPTED, NOW.replace(tzinfo=None))


def test_values_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        incident(State.PENDING).state = State.CLOSED  # type: ignore[misc]


def test_a_place_is_known_only_inside_the_city() -> None:
    assert not NOWHERE.known
    assert Place(kelurahan="x").known
    assert Place(lat=1.0, lon=2.0).known
    assert not Place(lat=1.0, lon=2.0, outside=True).known
