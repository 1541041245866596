"""Icons of the lucide set as inline SVG, read from its archive once each."""

from __future__ import annotations

import functools
import io
import re
from importlib.resources import files
from zipfile import ZipFile

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

INNER = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


@functools.cache
def _archive() -> ZipFile:
    return ZipFile(io.BytesIO((files("lucide") / "lucide.zip").read_bytes()))


def exists(name: str) -> bool:
    """Whether the set has an icon of this name; for whoever lets people choose one."""
    return f"{name}.svg" in _archive().NameToInfo


@functools.lru_cache(maxsize=512)
def _paths(name: str) -> SafeString:
    found = INNER.search(_archive().read(f"{name}.svg").decode()) if exists(name) else None
    if found is None:
        raise LookupError(f"there is no icon named {name!r} in the lucide set")
    return mark_safe(re.sub(r"\s+", " ", found[1]).strip())  # noqa: S308 - the package's own drawing


def icon(name: str, label: str = "") -> SafeString:
    """The drawing; hidden from screen readers unless it has a label of its own."""
    if label:
        opening = format_html('<svg class="icon" viewBox="0 0 24 24" role="img" aria-label="{}">', label)
    else:
        opening = mark_safe('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">')
    return format_html("{}{}</svg>", opening, _paths(name))
