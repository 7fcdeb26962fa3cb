"""Alembic's entry: runs the migrations in the transaction that ``gateway/store/migrate.py`` has opened."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], render_as_batch=True)
context.run_migrations()
