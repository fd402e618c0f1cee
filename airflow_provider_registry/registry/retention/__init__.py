"""Retention: which versions a model keeps, which are archived, and whose bytes are removed."""
