"""Charts without script: drawings as SVG, every word and figure as HTML, so that a phone and a screen reader read them.

Numbers go through `_n`, never through the template's localisation (a comma in an SVG attribute breaks the drawing).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from niangjia.kit.refusal import Sentence

COLOURS = 6  # classes f1…f6, s1…s6, k1…k6 of app.css
SHARE = 100.0
LABELS_ON_DESK = 12
LABELS_ON_PHONE = 5
Part = tuple[Sentence, int]
Place = Callable[[float], tuple[float, float]]  # a share of the width → where its bar begins, and its width


def bars(title: Sentence, parts: Sequence[Part]) -> SafeString:
    """One bar per part, longest = the largest value."""
    return _rows(title, parts, "bars", lambda share: (0.0, share))


def funnel(title: Sentence, stages: Sequence[Part]) -> SafeString:
    """What is left from stage to stage; each bar is centred, with its share of the widest.

    The first is not always the widest: people apply whom nobody had found.
    """
    widest = max((value for _label, value in stages), default=0)
    noted = [(f"{label} · {_percent(value, widest)}" if widest else label, value) for label, value in stages]
    return _rows(title, noted, "bars funnel", lambda share: ((SHARE - share) / 2, share))


def stacked(title: Sentence, labels: Sequence[Sentence], series: Mapping[str, Sequence[int]]) -> SafeString:
    """One column per label, each series stacked on the one before; one series makes plain columns."""
    if not labels:
        return _nothing(title)
    totals = [sum(values) for values in zip(*series.values(), strict=True)]
    top = _round_up(max(totals))
    width = SHARE / len(labels)
    drawn = []
    for column, label in enumerate(labels):
        base = 0
        for colour, (name, values) in enumerate(series.items()):
            value = values[column]
            x, height = column * width + width * 0.16, value / top * SHARE
            y = SHARE - base / top * SHARE - height
            drawn.append((_colour(colour), _n(x), _n(y), _n(width * 0.68), _n(height), f"{label} · {name}: {value:,}"))
            base += value
    rects = format_html_join(
        "", '<rect class="f{}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>', drawn
    )
    lines = format_html_join("", '<line x1="0" x2="100" y1="{0}" y2="{0}"/>', ((_n(y),) for y in (0, 50, 100)))
    return format_html(
        '<figure class="chart"><figcaption>{}</figcaption>{}<div class="plot" aria-hidden="true">'
        '<div class="ys"><span>{}</span><span>{}</span><span>0</span></div>'
        '<svg viewBox="0 0 100 100" preserveAspectRatio="none">{}{}</svg><ol class="xs">{}</ol></div>{}</figure>',
        title, _legend(tuple(series)) if len(series) > 1 else "", f"{top:,}", f"{top / 2:,g}", lines, rects,
        _axis(labels), _table(title, labels, series),
    )  # fmt: skip


def donut(title: Sentence, parts: Sequence[Part]) -> SafeString:
    """Shares of a whole; small parts beyond the sixth are one."""
    if len(parts) > COLOURS:
        parts = [*parts[: COLOURS - 1], (_("Others"), sum(value for _label, value in parts[COLOURS - 1 :]))]
    whole = sum(value for _label, value in parts)
    if not whole:
        return _nothing(title)
    # A circle of circumference 100 turns a share into a length; it begins at the top.
    circle = mark_safe('cx="18" cy="18" r="15.9155"')
    turned, drawn = 0.0, []
    for colour, (_label, value) in enumerate(parts):
        share = value / whole * SHARE
        drawn.append((_colour(colour), circle, _n(share), _n(SHARE - share), _n(25 - turned)))
        turned += share
    ring = format_html_join("", '<circle class="s{}" {} stroke-dasharray="{} {}" stroke-dashoffset="{}"/>', drawn)
    lines = format_html_join(
        "",
        '<li><i class="key k{}"></i><span>{}</span><b>{} · {}</b></li>',
        ((_colour(i), label, f"{value:,}", _percent(value, whole)) for i, (label, value) in enumerate(parts)),
    )
    return format_html(
        '<figure class="chart"><figcaption>{}</figcaption><div class="donut"><svg viewBox="0 0 36 36" '
        'aria-hidden="true"><circle class="track" {}/>{}</svg><ul>{}</ul></div></figure>',
        title, circle, ring, lines,
    )  # fmt: skip


def _rows(title: Sentence, parts: Sequence[Part], classes: str, place: Place) -> SafeString:
    if not parts:
        return _nothing(title)
    largest = max(value for _label, value in parts) or 1
    lines = []
    for label, value in parts:
        x, width = place(value / largest * SHARE)
        lines.append((label, f"{value:,}", _n(x), _n(width)))
    items = format_html_join(
        "",
        '<li><span>{}</span><b>{}</b><svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="f1" x="{}" y="0" width="{}" height="1"/></svg></li>',
        lines,
    )
    return format_html(
        '<figure class="chart"><figcaption>{}</figcaption><ul class="{}">{}</ul></figure>', title, classes, items
    )


def _axis(labels: Sequence[Sentence]) -> SafeString:
    """Every label is there; those that would touch their neighbours are not shown, on a phone fewer still."""
    desk, phone = math.ceil(len(labels) / LABELS_ON_DESK), math.ceil(len(labels) / LABELS_ON_PHONE)
    shown = (("off" if i % desk else "thin" if i % phone else "", label) for i, label in enumerate(labels))
    return format_html_join("", '<li class="{}">{}</li>', shown)


def _table(title: Sentence, labels: Sequence[Sentence], series: Mapping[str, Sequence[int]]) -> SafeString:
    heads = format_html_join("", '<th scope="col" class="num">{}</th>', ((name,) for name in series))
    rows = format_html_join(
        "",
        '<tr><th scope="row">{}</th>{}</tr>',
        (
            (
                label,
                format_html_join("", '<td class="num">{}</td>', ((f"{values[i]:,}",) for values in series.values())),
            )
            for i, label in enumerate(labels)
        ),
    )
    return format_html(
        '<details class="as-table"><summary>{}</summary><div class="table"><table><caption class="sr">{}</caption>'
        "<thead><tr><td></td>{}</tr></thead><tbody>{}</tbody></table></div></details>",
        _("The same as a table"), title, heads, rows,
    )  # fmt: skip


def _legend(names: Sequence[str]) -> SafeString:
    items = format_html_join(
        "", '<li><i class="key k{}"></i>{}</li>', ((_colour(i), name) for i, name in enumerate(names))
    )
    return format_html('<ul class="legend">{}</ul>', items)


def _nothing(title: Sentence) -> SafeString:
    return format_html(
        '<figure class="chart"><figcaption>{}</figcaption><p class="muted">{}</p></figure>', title,
        _("Nothing to count yet."),
    )  # fmt: skip


def _colour(index: int) -> int:
    return index % COLOURS + 1


def _percent(value: int, whole: int) -> str:
    share = value / whole * 100
    return "<1%" if 0 < share < 0.5 else f"{share:.0f}%"


def _n(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def _round_up(value: int) -> int:
    """The axis' end: the next even round number, so that its middle is one too."""
    if value <= 2:
        return 2
    step = 10 ** (len(str(value)) - 1)
    for factor in (1, 2, 4, 6, 8, 10):
        if factor * step >= value:
            return int(factor * step)
    raise AssertionError("ten steps always reach")
