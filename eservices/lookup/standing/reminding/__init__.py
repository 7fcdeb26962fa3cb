"""Who asked to be reminded of a day."""
