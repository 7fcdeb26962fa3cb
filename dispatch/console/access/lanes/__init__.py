"""Turns of guesses."""
