"""Signatures of artifacts, as OpenSSF Model Signing makes and checks them; it alone does the cryptography."""
