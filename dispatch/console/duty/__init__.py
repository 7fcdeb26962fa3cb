"""Who is on duty, who stands in for whom, and the hand-over between two shifts."""
