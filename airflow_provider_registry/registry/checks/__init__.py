"""Checks: what somebody's own code found when it looked at a version, kept beside it."""
