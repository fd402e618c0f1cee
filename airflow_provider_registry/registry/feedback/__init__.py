"""Feedback: what people and programs said of a version's predictions once it was in use, kept beside it."""
