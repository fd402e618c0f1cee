"""Sphinx configuration; `make docs` builds with warnings as errors."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import tempfile
from typing import TYPE_CHECKING

from airflow_provider_registry import __version__

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# Importing Airflow writes an airflow.cfg into its home: not into that of the person who builds the documentation.
os.environ["AIRFLOW_HOME"] = tempfile.mkdtemp(prefix="registry-docs-airflow-home-")
atexit.register(shutil.rmtree, os.environ["AIRFLOW_HOME"], ignore_errors=True)

project = "airflow-provider-registry"
author = "the airflow-provider-registry authors"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build", "figures.md"]  # the figures are a part of the benchmarks' page
html_theme = "furo"
html_title = f"Airflow model registry {__version__}"

myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3

# Docstrings begin their sections with "Parameters:", "Returns:", "Raises:", as Google's style does, and put code into
# single backticks.
default_role = "code"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
autodoc_typehints = "description"
autodoc_member_order = "bysource"

_RETURNS = re.compile(r"Returns:$")


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("autodoc-process-docstring", _returns_in_words, priority=400)  # before napoleon, which is at 500


def _returns_in_words(app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]) -> None:
    """Keep napoleon from reading as a type what stands before a colon: our types are annotations."""
    for number, line in enumerate(lines[:-1]):
        if _RETURNS.match(line.strip()):
            text = lines[number + 1]
            lines[number + 1] = text[: len(text) - len(text.lstrip())] + ": " + text.lstrip()
