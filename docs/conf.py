"""How Sphinx builds the site from these pages; scripts/docs calls it. Nothing of the site is loaded from elsewhere."""

import re
import sys
from pathlib import Path

from docutils import nodes
from latex2mathml.converter import convert
from pygments.lexers.configs import IniLexer
from sphinx.application import Sphinx
from sphinx.highlighting import lexer_classes
from sphinx.writers.html5 import HTML5Translator

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

project = "Foreword"
copyright = "the authors of Foreword; Apache-2.0"  # noqa: A001 - Sphinx's name for it
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["tutorials/nietzsche-small"]
html_theme = "furo"
html_title = "Foreword"
html_static_path = ["_static"]
html_css_files = ["foreword.css"]
html_math_renderer = "mathml"
html_show_sphinx = False
html_copy_source = False
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
man_pages = [("reference/commands", "foreword", "finishes your words as you type", "", 1)]


def inline(self: HTML5Translator, node: nodes.math) -> None:
    """A formula in a line, as MathML, which every browser of these years draws itself."""
    self.body.append(convert(node.astext()))
    raise nodes.SkipNode


def block(self: HTML5Translator, node: nodes.math_block) -> None:
    """A formula on a line of its own."""
    self.body.append(f'<div class="formula">{convert(node.astext(), display="block")}</div>')
    raise nodes.SkipNode


def name_folders(app: Sphinx, page: str, source: list[str]) -> None:
    """A link to a folder of the repository has nowhere to lead on the site: its name stays. The results have a page."""
    here = Path(app.env.doc2path(page)).parent

    def without_link(found: re.Match[str]) -> str:
        if found[2].endswith("benchmarks/RESULTS.md"):
            return f"[{found[1]}](/results.md)"
        return found[1] if (here / found[2]).is_dir() else found[0]

    source[0] = re.sub(r"\[([^\]]+)\]\(([^)#:]+)\)", without_link, source[0])


def setup(app: Sphinx) -> None:
    """Draw formulae without a script, and show settings as what they are."""
    lexer_classes["conf"] = IniLexer
    app.connect("source-read", name_folders)
    app.add_html_math_renderer("mathml", inline_renderers=(inline, None), block_renderers=(block, None))
