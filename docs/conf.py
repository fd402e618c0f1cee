"""Sphinx configuration; `make docs` builds with warnings as errors."""

from __future__ import annotations

from airflow_provider_registry import __version__

project = "airflow-provider-registry"
author = "the airflow-provider-registry authors"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"Airflow model registry {__version__}"

myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3

# Docstrings begin their sections with "Parameters:", "Returns:", "Raises:", as Google's style does.
napoleon_google_docstring = True
napoleon_numpy_docstring = False
autodoc_typehints = "description"
autodoc_member_order = "bysource"
