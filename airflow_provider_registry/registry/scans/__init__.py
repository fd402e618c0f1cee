"""Scans: what a scanner found in the files of a version, kept beside it."""
