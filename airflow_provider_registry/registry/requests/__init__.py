"""Promotion requests: the wish to move a protected alias, and what people decide about it."""
