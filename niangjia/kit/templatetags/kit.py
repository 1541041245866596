"""The components of `docs/look.md`, in one place: `{% load kit %}`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from niangjia.kit import clock, dates, icons, money, workdays
from niangjia.kit.parts import Clause, Event, File, Stair, Step
from niangjia.kit.permit import YES, Permit
from niangjia.kit.refusal import Sentence

register = template.Library()
SOON = 3  # working days left from which the countdown is no longer quiet
NOTICE_ICONS = {"good": "circle-check", "bad": "circle-alert", "wait": "clock", "doing": "info", "quiet": "info"}
VERDICT_ICONS = {"yes": "circle-check", "no": "circle-x", "unknown": "circle-question-mark"}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A lucide icon; give a label only when it stands without words."""
    return icons.icon(name, label)


@register.simple_tag
def yuan(fen: int) -> SafeString:
    """Fen as people read money."""
    return format_html('<span class="num nowrap">{}</span>', money.yuan(fen))


@register.simple_tag
def day(when: date | datetime | None) -> SafeString:
    """A date in Shanghai; the year only when it is not this one."""
    if when is None:
        return SafeString("")
    on = dates.of(when)
    return format_html('<time class="nowrap" datetime="{}">{}</time>', on.isoformat(), dates.say_day(on))


@register.simple_tag
def moment(when: datetime | None) -> SafeString:
    """A date with the time of day, in Shanghai."""
    if when is None:
        return SafeString("")
    local = when.astimezone(clock.SHANGHAI)
    words = '<time datetime="{}"><span class="nowrap">{}</span> {}</time>'
    return format_html(words, local.isoformat(timespec="minutes"), dates.say_day(local.date()), f"{local:%H:%M}")


@register.filter
def when(moment: datetime | None) -> str:
    """The same inside a sentence: words only."""
    return dates.say_moment(moment) if moment is not None else ""


@register.filter
def on_day(day: date | datetime | None) -> str:
    """A day inside a sentence: words only."""
    return dates.say_day(day) if day is not None else ""


@register.simple_tag
def clock_left(due: date | datetime | None) -> SafeString:
    """Working days until `due`, coloured and in words: people must not have to count."""
    if due is None:
        return SafeString("")
    end, today = dates.of(due), clock.today()
    left = workdays.workdays_between(today, end)
    if end == today:
        tone, drawing, said = "bad", "alarm-clock", _("Due today")
    elif left > 0:
        tone, drawing = ("wait", "clock") if left <= SOON else ("quiet", "clock")
        said = ngettext("%(count)d working day left", "%(count)d working days left", left) % {"count": left}
    elif left < 0:
        tone, drawing = "bad", "triangle-alert"
        said = ngettext("%(count)d working day overdue", "%(count)d working days overdue", -left) % {"count": -left}
    else:  # only days off lie between
        tone, drawing = ("bad", "triangle-alert") if end < today else ("wait", "clock")
        said = _("Was due on %(day)s") if end < today else _("Due on %(day)s")
        said %= {"day": dates.say_day(end)}
    title = dates.say_day(end)
    return format_html('<span class="clock {}" title="{}">{}{}</span>', tone, title, icons.icon(drawing), said)


@register.simple_tag
def masked(text: str) -> SafeString:
    """A value that is partly hidden, and says so to who cannot see the stars."""
    return format_html('<span class="masked">{}<span class="sr"> {}</span></span>', text, _("(partly hidden)"))


@register.simple_tag
def avatar(name: str) -> SafeString:
    """The first character of a Chinese name, the initials of another; beside the name, so hidden from readers."""
    words = name.split()
    initials = name[:1] if not name.isascii() else "".join(word[0] for word in words[:2]).upper()
    return format_html('<span class="avatar" aria-hidden="true">{}</span>', initials)


@register.simple_tag
def tag(label: Sentence, tone: str = "quiet", icon: str = "") -> SafeString:
    """A state in one word."""
    drawing = icons.icon(icon) if icon else ""
    return format_html('<span class="tag is-{}">{}{}</span>', tone or "quiet", drawing, label)


