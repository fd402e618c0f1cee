"""Watching many aliases and requests at once."""
