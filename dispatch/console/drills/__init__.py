"""Whether officers hear the city, and how fast the ladder is."""
