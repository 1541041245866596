"""One word for one thing: docs/glossary.md pairs each Chinese word with one English word, and models use those."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from django.apps import apps
from django.utils import translation

from niangjia.kit import messages
from tests.house.source import ROOT, none

PAGE = ROOT / "docs/glossary.md"


def pairs(page: str) -> list[tuple[str, str]]:
    """(Chinese, English) of every row of the page's tables; the Chinese stands in the first column."""
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in page.splitlines() if "|" in line]
    return [
        (row[0], row[1].lower())
        for row in rows
        if len(row) > 1 and messages.CHINESE.search(row[0]) and row[0] != "中文"
    ]


def doubled(words: Iterable[tuple[str, str]]) -> Iterator[str]:
    chinese, english = zip(*words, strict=True)
    for name, column in (("Chinese", chinese), ("English", english)):
        yield from (f"{name} “{word}” stands {n} times" for word, n in Counter(column).items() if n > 1)


def unknown_models(words: Iterable[tuple[str, str]], models: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """Models are (name, English, Chinese)."""
    chinese_of = {english: chinese for chinese, english in words}
    for name, english, chinese in models:
        if english not in chinese_of:
            yield f"{name}: “{english}” is not in docs/glossary.md"
        elif chinese_of[english] != chinese:
            yield f"{name}: the glossary says {chinese_of[english]}, the translation says {chinese}"


def _models() -> Iterator[tuple[str, str, str]]:
    messages.compile_all()
    for model in apps.get_models():
        if model.__module__.startswith("niangjia."):
            with translation.override("en"):
                english = str(model._meta.verbose_name).lower()
            with translation.override("zh-hans"):
                yield model.__name__, english, str(model._meta.verbose_name)


def test_each_word_has_one_partner():
    none(doubled(pairs(PAGE.read_text("utf-8"))))


def test_every_noun_of_the_house_is_in_the_glossary():
    none(unknown_models(pairs(PAGE.read_text("utf-8")), _models()))


def test_a_doubled_or_unknown_word_is_noticed():
    words = pairs("| 中文 | English |\n|---|---|\n| 工会 | union |\n| 工会 | labour union |\n| 会员 | union |\n")
    assert len(list(doubled(words))) == 2
    assert list(unknown_models(words, [("Boat", "boat", "船")]))
    assert list(unknown_models(words, [("Union", "labour union", "联盟")]))
    assert not re.search("中文", str(words))
