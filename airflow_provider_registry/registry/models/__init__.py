"""Registered models: named groups of versions."""
