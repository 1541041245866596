"""Everything people read is English in the code and Chinese in its package's own file, and neither is missing."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import polib
import pytest

from niangjia.kit import messages
from tests.house.source import Source, none, product, sample, templates

# A line with this mark holds Chinese as data (what people type, a column's name), not as something we say.
DATA_MARK = "# zh:"
SAID_TO_NOBODY = re.compile(
    r"{#.*?#}|{%-?\s*comment.*?endcomment\s*%}|<!--.*?-->|{%\s*blocktranslate.*?endblocktranslate\s*%}"
    r"|{%\s*block\s+\w*class\s*%}.*?{%\s*endblock[^%]*%}"  # a CSS class is no word
    r"|{%.*?%}|{{.*?}}|<(?:script|style)\b.*?</(?:script|style)>",
    re.DOTALL,
)
TAG = re.compile(r"<[^>]*>", re.DOTALL)
SPOKEN_ATTRIBUTE = re.compile(r"\b(?:title|alt|placeholder|aria-label)=[\"']([^\"'{}]*[A-Za-z]{3}[^\"'{}]*)[\"']")
WORD = re.compile(r"[A-Za-z]{3,}")
# Rules know no Django: they keep both languages in tables of their own, and their tests prove those whole. A package's
# facts.py names each fact for them, in Chinese and in English side by side; so do the faults of a programme file.
SPEAKS_BOTH = {"rules", "facts", "declared", "told", "definition"}
# The people of the stories have Chinese names, and write Chinese, whatever the reader's language.
SPEAKS_BOTH |= {"stories"}
# Names are names in every language.
NAMES = {
    "Niangjia",
    "WeChat",
    "GitHub",
    "Excel",
    "PDF",
    "JSON",
    "CSV",
    "nbsp",
    "middot",
    "larr",
    "rarr",
    "mdash",
    "times",
}


def test_every_sentence_has_its_chinese():
    none(messages.faults())


def chinese_in_python(sources: Iterable[Source]) -> Iterator[str]:
    for source in sources:
        if {source.package, source.room} & SPEAKS_BOTH:
            continue
        lines = source.text.splitlines()
        docstrings, told = _docstrings(source.tree), set()
        for statement in source.tree.body:
            if DATA_MARK in "".join(lines[max(statement.lineno - 2, 0) : statement.lineno]):
                continue
            for node in ast.walk(statement):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                    marked = any(DATA_MARK in line for line in lines[node.lineno - 1 : node.end_lineno])
                    if messages.CHINESE.search(node.value) and not marked and node.lineno not in told:
                        told.add(node.lineno)
                        yield (
                            f"{source.at(node)} says “{node.value.strip()[:30]}”: write English and translate it, "
                            f"or mark data with `{DATA_MARK} why`"
                        )


def _docstrings(tree: ast.Module) -> set[int]:
    owners = [node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)]
    firsts = [owner.body[0] for owner in owners if owner.body]
    return {id(first.value) for first in firsts if isinstance(first, ast.Expr)}


def hard_coded(sources: Iterable[Source]) -> Iterator[str]:
    """Words in a template that no language can change."""
    for source in sources:
        if source.path.suffix != ".html":
            continue
        bare = SAID_TO_NOBODY.sub(" ", source.text)
        shown = TAG.sub(" ", bare)
        spoken = [shown, *SPOKEN_ATTRIBUTE.findall(bare)]
        words = [word for text in spoken for word in WORD.findall(text) if word not in NAMES]
        if words:
            yield f"{source.path} says {' '.join(words[:6])} outside {{% translate %}}"
        if messages.CHINESE.search(
            re.sub(r"{#.*?#}|{%-?\s*comment.*?endcomment\s*%}", "", source.text, flags=re.DOTALL)
        ):
            yield f"{source.path} holds Chinese: write English in {{% translate %}} and translate it"


def test_python_says_nothing_in_chinese():
    none(chinese_in_python(product()))


def test_templates_say_nothing_that_cannot_be_translated():
    none(hard_coded(templates()))


@pytest.mark.parametrize("line", ['raise Refusal("不行")', 'x = f"{y}元"', "def f():\n    return '人'"])
def test_chinese_in_code_is_noticed(line: str):
    assert list(chinese_in_python([sample("niangjia/orgs/x.py", line)]))


@pytest.mark.parametrize("line", ['"""工会"""', "x = 1  # 工会", 'NAMES = ("姓名",)  # zh: what a column is called'])
def test_chinese_that_is_not_said_is_let_be(line: str):
    assert not list(chinese_in_python([sample("niangjia/orgs/x.py", line)]))


@pytest.mark.parametrize(
    "text", ["<p>Hello there</p>", "<p>工会</p>", '<img alt="A picture">', "{% if x %}Yes!{% endif %}"]
)
def test_a_hard_coded_word_is_noticed(text: str):
    assert list(hard_coded([sample("niangjia/web/templates/web/x.html", text)]))


@pytest.mark.parametrize(
    "text",
    ['<p class="card">{% translate "Hello" %}</p>', "{% blocktranslate %}Hello{% endblocktranslate %}", "<b>¥1</b>"],
)
def test_a_translated_word_is_let_be(text: str):
    assert not list(hard_coded([sample("niangjia/web/templates/web/x.html", text)]))


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A house of one package that says one sentence, already gathered."""
    (tmp_path / "orgs/templates").mkdir(parents=True)
    (tmp_path / "orgs/__init__.py").touch()
    (tmp_path / "orgs/models.py").write_text('x = _("%(n)s members")\ny = _("Join")\n')
    (tmp_path / "orgs/templates/a.html").write_text('{% translate "Leave" %}')
    messages.update(tmp_path)
    return tmp_path


