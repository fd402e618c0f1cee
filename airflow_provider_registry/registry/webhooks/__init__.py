"""Webhooks: who is told of a model's events, and telling them; signed, in order, at least once, after the act."""
