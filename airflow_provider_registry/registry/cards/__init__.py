"""Model cards: what people write of a version, kept beside it, and what is made of it and of the record."""
