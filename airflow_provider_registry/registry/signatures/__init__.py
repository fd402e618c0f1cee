"""Signatures: who vouched for the bytes of a version, kept beside it."""
