"""Model versions: immutable, numbered members of a model."""
