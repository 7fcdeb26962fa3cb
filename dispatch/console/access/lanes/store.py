"""Lanes of guesses in the store, where several programs share it: each guess is counted once, whoever judged it."""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, String, Table

from gateway.store.schema import metadata

GUESS = Table(
    "console_guess",
    metadata,
    Column("lane", String, primary_key=True),
    Column("free_at", Float, nullable=False),  # seconds since 1970: when the next guess has its turn
    Column("wrong", Integer, nullable=False),  # guesses in a row
    Column("last", Float, nullable=False),  # when the last one had its turn
    Index("ix_console_guess_last", "last"),
)
