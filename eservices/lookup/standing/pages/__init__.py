"""What stands after look-ups, for the staff."""
