"""How many numbers one telephone may ask for."""
