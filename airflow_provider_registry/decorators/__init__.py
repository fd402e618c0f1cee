"""Decorators: `@task.model_version`."""
