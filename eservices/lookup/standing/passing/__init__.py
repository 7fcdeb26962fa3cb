"""A new version of a table gone through once, in pieces."""
