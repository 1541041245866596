"""The words of the house, without the gettext programs: gathered from code and templates, merged, checked, compiled.

Message ids are English and so complete by themselves. Each package keeps its Chinese beside its code, in
`niangjia/<package>/locale/zh_Hans/LC_MESSAGES/django.po`; the binary `.mo` is made at start and never committed.
"""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import polib
from django.utils.translation.template import templatize

HOUSE = Path(__file__).resolve().parents[1]
PO = "locale/zh_Hans/LC_MESSAGES/django.po"
METADATA = {
    "Project-Id-Version": "niangjia",
    "Language": "zh_Hans",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}
SINGLE = ("_", "gettext", "gettext_lazy", "gettext_noop")
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    **dict.fromkeys(SINGLE),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|\{\w*\}")


@dataclass(frozen=True, slots=True, order=True)
class Message:
    """One text that people read, as the code writes it."""

    text: str
    context: str = ""
    plural: str = ""


def packages(house: Path = HOUSE) -> list[Path]:
    """Every package that may have words of its own."""
    return sorted(path.parent for path in house.glob("*/__init__.py"))


def extract(package: Path) -> dict[Message, set[str]]:
    """Every message of a package, with the files that say it. Needs Babel, a developer's tool."""
    from babel.messages.extract import extract as babel_extract

    found: dict[Message, set[str]] = {}
    for path, source in _sources(package):
        for _line, texts, _comments, context in babel_extract("python", io.BytesIO(source.encode()), KEYWORDS):
            single, plural = (texts, "") if isinstance(texts, str) else (texts[0], texts[1])
            if single:
                message = Message(single, context or "", plural or "")
                found.setdefault(message, set()).add(path.relative_to(package).as_posix())
    return found


def _sources(package: Path) -> Iterator[tuple[Path, str]]:
    """The package's Python as it is, and its templates turned into Python that says the same messages."""
    for path in sorted(package.rglob("*")):
        if path.suffix not in {".py", ".html", ".txt"} or {"migrations", "tests", "locale"} & set(path.parts):
            continue
        text = path.read_text("utf-8")
        if path.suffix == ".py":
            yield path, text
        elif "{%" in text or "_(" in text:
            # Babel reads this as Python, where a template's indentation would be a fault.
            yield path, "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).split("\n"))


def merge(package: Path) -> polib.POFile:
    """The package's Chinese as it should stand: kept where the English stands, empty where it is new, else gone."""
    path = package / PO
    kept = {(entry.msgctxt or "", entry.msgid): entry for entry in _read(path)} if path.exists() else {}
    po = polib.POFile(wrapwidth=0)
    po.metadata = dict(METADATA)
    for message, places in sorted(extract(package).items()):
        old = kept.get((message.context, message.text))
        entry = polib.POEntry(msgid=message.text, msgctxt=message.context or None)
        entry.occurrences = [(place, "") for place in sorted(places)]  # without lines: moved code is no change
        entry.flags = ["python-format"] if "%(" in message.text else []
        if message.plural:
            entry.msgid_plural = message.plural
            entry.msgstr_plural = {0: (old.msgstr_plural.get(0, "") or old.msgstr) if old else ""}
        elif old:
            entry.msgstr = old.msgstr or old.msgstr_plural.get(0, "")
        po.append(entry)
    return po


def update(house: Path = HOUSE, names: Sequence[str] = ()) -> list[Path]:
    """Bring the messages of these packages (all, when none is named) up to date; returns the files that changed."""
    changed = []
    for package in packages(house):
        if names and package.name not in names:
            continue
        path, merged = package / PO, merge(package)
        if not merged and not path.exists():
            continue
        before = path.read_text("utf-8") if path.exists() else ""
        if str(merged).strip() != before.strip():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(str(merged).rstrip() + "\n", "utf-8")
            changed.append(path)
    return changed


def compile_all(house: Path = HOUSE) -> int:
    """Make every `.mo` that is missing or older than its `.po`; safe while other processes do the same."""
    count = 0
    for path in sorted(house.glob(f"*/{PO}")):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
            continue
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".mo.part", delete=False) as part:
            part.write(_read(path).to_binary())
        Path(part.name).chmod(0o644)
        Path(part.name).replace(target)
        count += 1
    return count


def uncompiled(house: Path = HOUSE) -> list[Path]:
    """Packages whose Chinese is not compiled, or was compiled before it changed."""
    stale = []
    for path in house.glob(f"*/{PO}"):
        target = path.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < path.stat().st_mtime:
            stale.append(path)
    return stale


def faults(house: Path = HOUSE) -> list[str]:
    """What is wrong with the words, a sentence each: untranslated, outdated, placeholders lost, or said two ways."""
    found: list[str] = []
    said: dict[tuple[str, str], tuple[str, Path]] = {}
    for package in packages(house):
        path = package / PO
        place = path.relative_to(house)
        entries = {(entry.msgctxt or "", entry.msgid): entry for entry in _read(path)} if path.exists() else {}
        messages = {(message.context, message.text): message for message in extract(package)}
        for key, message in sorted(messages.items()):
            if CHINESE.search(message.text):
                found.append(f"{package.name}: the message id “{message.text}” must be English")
            elif key not in entries:
                found.append(f"{place}: “{message.text}” is missing; run `niangjia messages update`")
            else:
                found += [f"{place}: {fault}" for fault in _entry_faults(entries[key])]
        for key, entry in entries.items():
            if key not in messages:
                found.append(f"{place}: “{entry.msgid}” is said nowhere any more; run `niangjia messages update`")
            chinese = entry.msgstr or entry.msgstr_plural.get(0, "")
            other = said.setdefault(key, (chinese, place))
            if other[0] != chinese and other[0] and chinese:
                two = f"“{entry.msgid}” is “{chinese}” here and “{other[0]}” in {other[1]}"
                found.append(f"{place}: {two}; say one, or give one a context with pgettext")
    return found


def _entry_faults(entry: polib.POEntry) -> Iterator[str]:
    chinese = entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr
    if not chinese:
        yield f"“{entry.msgid}” has no Chinese"
        return
    if entry.fuzzy:
        yield f"“{entry.msgid}” is marked fuzzy"
    wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    # A singular may say “one” where the plural says how many: the Chinese follows the plural.
    if set(PLACEHOLDER.findall(chinese)) != wanted:
        yield f"“{entry.msgid}” and its Chinese “{chinese}” name different placeholders"


def _read(path: Path) -> polib.POFile:
    return polib.pofile(str(path), wrapwidth=0)
