"""Broadcasts and warnings as they are kept."""
