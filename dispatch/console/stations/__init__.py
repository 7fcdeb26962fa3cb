"""The stations and their sirens, and the test of one."""
