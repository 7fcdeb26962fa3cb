"""How a round ended, and who is told so."""
