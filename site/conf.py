"""How Sphinx makes the reading site. site/build.py runs it."""

import re

project = "Digits from Scratch"
author = "the authors of Digits from Scratch"
project_copyright = "2026 " + author
language = "en"
exclude_patterns = ["README.md"]  # index.md includes it
smartquotes_action = "D"  # dashes; quotation marks stay as they are

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "sphinx-mathjax-offline",
]

# The outputs are those that the notebooks were saved with; the tests prove that they are right.
nb_execution_mode = "off"
nb_merge_streams = True
# A control shows its saved picture. Without this, pages would ask two other hosts for scripts.
nb_ipywidgets_js = {}
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 3

# In a docstring, `forward` is a function, a module or an argument.
default_role = "py:obj"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autosummary_generate = False
add_module_names = False

html_theme = "sphinx_book_theme"
html_title = project
html_favicon = "favicon.svg"
html_static_path = ["custom.css"]
html_use_index = html_domain_indices = False
html_context = {"default_mode": "auto"}  # light or dark, as the reader's system is
html_css_files = ["custom.css"]
html_theme_options = {
    "footer_content_items": ["copyright"],
    "navbar_persistent": [],
    "search_bar_text": "Search the course",
    "show_toc_level": 2,
    "use_fullscreen_button": False,
}
# A page that was opened as a file may not read other files, so search shows titles alone there.
SEARCH_OF_FILES = 'if (location.protocol == "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = 0'
html_js_files = [(None, {"body": SEARCH_OF_FILES})]


def link_to_pages(app, docname, source):
    """A student's own copies are not on the site, and the README is its start page.

    JupyterLab names a heading by its words with dashes between, the site in small letters and
    without other marks.
    """
    source[0] = re.sub(
        r"(?<=\]\()(my_work/[^#)]+#)((?:[^()]|\([^()]*\))+)",
        lambda link: link[1] + re.sub(r"[^\w-]", "", link[2]).lower(),
        source[0],
    )
    source[0] = source[0].replace("](my_work/", "](exercises/")
    source[0] = source[0].replace("](../../README.md", "](../../index.md")


def setup(app):
    app.connect("source-read", link_to_pages)
