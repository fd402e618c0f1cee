"""The revisions, oldest first by the number that their names begin with."""
