"""Metrics as they are measured over time: recorded beside a version, long after it was registered."""
