"""The city bus: where each one is, when the next one comes, and an emergency in it."""
