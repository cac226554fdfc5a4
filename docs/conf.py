"""Configuration of the documentation. The build needs no network."""

import os

# One thread per example: the nets of the gallery are small.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from docutils.nodes import SkipNode
from latex2mathml.converter import convert

import skreg

project = "skreg"
author = "the skreg developers"
copyright = f"2026, {author}"
release = version = skreg.__version__

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
]
templates_path = ["_templates"]
exclude_patterns = ["_build"]
nitpicky = False
# Single backticks in docstrings are code, as in scikit-learn.
default_role = "literal"

# -- Pages written in Markdown ---------------------------------------------------------
myst_enable_extensions = ["colon_fence", "dollarmath", "deflist"]
myst_heading_anchors = 3

# -- Docstrings ------------------------------------------------------------------------
autosummary_generate = True
autodoc_typehints = "none"
autodoc_mock_imports = ["sktime"]  # what skreg.sktime needs is not installed here
numpydoc_show_class_members = False
# Undocumented parameters (PR01) are no error: an overriding hook has its contract in
# the base class, and the parameters of estimators are documented by construction.
numpydoc_validation_checks = {
    "GL07",  # order of the sections
    "GL08",  # no docstring
    "PR02",  # documented, but not a parameter
    "PR03",  # order of the parameters
    "PR04",  # parameter without a type
    "RT03",  # undescribed return value
    "SS01",  # no summary
    "SS04",  # leading spaces in the summary
    "SS06",  # summary longer than one line
}

# -- Gallery ---------------------------------------------------------------------------
sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "auto_examples",
    "filename_pattern": r"/plot_",
    "doc_module": ("skreg",),
    "backreferences_dir": None,
    "abort_on_example_error": True,
    "download_all_examples": False,
    "show_memory": False,
    "show_signature": False,
}

# -- Look ------------------------------------------------------------------------------
html_theme = "pydata_sphinx_theme"
html_static_path = ["_static"]
html_css_files = ["skreg.css"]
# Formulas are part of the pages: no script from the network draws them.
html_math_renderer = "mathml"
html_title = "skreg"
html_show_sourcelink = False
html_theme_options = {
    "navigation_with_keys": False,
    "secondary_sidebar_items": ["page-toc"],
    "show_toc_level": 2,
}
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True


def skip_foreign_member(app, what, name, obj, skip, options):
    """Leave out what a class inherits from other libraries: they document it."""
    home = getattr(obj, "__module__", None) or ""
    return True if not home.startswith("skreg") and callable(obj) else None


def visit_inline_math(writer, node):
    """Write a formula within a line as MathML, which browsers draw themselves."""
    writer.body.append(convert(node.astext()))
    raise SkipNode


def visit_displayed_math(writer, node):
    """Write a formula on lines of its own; several of them are aligned at ``&``."""
    latex = node.astext()
    if r"\\" in latex:
        latex = rf"\begin{{split}}{latex}\end{{split}}"
    writer.body.append(f"<p>{convert(latex, display='block')}</p>")
    raise SkipNode


def setup(app):
    inline, displayed = (visit_inline_math, None), (visit_displayed_math, None)
    app.add_html_math_renderer("mathml", inline, displayed)
    app.connect("autodoc-skip-member", skip_foreign_member)
