"""A date in a file that phones understand."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from niangjia.kit import clock, ics

SIX = clock.start_of(date(2026, 6, 10)) + timedelta(hours=18)


def a_date(summary: str) -> bytes:
    return ics.calendar(ics.Date("b1@x", summary, SIX, SIX + timedelta(hours=1), location="学院路107号，三楼"))


def test_a_date_stands_in_universal_time_with_its_words_escaped():
    text = a_date("1号台; 乒乓球, 双打").decode()
    assert "DTSTART:20260610T100000Z\r\n" in text
    assert "SUMMARY:1号台\\; 乒乓球\\, 双打\r\n" in text
    assert text.startswith("BEGIN:VCALENDAR\r\n")
    assert text.endswith("END:VCALENDAR\r\n")


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp")), max_size=200))
def test_no_line_is_longer_than_a_calendar_reads_and_nothing_is_lost(summary: str):
    text = a_date(summary)
    assert all(len(line) <= ics.LINE_BYTES for line in text.split(b"\r\n"))
    unfolded = text.decode().replace("\r\n ", "")
    said = unfolded.split("SUMMARY:")[1].split("\r\n")[0] if summary else ""
    assert said.replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\") == summary


@example("\r")
@given(st.text(st.sampled_from("甲\r\n\v\f\x1c\x85\u2028\u2029\0;"), max_size=12))
def test_no_text_writes_a_line_of_its_own(text: str):
    """A title with a carriage return in it must not put a second event into somebody's calendar."""
    date = ics.Date("b1@x", f"{text}END:VEVENT{text}", SIX, SIX, location=text, description=text)
    told = ics.calendar(date).decode()
    lines = [line.split(":")[0] for line in told.replace("\r\n ", "").split("\r\n")]
    assert lines.count("END") == 2  # the event's own, and the calendar's
    assert not set("".join(told.split("\r\n"))) & set("\r\n\v\f\x1c\x85\u2028\u2029\0")
