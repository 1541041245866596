"""Colours can be read, and the style sheet stays within what old phones can load and understand."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[1] / "static/kit"
SHEET = (STATIC / "app.css").read_text("utf-8")
DARK = (STATIC / "dark.css").read_text("utf-8")
TOKEN = re.compile(r"--([\w-]+):(#[0-9a-f]{3,6})\b")
LIGHT_TOKENS = dict(TOKEN.findall(SHEET.split("/* ground */")[0]))
THEMES = {"light": LIGHT_TOKENS, "dark": {**LIGHT_TOKENS, **dict(TOKEN.findall(DARK))}}
GROUNDS = ("bg", "card", "fill", "hover")
TINTS = ("red", "gold", "green", "blue", "violet", "teal")


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(2 * digit for digit in digits)
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def pairs() -> list[tuple[str, str, float]]:
    """Ink, ground, and how far apart WCAG 2.2 AA wants them: 4.5 for words, 3 for borders of fields."""
    found = [(ink, ground, 4.5) for ink in ("ink", "ink-2", "ink-3") for ground in GROUNDS]
    found += [(f"{tint}-ink", f"{tint}-bg", 4.5) for tint in TINTS]
    found += [(f"{tint}-ink", ground, 4.5) for tint in TINTS for ground in ("card", "bg", "hover")]
    found += [("ink-2", "warm", 4.5), ("on-red", "red", 4.5), ("on-red", "red-down", 4.5), ("ink", "red-bg", 4.5)]
    return [*found, ("edge", "card", 3), ("edge", "bg", 3), ("c1", "card", 3), ("on-red", "stair-1", 3)]


@pytest.mark.parametrize("theme", THEMES)
def test_every_ink_can_be_read_on_every_ground(theme: str):
    tokens = THEMES[theme]
    weak = [
        f"{ink} on {ground}: {contrast(tokens[ink], tokens[ground]):.2f}, wanted {wanted}"
        for ink, ground, wanted in pairs()
        if contrast(tokens[ink], tokens[ground]) < wanted
    ]
    assert not weak, weak


def test_contrast_is_counted_as_the_guideline_counts_it():
    assert contrast("#000", "#fff") == pytest.approx(21)
    assert contrast("#777", "#fff") == pytest.approx(4.48, abs=0.01)


def test_the_dark_theme_gives_every_colour_of_the_light_one():
    shared = {"on-red"}  # white on red holds in both
    assert set(LIGHT_TOKENS) - shared == set(dict(TOKEN.findall(DARK)))


def test_the_sheet_asks_for_nothing_newer_than_old_web_views():
    newer = r":has\(|@layer|@container|oklch|color-mix|light-dark\(|\binset:|margin-inline|padding-block|aspect-ratio:"
    assert not re.findall(newer, re.sub(r"/\*.*?\*/", "", SHEET + DARK, flags=re.DOTALL))


def test_what_a_phone_loads_for_the_look_stays_small():
    assert len(SHEET) <= 30_000
    sent = sum(len(gzip.compress(path.read_bytes())) for path in STATIC.iterdir())
    assert sent <= 14_000


def test_nothing_comes_from_another_house():
    for path in STATIC.iterdir():
        text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "//" not in re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE), path.name
