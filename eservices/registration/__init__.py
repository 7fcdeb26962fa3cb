"""Registering: oneself, a parent by a child's phone, a new address; the keplings who vouch for it."""
