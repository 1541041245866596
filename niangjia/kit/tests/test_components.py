"""The components of docs/look.md say what they promise."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from niangjia.kit import charts, clock, icons
from niangjia.kit.forms import DayField, YuanField
from niangjia.kit.parts import Clause, File, Seen, Stair, Step
from niangjia.kit.permit import YES, no

FRIDAY = date(2026, 11, 20)


def draw(text: str, **context: object) -> str:
    with clock.at(FRIDAY), translation.override("en"):
        return Template("{% load kit %}" + text).render(Context(context))


@pytest.mark.parametrize(
    ("due", "said", "tone"),
    [
        (date(2026, 12, 8), "12 working days left", "quiet"),
        (date(2026, 11, 25), "3 working days left", "wait"),
        (date(2026, 11, 23), "1 working day left", "wait"),
        (FRIDAY, "Due today", "bad"),
        (date(2026, 11, 19), "1 working day overdue", "bad"),
        (date(2026, 11, 16), "4 working days overdue", "bad"),
        (date(2026, 11, 22), "Due on 22 Nov", "wait"),  # a Sunday: no working day lies before it
    ],
)
def test_the_countdown_counts_working_days_in_words(due: date, said: str, tone: str):
    html = draw("{% clock_left due %}", due=due)
    assert said in html
    assert f'class="clock {tone}"' in html


def test_a_clock_that_ran_out_before_a_weekend_is_already_over():
    with clock.at(date(2026, 11, 21)), translation.override("en"):  # Saturday, due on Friday
        html = Template("{% load kit %}{% clock_left due %}").render(Context({"due": FRIDAY}))
    assert "Was due on 20 Nov" in html


def test_the_countdown_speaks_chinese():
    with clock.at(FRIDAY), translation.override("zh-hans"):
        assert "已超4个工作日" in Template("{% load kit %}{% clock_left d %}").render(
            Context({"d": date(2026, 11, 16)})
        )


def test_a_moment_is_shown_in_shanghai():
    late = datetime(2026, 11, 20, 20, 30, tzinfo=UTC)
    assert "21 Nov</span> 04:30" in draw("{% moment when %}", when=late)
    assert "21 Nov<" in draw("{% day when %}", when=late)


def test_the_year_is_said_only_when_it_is_another_one():
    assert ">20 Nov<" in draw("{% day when %}", when=FRIDAY)
    assert ">20 Nov 2025<" in draw("{% day when %}", when=FRIDAY.replace(year=2025))


def test_a_day_that_is_not_known_leaves_nothing():
    assert draw("{% day d %}{% moment d %}{% clock_left d %}", d=None) == ""


def test_money_is_shown_in_yuan():
    assert "¥800.50" in draw("{% yuan 80050 %}")


def test_what_people_typed_is_never_markup():
    evil = "<script>alert(1)</script>"
    parts = {
        "clauses": [Clause(evil, "no", (Seen(evil, evil, evil),), evil, evil, evil, "/ask/", evil)],
        "files": [File(evil, "/f/")],
        "stairs": [Stair(evil, "now", evil)], "steps": [Step(evil, "now", FRIDAY, evil, evil)], "evil": evil,
        "chart": charts.stacked(evil, [evil], {evil: [1]}), "donut": charts.donut(evil, [(evil, 1)]),
        "permit": no(evil),
    }  # fmt: skip
    html = draw(
        "{% tag evil %}{% button evil href=evil %}{% card evil more=evil more_label=evil %}{{ evil }}{% endcard %}"
        "{% kpi evil evil note=evil %}"
        "{% masked evil %}{% avatar evil %}{% empty evil evil %}{% act evil evil permit %}{% progress 1 2 evil %}"
        "{% clauses clauses %}{% files files %}{% ladder stairs %}{% steps steps %}{{ chart }}{{ donut }}",
        **parts,
    )
    assert "<script" not in html
    assert html.count("&lt;script&gt;") > 20


def test_a_verb_that_is_not_permitted_shows_the_reason_and_no_button():
    assert "<button" in draw("{% act 'Sign' '/sign/' permit %}", permit=YES)
    refused = draw("{% act 'Sign' '/sign/' permit %}", permit=no("Only the chair may sign."))
    assert "Only the chair may sign." in refused
    assert "<button" not in refused


def test_every_answer_of_a_condition_has_a_word_beside_its_colour():
    html = draw("{% clauses c %}", c=[Clause("x", verdict) for verdict in ("yes", "no", "unknown")])
    assert [word in html for word in ("Met", "Not met", "Not known yet")] == [True, True, True]


def test_the_step_that_is_under_way_is_marked_for_screen_readers():
    html = draw("{% steps s %}{% ladder l %}", s=[Step("a", "done"), Step("b", "now")], l=[Stair("c", "now")])
    assert html.count('aria-current="step"') == 2


def test_choosing_a_state_keeps_the_search_and_begins_at_the_first_page():
    request = RequestFactory().get("/x/?q=abc&page=7&state=old")
    html = draw("{% segmented 's' choices '' 'State' %}", request=request, choices=[("", "All"), ("new", "New", 3)])
    assert 'href="?q=abc&amp;state=old"' in html
    assert 'href="?q=abc&amp;state=old&amp;s=new"' in html
    assert 'aria-current="true">All' in html


def test_the_pager_keeps_the_query():
    request = RequestFactory().get("/x/?q=abc&page=2")
    html = draw("{% pager page %}", request=request, page=Paginator(range(268), 20).page(2))
    assert "Page 2 of 14, 268 in all" in html
    assert 'href="?q=abc&amp;page=1"' in html
    assert 'href="?q=abc&amp;page=3"' in html


def test_an_icon_is_hidden_unless_it_speaks():
    assert 'aria-hidden="true"' in icons.icon("house")
    assert 'aria-label="Home"' in icons.icon("house", "Home")


def test_an_icon_that_does_not_exist_is_noticed():
    assert not icons.exists("no-such-icon")
    with pytest.raises(LookupError, match="no-such-icon"):
        icons.icon("no-such-icon")


@given(st.lists(st.lists(st.integers(0, 10**9), min_size=2, max_size=2), min_size=1, max_size=40))
def test_a_stack_of_columns_stays_inside_its_drawing(values: list[list[int]]):
    labels = [str(i) for i in range(len(values))]
    html = charts.stacked("t", labels, {"a": [v[0] for v in values], "b": [v[1] for v in values]})
    heights = [tuple(float(part.split('"')[1]) for part in rect.split(" ")[2:6]) for rect in html.split("<rect")[1:]]
    for x, y, width, height in heights:
        assert -0.1 <= y <= y + height <= 100.1
        assert 0 <= x <= x + width <= 100.1


@given(st.lists(st.tuples(st.text("ab", min_size=1), st.integers(0, 10**9)), max_size=20))
def test_a_donut_loses_no_part_of_the_whole(parts: list[tuple[str, int]]):
    html = charts.donut("t", parts)
    whole = sum(value for _label, value in parts)
    shown = sum(int(piece.split(" ·")[0].replace(",", "")) for piece in html.split("<b>")[1:])
    assert shown == whole


def test_a_chart_of_nothing_says_so():
    with translation.override("en"):
        assert "Nothing to count yet." in charts.bars("New", [])


class Aid(forms.Form):
    amount = YuanField(label="Amount", help_text="In yuan")
    paid_on = DayField(label="Paid on", required=False)
    agree = forms.BooleanField(label="I agree")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A")], widget=forms.RadioSelect)


def test_people_type_yuan_and_we_keep_fen():
    form = Aid({"amount": "１，２３４．５元", "paid_on": "2026.5.1", "agree": "on", "kind": "a"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["amount"] == 123_450
    assert form.cleaned_data["paid_on"] == date(2026, 5, 1)


@pytest.mark.parametrize("typed", ["three", "1.234", "-5", "1e99"])
def test_what_is_no_amount_is_refused_in_words(typed: str):
    form = Aid({"amount": typed, "agree": "on", "kind": "a"})
    assert list(form.errors) == ["amount"]


def test_an_amount_comes_back_as_it_was_typed():
    assert 'value="1234.50"' in str(Aid(initial={"amount": 123_450})["amount"])
    assert 'value="three"' in str(Aid({"amount": "three"})["amount"])


def test_a_fault_is_tied_to_its_field_and_listed_on_top():
    with translation.override("en"):
        html = str(Aid({"amount": "three"}))
    assert 'aria-describedby="id_amount_helptext id_amount_error"' in html
    assert 'id="id_amount_error"' in html
    assert 'href="#id_amount"' in html
    assert 'role="alert"' in html
    assert 'href="#id_kind"' in html
    assert '<div id="id_kind">' in html


def test_the_steps_of_a_course_tell_their_working_days():
    html = draw("{% steps s %}", s=[Step("Visit", "now", due=FRIDAY + timedelta(days=3))])
    assert "1 working day left" in html
