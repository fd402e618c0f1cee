"""Policies: what a protected alias asks before it may move."""
