"""Sensors: tasks that wait for the registry."""
