"""Who looked at whom, what is kept how long, and one person exported or erased."""
