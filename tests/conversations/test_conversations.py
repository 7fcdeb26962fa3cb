"""Every conversation in the files beside this one goes as it is written there (``script.py`` says how to read them)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.conversations.script import read, scripts
from tests.conversations.stage import played
from tests.fixtures.engines import SQLITE

CASES = [(path, one.title) for path in scripts() for one in read(path).conversations]


@cache
def went(path: Path) -> dict[str, list[str]]:
    """One town for a file; what differs, by conversation."""
    with TemporaryDirectory(prefix="kentongan-talk-") as folder:
        return {title: differs for title, (differs, _) in played(read(path), Path(folder)).items()}


# Once in some runs on a machine that is busy elsewhere a socket of the provider is silent for 60 s: tried once more.
@pytest.mark.flaky(reruns=1, only_rerun=["virtual time waited"])
@pytest.mark.engine(SQLITE)
@pytest.mark.parametrize(
    ("path", "title"),
    [pytest.param(*one, marks=pytest.mark.xdist_group(one[0].stem), id=f"{one[0].stem}: {one[1]}") for one in CASES],
)
def test_it_goes_as_it_is_written(path: Path, title: str) -> None:
    differs = went(path)[title]
    assert not differs, "\n" + "\n".join(differs)


def test_no_two_conversations_of_a_file_have_the_same_title() -> None:
    assert len(CASES) == len(set(CASES))
