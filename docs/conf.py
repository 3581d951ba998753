"""How Sphinx builds the site from these pages; scripts/docs calls it. Nothing of the site is loaded from elsewhere."""

import re
import sys
from pathlib import Path

from docutils import nodes
from latex2mathml.converter import convert
from pygments.lexer import inherit
from pygments.lexers.configs import IniLexer
from pygments.lexers.shell import BashLexer
from pygments.token import Name
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
html_use_index = False
html_search_scorer = str(Path(__file__).with_name("search_scorer.js"))
highlight_language = "text"
default_role = "literal"
smartquotes_action = "qe"  # a dash is none of an option's two
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
man_pages = [("reference/commands", "foreword", "finishes your words as you type", "", 1)]


class Shell(BashLexer):
    """Commands whose options are tokens of their own: a phone must not break a line within `--plot`."""

    tokens = {"basic": [(r"(?<=\s)--?[\w-]+", Name.Attribute), inherit]}  # noqa: RUF012 - as Pygments has it


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


def list_decisions(_app: Sphinx, page: str, source: list[str]) -> None:
    """The records stand below their overview in the contents of the site; GitHub has their folder."""
    if page == "decisions/README":
        source[0] += "\n```{toctree}\n:hidden:\n:glob:\n\n0*\n```\n"


def fold_drawing(_app: Sphinx, _page: str, source: list[str]) -> None:
    """The code that draws a picture is shown when a reader asks for it: on a phone it is longer than the picture."""
    folded = r"<details class=\"drawing\"><summary>The code of this picture</summary>\n\n\1\n</details>\n"
    source[0] = re.sub(
        r"^(```python\n(?:(?!```).*\n)*?.*savefig\((?:.*\n)*?```\n)", folded, source[0], flags=re.MULTILINE
    )


def fold_solution(_app: Sphinx, _page: str, source: list[str]) -> None:
    """The code of a solution, which must stand alone to be a cell of a notebook, and what it printed belong to it."""
    code = r"(?:```(?:python|text)\n(?:(?!```).*\n)*```\n\n?)+"
    source[0] = re.sub(
        rf"(<summary>Solution \d</summary>\n(?:(?!</details>).*\n)*)</details>\n\n({code})",
        r"\1\2\n</details>\n\n",
        source[0],
    )


def wrap_prose(_app: Sphinx, _page: str, source: list[str]) -> None:
    """What a program printed goes on in the next line on a phone, unless it stands in columns."""

    def marked(found: re.Match[str]) -> str:
        is_table = re.search(r"(?m)^ +\S|\S {2,}\S|█", found[1])
        return found[0] if is_table else f"```{{code-block}} text\n:class: wrapped\n\n{found[1]}```\n"

    source[0] = re.sub(r"^```text\n(.*?)^```\n", marked, source[0], flags=re.MULTILINE | re.DOTALL)


def without_functions(*described: object) -> tuple[object, object]:
    """A signature without the address of a default function, which Sphinx cannot read as Python."""
    signature, given = described[-2:]
    return re.sub(r"<function .*?>+", "...", str(signature or "")) or None, given


def setup(app: Sphinx) -> None:
    """Draw formulae without a script, show settings as such, fold what draws or solves, and wrap what is prose."""
    lexer_classes.update(conf=IniLexer, sh=Shell)
    app.connect("source-read", name_folders)
    app.connect("autodoc-process-signature", without_functions)
    app.connect("source-read", list_decisions)
    app.connect("source-read", fold_solution)
    app.connect("source-read", fold_drawing)
    app.connect("source-read", wrap_prose)
    app.add_html_math_renderer("mathml", inline_renderers=(inline, None), block_renderers=(block, None))
