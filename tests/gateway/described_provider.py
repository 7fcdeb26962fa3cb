"""A described provider for tests: any description, and an account with it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from config.provider import Description
from config.provider_read import load_provider
from config.provider_settings import SHIPPED
from gateway.described import Account
from gateway.described.example import example_account

SECRET = "abcdefghijklmnopqrstuvwxyz012345"
SITI = "+6281234567890"


def described(text: str) -> Description:
    """What a file with that text describes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "one.toml"
        path.write_text(text, encoding="utf-8")
        return load_provider(path)


def account(text: str, **values: str) -> Account:
    """Our account with it."""
    told = described(text)
    return Account(
        description=told,
        name=told.name,
        price=told.price,
        senders=("+628110000001",),
        values={**told.values, **values},
        secrets=(SECRET,),
        public_url="http://127.0.0.1:8080",
    )


def shipped(name: str) -> Account:
    """An account with a provider whose description ships."""
    return example_account(load_provider(SHIPPED / f"{name}.toml"))