@register.simple_tag
def button(
    label: Sentence, *, href: str = "", kind: str = "", icon: str = "", name: str = "", value: str = "",
    big: bool = False, confirm: Sentence = "",
) -> SafeString:  # fmt: skip
    """A link when there is an address, else what sends the form around it."""
    classes = "btn" + (f" btn-{kind}" if kind and kind != "plain" else "") + (" btn-big" if big else "")
    inner = format_html("{}<span>{}</span>", icons.icon(icon) if icon else "", label)
    if href:
        return format_html('<a class="{}" href="{}">{}</a>', classes, href, inner)
    named = format_html(' name="{}" value="{}"', name, value) if name else ""
    asking = format_html(' data-confirm="{}"', confirm) if confirm else ""
    return format_html('<button type="submit" class="{}"{}{}>{}</button>', classes, named, asking, inner)


@register.inclusion_tag("kit/parts/act.html")
def act(
    label: Sentence, url: str, permit: Permit = YES, *, kind: str = "", icon: str = "", name: str = "",
    value: str = "", confirm: Sentence = "", big: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """One verb as a form of one button; where it is not permitted, the reason."""
    return {
        "permit": permit, "url": url,
        "pressed": button(label, kind=kind, icon=icon, name=name, value=value, confirm=confirm, big=big),
    }  # fmt: skip


@register.simple_block_tag
def card(content: str, title: Sentence = "", *, more: str = "", more_label: Sentence = "") -> SafeString:
    """A sheet with a heading and, at its right, a way to all of it."""
    link = format_html('<a href="{}">{}</a>', more, more_label or _("All")) if more else ""
    head = format_html('<header class="card-head"><h2>{}</h2>{}</header>', title, link) if title else ""
    return format_html('<section class="card">{}<div class="card-body">{}</div></section>', head, content)


@register.simple_block_tag
def notice(content: str, tone: str = "doing") -> SafeString:
    """A box that says something about the page it stands on."""
    drawing = icons.icon(NOTICE_ICONS[tone])
    return format_html('<div class="notice is-{}">{}<div>{}</div></div>', tone, drawing, content)


@register.simple_tag
def kpi(label: Sentence, value: object, *, note: Sentence = "", tone: str = "", href: str = "") -> SafeString:
    """One figure with what it counts; a link leads to the rows it was counted from."""
    under = format_html('<small class="{}">{}</small>', tone, note) if note else ""
    inner = format_html("<span>{}</span><b>{}</b>{}", label, value, under)
    if href:
        return format_html('<a class="kpi" href="{}">{}</a>', href, inner)
    return format_html('<div class="kpi">{}</div>', inner)


@register.simple_tag
def progress(value: int, maximum: int, label: Sentence) -> SafeString:
    """How far something is, in words and as a bar."""
    share = f"{value * 100 // maximum if maximum else 0}%"
    return format_html(
        '<div class="progress"><span>{}</span><span class="num">{}</span>'
        '<progress value="{}" max="{}" aria-label="{}"></progress></div>',
        label, share, value, maximum or 1, label,
    )  # fmt: skip


@register.inclusion_tag("kit/parts/ladder.html")
def ladder(stairs: Sequence[Stair]) -> dict[str, Any]:
    """The growth stairs: done, now, next."""
    return {"stairs": stairs}


@register.inclusion_tag("kit/parts/steps.html")
def steps(steps: Sequence[Step]) -> dict[str, Any]:
    """The public step bar: where it stands, who has it, when."""
    return {"steps": steps}


@register.inclusion_tag("kit/parts/clauses.html")
def clauses(clauses: Sequence[Clause]) -> dict[str, Any]:
    """Each condition with its answer, the reason, and what would change it."""
    return {"clauses": [(clause, VERDICT_ICONS[clause.verdict]) for clause in clauses]}


@register.inclusion_tag("kit/parts/timeline.html")
def timeline(events: Sequence[Event]) -> dict[str, Any]:
    """What happened, one line each."""
    return {"events": events}


@register.inclusion_tag("kit/parts/files.html")
def files(files: Sequence[File]) -> dict[str, Any]:
    """Files to open."""
    return {"files": files}


@register.simple_tag
def empty(
    title: Sentence, note: Sentence = "", *, icon: str = "inbox", href: str = "", label: Sentence = ""
) -> SafeString:
    """Nothing is here, why, and what one can do."""
    return _state(title, note, icon, href, label, "")


@register.simple_tag
def failure(title: Sentence, note: Sentence = "", *, href: str = "", label: Sentence = "") -> SafeString:
    """Something did not work: what, and what to do next."""
    return _state(title, note, "cloud-off", href, label or (_("Try again") if href else ""), " bad")


def _state(title: Sentence, note: Sentence, drawing: str, href: str, label: Sentence, tone: str) -> SafeString:
    more = format_html("<p>{}</p>", note) if note else ""
    way = button(label, href=href) if href else ""
    return format_html(
        '<div class="state{}">{}<b>{}</b>{}{}</div>', tone, icons.icon(drawing), title, more, way
    )  # fmt: skip


@register.simple_tag
def loading(label: Sentence = "") -> SafeString:
    """Shown while htmx waits; put it inside or name it with hx-indicator."""
    said = label or _("One moment…")
    return format_html('<span class="loading htmx-indicator">{}{}</span>', icons.icon("loader-circle"), said)


def _query(context: template.Context, **changes: str) -> str:
    """This page's address with some query keys set, or taken out when empty."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        if value:
            query[key] = value
        else:
            query.pop(key, None)
    return f"?{query.urlencode()}"


@register.inclusion_tag("kit/parts/pager.html", takes_context=True)
def pager(context: template.Context, page: Page[Any]) -> dict[str, Any]:
    """Earlier and later, and how many there are."""
    before = _query(context, page=str(page.previous_page_number())) if page.has_previous() else ""
    after = _query(context, page=str(page.next_page_number())) if page.has_next() else ""
    return {"page": page, "before": before, "after": after}


@register.inclusion_tag("kit/parts/segmented.html", takes_context=True)
def segmented(
    context: template.Context, key: str, choices: Sequence[Sequence[Any]], current: str, label: Sentence
) -> dict[str, Any]:
    """A few choices side by side that set one key of the query; choosing begins at the first page again."""
    options = [
        {
            "url": _query(context, **{key: str(choice[0]), "page": ""}),
            "label": choice[1],
            "count": choice[2] if len(choice) > 2 else None,
            "current": str(choice[0]) == str(current),
        }
        for choice in choices
    ]
    return {"options": options, "label": label}


@register.inclusion_tag("kit/parts/display.html", takes_context=True)
def display_switch(context: template.Context) -> dict[str, Any]:
    """Language, text size and theme, as forms that need no JavaScript."""
    return {"shell": context["shell"]}


@register.simple_tag(takes_context=True)
def same_as(context: template.Context, name: str) -> SafeString:
    """What the page wrote into a block, once more: a title is said once and is the heading as well."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block(name) if blocks else None
    return block.nodelist.render(context) if block else SafeString("")


@register.simple_tag(takes_context=True)
def back_arrow(context: template.Context) -> SafeString:
    """The way to the page named in the block `back`; nothing when it is empty."""
    address = same_as(context, "back").strip()
    if not address:
        return SafeString("")
    drawing = icons.icon("chevron-left", _("Back"))
    return format_html('<a class="round" href="{}">{}</a>', mark_safe(address), drawing)  # noqa: S308 - rendered


@register.filter
def filesize(size: int) -> str:
    """Bytes as people read them."""
    return f"{size / 1_048_576:.1f} MB" if size >= 1_048_576 else f"{max(1, round(size / 1024))} KB"


@register.simple_tag
def mark() -> SafeString:
    """The house's mark: a roof with a heart under it."""
    return mark_safe(
        '<svg class="mark" viewBox="0 0 64 64" aria-hidden="true"><rect width="64" height="64" rx="17" fill="#c23a10"/>'
        '<path d="M13 33 32 16l19 17" fill="none" stroke="#fff" stroke-width="5" stroke-linecap="round" '
        'stroke-linejoin="round"/><path d="M32 51s-13-7.6-13-15.6c0-4 3-6.9 6.7-6.9 2.6 0 4.9 1.4 6.3 3.6 '
        '1.4-2.2 3.7-3.6 6.3-3.6 3.7 0 6.7 2.9 6.7 6.9C45 43.4 32 51 32 51z" fill="#fff"/></svg>'
    )
