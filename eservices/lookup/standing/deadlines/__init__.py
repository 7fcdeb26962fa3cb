"""Days by which an office must be done with a row."""
