"""Scanning the files of an artifact for pickles that run code. Nothing here ever unpickles anything."""
