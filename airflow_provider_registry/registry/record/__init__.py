"""The record: append-only events, chained by their hashes."""
