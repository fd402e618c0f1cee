"""Aliases: the one kind of pointer, free or protected."""
