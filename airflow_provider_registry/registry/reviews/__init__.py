"""Reviews: people look again at what holds an alias, and say whether to keep, replace or retire it."""
