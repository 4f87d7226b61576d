"""Strangers' HTML as plain paragraphs: no tag, no script, no address survives."""

import html
import re
from typing import Final

import nh3

_BLOCKS: Final = {
    "p", "div", "br", "li", "ul", "ol", "tr", "table", "blockquote", "pre", "hr",
    "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "header", "footer", "figcaption",
}  # fmt: skip
# Their text is no text of the article.
_DROPPED: Final = {"script", "style", "noscript", "template", "iframe", "object", "svg", "math"}
_BLOCK: Final = re.compile(r"</?[a-z0-9]+ ?/?>")
# A cleaner is quick, but what it is given has an end all the same.
_HTML_MAX: Final = 300_000


def plain_text(markup: str) -> str:
    """Return the text of some HTML: paragraphs with an empty line between two."""
    # First everything but bare block tags goes; what is left of `<…>` is therefore ours.
    bare = nh3.clean(
        markup[:_HTML_MAX],
        tags=_BLOCKS,
        clean_content_tags=_DROPPED,
        attributes={},
        link_rel=None,
        strip_comments=True,
    )
    spaced = html.unescape(_BLOCK.sub("\n\n", " ".join(bare.split())))
    paragraphs = (" ".join(part.split()) for part in spaced.split("\n\n"))
    return "\n\n".join(part for part in paragraphs if part)


def shortened(text: str, longest: int) -> str:
    """Return a text that is no longer than that, cut between two words."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    return f"{cut.rsplit(None, 1)[0] if ' ' in cut else cut}…"
