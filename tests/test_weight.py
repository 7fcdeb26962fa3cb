"""What the program at work does not load: each of these is megabytes on a mini-PC, for somebody else's command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
LIMIT_S = 120.0
OTHERS = ("modem.virtual", "gateway.virtual", "cryptography", "alembic", "fpdf", "africastalking", "requests")
AT_WORK = """
import sys, kentongan
from config.settings import HttpSettings
from dispatch.console.tls import context_of, names_in
context_of(HttpSettings())
names_in(HttpSettings())
print(*sys.modules)
"""


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """The modules of the front door, once it has seen that there is no TLS."""
    argv = [sys.executable, "-c", AT_WORK]
    done = subprocess.run(argv, cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=LIMIT_S)
    return set(done.stdout.split())


@pytest.mark.parametrize("name", OTHERS)
def test_the_program_at_work_does_not_load_what_only_other_commands_need(name: str, loaded: set[str]) -> None:
    assert "dispatch.loop" in loaded
    assert name not in loaded
