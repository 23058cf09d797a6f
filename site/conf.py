"""How Sphinx makes the reading site. site/build.py runs it."""

import os
import re
import sys
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

import nbformat

sys.path.append(str(Path(__file__).parent / "controls"))
from pages import live  # noqa: E402
from record import is_control  # noqa: E402

project = "Digits from Scratch"
author = "the authors of Digits from Scratch"
project_copyright = "2026 " + author
language = "en"
smartquotes_action = "D"  # dashes; quotation marks stay as they are

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "sphinx-mathjax-offline",
    "sphinx_design",
]

# The outputs are those that the notebooks were saved with; the tests prove that they are right.
nb_execution_mode = "off"
nb_merge_streams = True
# A control shows its saved picture. Without this, pages would ask two other hosts for scripts.
nb_ipywidgets_js = {}
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence"]
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
html_static_path = ["custom.css", "digits.png"]
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
# The address of the project's repository, such as https://github.com/owner/name. With it, each
# lesson gets buttons that open it on Binder and in a hosted notebook, each page says what somebody
# who shares a link will see, and search engines get a plan of the site.
repository = os.environ.get("COURSE_REPOSITORY", "").rstrip("/")
if repository:
    owner, name = urlsplit(repository).path.strip("/").split("/")
    html_baseurl = f"https://{owner.lower()}.github.io/{name}/"
    html_theme_options |= {
        "repository_url": repository,
        "repository_branch": "main",
        "use_repository_button": True,
        "launch_buttons": {
            "notebook_interface": "jupyterlab",
            "binderhub_url": "https://mybinder.org",
            "colab_url": "https://colab.research.google.com",
        },
    }
    extensions += ["sphinxext.opengraph", "sphinx_sitemap"]
    ogp_site_url = html_baseurl
    ogp_image = "_static/digits.png"
    ogp_image_alt = "Ten handwritten digits, and how probable the network finds each answer."
    ogp_social_cards = {"enable": False}
    sitemap_url_scheme = "{link}"
    sitemap_excludes = ["search.html"]
# A page that was opened as a file may not read other files, so search shows titles alone there.
SEARCH_OF_FILES = 'if (location.protocol == "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = 0'
html_js_files = [(None, {"body": SEARCH_OF_FILES})]


def link_to_pages(app, docname, source):
    """A student's own copies are not on the site: links to them lead to the exercises.

    JupyterLab names a heading by its words with dashes between, the site in small letters and
    without other marks.
    """
    source[0] = re.sub(
        r"(?<=\]\()(my_work/[^#)]+#)((?:[^()]|\([^()]*\))+)",
        lambda link: link[1] + re.sub(r"[^\w-]", "", link[2]).lower(),
        source[0],
    )
    source[0] = source[0].replace("](my_work/", "](exercises/")


def bring_to_life(app, docname, source):
    """The controls of a lesson play, where the saved notebook has a picture and a text."""
    if re.fullmatch(r"notebooks/\d\d_\w+", docname):
        notebook = nbformat.reads(source[0], as_version=4)
        for cell in filter(is_control, notebook.cells):
            data = cell.outputs[-1].data
            data["text/html"] = live(Path(docname).name, cell.id, data["text/html"])
        source[0] = nbformat.writes(notebook)


# What is said of each lesson, from README.md's table.
ROW = r"^\| (\d) \| .*\((notebooks/.*)\.ipynb\) \| (\d+) \| (.*) \|$"
README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
DESCRIPTIONS = {
    lesson: f"Lesson {number} of {project}, {minutes} minutes. Afterwards you can {aim}."
    for number, lesson, minutes, aim in re.findall(ROW, README, re.MULTILINE)
}


def describe(app, docname, template, context, doctree):
    """What a search engine, and a link that somebody shares, say of a lesson."""
    if docname in DESCRIPTIONS:
        said = DESCRIPTIONS[docname]
        context["metatags"] += f'<meta name="description" content="{escape(said)}" />\n'
        context["meta"] = (context["meta"] or {}) | {"og:description": said}


def play(app, docname, template, context, doctree):
    """A page with a control gets the player, which lies beside the recordings."""
    if 'class="course-control"' in context.get("body", ""):
        app.add_css_file("../controls/player.css")
        app.add_js_file("../controls/widgets.js")
        app.add_js_file("../controls/player.js")


def setup(app):
    app.connect("source-read", link_to_pages)
    app.connect("source-read", bring_to_life)
    app.connect("html-page-context", describe, priority=400)  # before the extensions read it
    app.connect("html-page-context", play)