def _translate(house: Path, **chinese: str) -> polib.POFile:
    po = polib.pofile(str(house / "orgs" / messages.PO), wrapwidth=0)
    for entry in po:
        entry.msgstr = chinese.get(entry.msgid.split()[-1].lower(), "")
    po.save()
    return po


GOOD = {"members": "%(n)s 名会员", "join": "入会", "leave": "退会"}


def test_words_are_gathered_from_code_and_templates_once(house: Path):
    _translate(house, **GOOD)
    assert messages.faults(house) == []
    assert messages.update(house) == []
    assert messages.compile_all(house) == 1
    assert messages.compile_all(house) == 0


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"join": ""}, "no Chinese"),
        ({"members": "会员"}, "placeholders"),
        ({"members": "%(m)s 名会员"}, "placeholders"),
    ],
)
def test_a_bad_translation_is_noticed(house: Path, change: dict[str, str], fault: str):
    _translate(house, **GOOD | change)
    assert [fault in said for said in messages.faults(house)] == [True]


def test_a_fuzzy_translation_is_noticed(house: Path):
    po = _translate(house, **GOOD)
    po[0].flags.append("fuzzy")
    po.save()
    assert "fuzzy" in messages.faults(house)[0]


def test_a_new_and_an_old_sentence_are_noticed(house: Path):
    _translate(house, **GOOD)
    (house / "orgs/models.py").write_text('x = _("%(n)s members")\ny = _("Ask to join")\n')
    faults = messages.faults(house)
    assert any("is missing" in fault for fault in faults)
    assert any("said nowhere" in fault for fault in faults)


def test_one_sentence_said_two_ways_is_noticed(house: Path):
    _translate(house, **GOOD)
    shutil.copytree(house / "orgs", house / "people")
    po = polib.pofile(str(house / "people" / messages.PO))
    for entry in po:
        entry.msgstr = entry.msgstr.replace("入会", "加入")
    po.save()
    assert any("“加入” here and “入会” in" in fault for fault in messages.faults(house))


def test_a_chinese_message_id_is_noticed(house: Path):
    _translate(house, **GOOD)
    (house / "orgs/models.py").write_text('x = _("%(n)s members")\ny = _("Join")\nz = _("不行")\n')
    assert any("must be English" in fault for fault in messages.faults(house))
