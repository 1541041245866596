"""Pages are whole, templates are used, and nothing in them runs by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pytest

from tests.house.source import Source, none, product, sample, template_name, templates

COMMENT = re.compile(r"{#.*?#}|{% comment.*?endcomment %}|<!--.*?-->", re.DOTALL)
INLINE = {
    what: re.compile(pattern, re.IGNORECASE)
    for what, pattern in {
        "an inline script": r"<script(?![^>]*\bsrc=)(?![^>]*type=[\"']application/(?:ld\+)?json)[^>]*>",
        "a style element": r"<style\b",
        "a style attribute": r"<[a-z][^>]*\sstyle\s*=",
        "an event attribute": r"<[a-z][^>]*\s(?:on[a-z]+|hx-on[\w:-]*)\s*=",
        "a javascript: address": r"[\"']\s*javascript:",
        "something from another house": r"<(?:script|link|img|iframe|source)\b[^>]*(?:src|href)=[\"'](?:https?:)?//",
        "text that is not escaped": r"\|\s*safe\b|{%\s*autoescape\s+off",
    }.items()
}
EXTENDS = re.compile(r"{%\s*extends\s")
TITLE = re.compile(r"{%\s*block\s+(?:head_)?title\s*%}|<title>")

# Django, allauth and the form renderer ask for these by their own names.
ASKED_FOR_BY_OTHERS = ("400.html", "403.html", "403_csrf.html", "404.html", "500.html", "django/", "account/", "mfa/")


def _bare(source: Source) -> str:
    return COMMENT.sub("", source.text)


def running_by_itself(sources: Iterable[Source]) -> Iterator[str]:
    for source in sources:
        if source.path.suffix == ".html":
            text = _bare(source)
            yield from (f"{source.path} has {what}" for what, pattern in INLINE.items() if pattern.search(text))


def incomplete_pages(sources: Iterable[Source]) -> Iterator[str]:
    """A page is any template but a part (`_part.html`) and the kit's shells and components."""
    for source in sources:
        name = template_name(source)
        if source.path.suffix != ".html" or source.path.name.startswith("_") or name.startswith(("kit/", "django/")):
            continue
        text = _bare(source)
        if not EXTENDS.search(text):
            yield f"{source.path} extends no shell; a part's name begins with _"
        elif not TITLE.search(text):
            yield f"{source.path} has no title"


def unused(sources: Iterable[Source], speakers: Iterable[Source]) -> Iterator[str]:
    said = [source.text for source in speakers]
    for source in sources:
        name = template_name(source)
        if not name.startswith(ASKED_FOR_BY_OTHERS) and not any(
            f'"{name}"' in text or f"'{name}'" in text for text in said
        ):
            yield f"{source.path} is used by nobody"


def test_nothing_in_a_template_runs_by_itself():
    none(running_by_itself(templates()))


def test_pages_extend_a_shell_and_have_a_title():
    none(incomplete_pages(templates()))


def test_every_template_is_used():
    none(unused(templates(), [*product(), *templates()]))


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>", "<p style='color:red'>", "<style>p{}</style>", '<a onclick="go()">',
        '<a href="javascript:go()">', '<img src="https://elsewhere.example/x.png">', "{{ name|safe }}",
        '<button hx-on:click="go()">',
    ],
)  # fmt: skip
def test_what_runs_by_itself_is_noticed(text: str):
    assert list(running_by_itself([sample("niangjia/web/templates/web/home.html", text)]))


@pytest.mark.parametrize("text", ['<script src="{% static "kit/app.js" %}" defer></script>', "{# style= #}"])
def test_what_does_not_is_let_be(text: str):
    assert not list(running_by_itself([sample("niangjia/web/templates/web/home.html", text)]))


def test_a_page_without_shell_or_title_is_noticed():
    assert list(incomplete_pages([sample("niangjia/web/templates/web/home.html", "<p>x</p>")]))
    assert list(incomplete_pages([sample("niangjia/web/templates/web/home.html", '{% extends "kit/worker.html" %}')]))


def test_a_template_that_nobody_names_is_noticed():
    page = sample("niangjia/web/templates/web/home.html", "x")
    assert list(unused([page], [sample("niangjia/web/views.py", 'render(request, "web/other.html")')]))
    assert not list(unused([page], [sample("niangjia/web/views.py", 'render(request, "web/home.html")')]))
