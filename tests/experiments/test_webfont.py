"""A page carries the Chinese letters that it shows, and no others."""

import base64
import re
from io import BytesIO

from fontTools.ttLib import TTFont

from dafeng.experiments.webfont import face


def test_the_rule_holds_the_letters_of_the_page_and_no_others() -> None:
    data = re.search(r"base64,([^)]+)\)", face("<h1>Dafeng 达峰</h1>"))
    assert data is not None
    letters = set(TTFont(BytesIO(base64.b64decode(data.group(1)))).getBestCmap())
    assert letters == {ord("达"), ord("峰")}


def test_a_page_without_them_needs_no_font() -> None:
    assert face("<h1>peak</h1>") == ""
