"""Invented buses on the pack's lines, whose trackers post as real ones do."""
