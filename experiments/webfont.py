"""Chinese letters for a page that must read the same where no Chinese font is installed: only those that it shows."""

from __future__ import annotations

import base64
from importlib.resources import as_file, files
from io import BytesIO

from fontTools import subset

from dafeng.experiments.figures.style import FONT

FIRST_WIDE = 0x2E80
"""First code point of Chinese, Japanese and Korean writing; what lies below any machine can show."""
NAME = "Dafeng Hans"


def face(page: str) -> str:
    """A style rule that carries the packaged font with the wide letters of a page; nothing when it has none."""
    letters = sorted({ord(letter) for letter in page if ord(letter) >= FIRST_WIDE})
    if not letters:
        return ""
    options = subset.Options(flavor=None, layout_features=[], notdef_outline=True, name_IDs=[], hinting=False)
    chosen, made = subset.Subsetter(options), BytesIO()
    chosen.populate(unicodes=letters)
    with as_file(files("dafeng.experiments") / "style" / FONT) as path, subset.load_font(str(path), options) as font:
        chosen.subset(font)
        font.save(made)
    data = base64.b64encode(made.getvalue()).decode()
    source = f'url(data:font/otf;base64,{data}) format("opentype")'
    return f'@font-face {{ font-family: "{NAME}"; src: {source}; unicode-range: U+{FIRST_WIDE:X}-FFFF; }}\n'
