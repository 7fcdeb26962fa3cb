"""Rows that staff answer by SMS."""
