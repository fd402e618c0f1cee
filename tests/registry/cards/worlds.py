"""Cards that people write."""

from __future__ import annotations

CARD = """\
---
license: apache-2.0
language: no
tags: [churn, tabular]
---
# Churn

## Intended uses & limitations

For customers of the last two years. Not for credit decisions.

## Ethical considerations

- Age is an input.
- Nobody is refused anything by it.
"""
EMPTY = "## Intended use\n\n[More Information Needed]\n\n## Limitations\n<!-- what does it not do? -->\n"
ASKED = {"gates": [{"card": {"require": ["intended_use", "limitations"]}}]}
