"""Who asked to be told of new rows."""
