"""Colours, fonts and words."""

from __future__ import annotations

import re
from importlib.resources import files
from itertools import combinations, pairwise
from string import Formatter

import pytest
from matplotlib.colors import to_rgb
from matplotlib.ft2font import FT2Font

from dafeng.configs import load
from dafeng.configs.errors import InputError
from dafeng.experiments.figures.base import FIGURES
from dafeng.experiments.figures.page import wrapped
from dafeng.experiments.figures.style import FONT, LOOKS, SPARE, looks
from dafeng.experiments.figures.targets import COLOURS
from dafeng.experiments.labels import LANGUAGES, WORDS, listed, say

PARTS = {"red": 0.299, "green": 0.587, "blue": 0.114}


def grey(colour: str) -> float:
    return sum(share * part for share, part in zip(PARTS.values(), to_rgb(colour), strict=True))


def test_no_two_bundles_share_a_colour_or_a_line_with_a_marker() -> None:
    every = [*LOOKS.values(), *SPARE]
    for one, other in combinations(every, 2):
        assert one.colour != other.colour
        assert (one.line, one.marker) != (other.line, other.marker)


def test_a_bundle_looks_the_same_whatever_it_is_compared_with() -> None:
    assert looks(["baseline", "plan"])["plan"] == looks(["storage", "plan", "mine"])["plan"]


def test_states_of_targets_can_be_told_apart_in_grey() -> None:
    shades = sorted(grey(colour) for colour in COLOURS.values())
    assert min(b - a for a, b in pairwise(shades)) > 0.08


def test_the_font_in_the_package_has_every_sign_that_can_be_drawn() -> None:
    font = FT2Font(str(files("dafeng.experiments") / "style" / FONT))
    drawn = {sign for both in WORDS.values() for text in both for sign in text}
    for name in load.names("bundles"):
        drawn |= set(load.bundle(name).title_zh)
    city = load.city("jiangmen")
    for thing in (*city.targets, *city.buses, *city.counties):
        drawn |= set(thing.title + thing.title_zh)
    lacking = sorted(sign for sign in drawn - set("\n") if ord(sign) not in font.get_charmap())
    assert lacking == []


def test_the_font_is_small_and_its_licence_lies_beside_it() -> None:
    style = files("dafeng.experiments") / "style"
    assert len((style / FONT).read_bytes()) < 1_000_000
    assert "SIL OPEN FONT LICENSE" in (style / "OFL.txt").read_text()


def test_both_languages_of_a_sentence_ask_for_the_same_values() -> None:
    for key, both in WORDS.items():
        english, chinese = ({name for _, name, _, _ in Formatter().parse(text) if name} for text in both)
        assert chinese <= english, key


def test_no_word_is_left_untranslated() -> None:
    same = {key for key, (english, chinese) in WORDS.items() if english == chinese and re.search("[a-z]{4}", english)}
    assert same == set()


def test_every_figure_has_a_title_in_both_languages() -> None:
    for entry in FIGURES.entries():
        assert entry.title != entry.name
        assert re.search("[\u4e00-\u9fff]", entry.title_zh)


def test_an_unknown_language_is_told_of_with_the_nearest_right_one() -> None:
    with pytest.raises(InputError, match="zh"):
        say("year", "zhh")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_list_of_one_is_the_name_alone(lang: str) -> None:
    assert listed(["A"], lang) == "A"


def test_chinese_lines_do_not_begin_with_a_closing_sign() -> None:
    lines = wrapped("一二三四五，六七八九十。（甲）乙丙丁", 1.0, 12.0)
    assert "".join(lines) == "一二三四五，六七八九十。（甲）乙丙丁"
    assert not any(line[0] in "，。）" or line[-1] == "（" for line in lines)
