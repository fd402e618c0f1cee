"""Notifiers: what tells people and programs what a task did to a model."""
