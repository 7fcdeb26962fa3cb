"""Whole conversations about complaints by SMS, through the real inbox, desks and store, as readable transcripts."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.gsm7 import septets
from tests.dispatch.phones import post_office
from tests.dispatch.talks import Transcript
from tests.eservices.complaints.scenes import scene_of, scripts

ONE_SMS = 160  # GSM-7 septets
SCRIPTS = scripts("talks_sms.txt")
ON_A_SERVER = (  # every verb of the store is in one of these; the words are the same on any engine
    "four neighbours report the same; all are told",
    "the place shows that a neighbour was first",
    "status: my own, a list, another's",
    "taken back",
    "abuse is kept from the office and not refused",
    "done, and the mark is asked for",
)


def ids(found: list[Transcript]) -> list[str]:
    return [script.title for script in found]


@pytest.mark.sqlite_only("the words are the same on any engine; a test further down has the verbs on a server")
@pytest.mark.parametrize("script", SCRIPTS, ids=ids(SCRIPTS))
def test_a_conversation_goes_as_it_is_written(tmp_path: Path, script: Transcript) -> None:
    assert post_office(tmp_path, script.setting[0], scene_of(script)) == list(script.lines)


SERVED = [script for script in SCRIPTS if script.title in ON_A_SERVER]


@pytest.mark.engine("postgresql")
@pytest.mark.parametrize("script", SERVED, ids=ids(SERVED))
def test_a_conversation_goes_so_on_a_server(tmp_path: Path, script: Transcript) -> None:
    assert len(SERVED) == len(ON_A_SERVER)
    assert post_office(tmp_path, script.setting[0], scene_of(script)) == list(script.lines)


@pytest.mark.sqlite_only("it reads a file of texts")
def test_every_reply_is_one_sms() -> None:
    """But the list of every category, which somebody asked for."""
    lines = [line for script in SCRIPTS for line in script.lines if line[1:3] == "< " and " / 7 " not in line]
    sizes = {line: septets(line[3:].replace(" / ", "\n")) for line in lines}
    assert len(lines) > 80
    assert not {line for line, size in sizes.items() if size is None or size > ONE_SMS}
