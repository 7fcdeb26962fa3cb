"""The HTTP API of the command centre, its description, and what a monitor reads."""
