"""What the console's pages stand on, in a scene of the stage."""

from __future__ import annotations

from pathlib import Path

from config.settings import Settings
from gateway.page import Floor
from tests.dispatch.stage import Stage


def floor_of(stage: Stage) -> Floor:
    settings = Settings(city="tinytown", data_dir=Path("unused"))
    wake = stage.dispatch.look
    return Floor(store=stage.store, city=stage.city, clock=stage.clock, settings=settings, pulse=stage.pulse, wake=wake)
