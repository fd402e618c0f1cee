"""Operators: each is one act of the kernel."""
