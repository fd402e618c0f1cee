"""Hooks: how a task, a trigger or a command reaches a registry."""
