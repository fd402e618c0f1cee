"""Policies as code: files that say what each alias asks, what they would change, and the change."""
