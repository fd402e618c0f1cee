"""Routes: which challengers stand beside the holder of an alias, and what share of its traffic each takes."""
