"""Triggers: waits, as the triggerer runs them."""
