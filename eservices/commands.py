"""The room's commands, collected."""

from __future__ import annotations

from config.command import Command

COMMANDS: tuple[Command, ...] = ()
