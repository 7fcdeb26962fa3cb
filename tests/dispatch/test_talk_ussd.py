"""The same dialogues by USSD, as readable transcripts: pure, with the pages a phone would show."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.dialogue import Effect, Erase, Say, Who
from gateway.ussd_stage import Stage, Stages
from tests.dispatch.talks import EPOCH, PHONE, Transcript, dialogues, pack, somebody, transcripts

SCRIPTS = transcripts(Path(__file__).with_name("talks_ussd.txt"))


def person(script: Transcript) -> Who:
    name, language, who = script.setting
    resident = somebody(pack(name), language) if who == "confirmed" else None
    return Who(number=PHONE, at=EPOCH, language=language, resident=resident, doubt=who == "doubtful")


def done(effect: Effect) -> str:
    if isinstance(effect, Say):
        return f"= says{' at once' if effect.urgent else ''}: {effect.text}"
    if isinstance(effect, Erase):
        return "= erases"
    one = effect.resident
    values = effect.only or ("name", "address", "kelurahan", "confirmed")
    return f"= registers: {', '.join(f'{value} {getattr(one, value)}' for value in values)}"


def dialled(script: Transcript) -> list[str]:
    """The session as it really goes."""
    who = person(script)
    stages = Stages(dialogues(script.setting[0]), pack(script.setting[0]))
    stage = stages.begin(who)
    out = [screen(stages, stage, who)]
    for line in script.lines:
        if line.startswith(">"):
            moved = stages.take(stage, line[2:], who)
            stage = moved.stage
            out += [line, screen(stages, stage, who), *map(done, moved.effects)]
    return out


def screen(stages: Stages, stage: Stage, who: Who) -> str:
    reply = stages.reply(stage, who)
    return "< " + reply.text.replace("\n", " / ") + ("" if reply.more else " (end)")


@pytest.mark.parametrize("script", SCRIPTS, ids=[script.title for script in SCRIPTS])
def test_a_session_goes_as_it_is_written(script: Transcript) -> None:
    assert dialled(script) == list(script.lines)
