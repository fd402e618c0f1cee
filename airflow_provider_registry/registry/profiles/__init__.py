"""Profiles: the distribution of each column that a version was trained on, gave out, or met in use."""
