"""The tags and filters that every page uses: what they show, that they escape, that they keep the address."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory
from django.utils import timezone

from customers.styleguide import styleguide_context
from customers.toasts import toast

SCRIPT = "<script>alert(1)</script>"


def render(source: str, query: str = "", **context: Any) -> str:
    """`source` as a template on a page whose address ends in ?`query`."""
    request = RequestFactory().get(f"/page/?{query}")
    return str(engines["django"].from_string(source).render({"request": request, **context}))


def test_a_long_name_in_a_chart_stands_on_two_lines_around_its_place() -> None:
    assert render("{% svg_lines 'Everyday savers' 4 20 30 %}") == '<tspan x="4" y="20">Everyday savers</tspan>'
    two = render("{% svg_lines name 4 20 13 %}", name="Nobody loses money & sleep")
    assert two == '<tspan x="4" y="12">Nobody loses</tspan> <tspan x="4" y="28">money &amp; sleep</tspan>'
    cut = render("{% svg_lines name 4 20 13 %}", name="Nobody loses money or sleep because of us")
    assert cut.endswith(">money or sle…</tspan>")
    assert "Wordwithoute</tspan>" in render("{% svg_lines name 0 0 12 %}", name="Wordwithoutend")


class Stranger:
    """Somebody with a name that means harm."""

    def get_full_name(self) -> str:
        return f"{SCRIPT} Novák"


class Sample(forms.Form):
    title = forms.CharField(label="Title", help_text="Why we ask.", max_length=5)
    answers = forms.CharField(label="Who answers?")
    silo = forms.MultipleChoiceField(label="Department", choices=[("a", "Cards"), ("b", "Retail")], required=False)
    kind = forms.ChoiceField(label="Kind", choices=[("x", "One"), ("y", "Two")], widget=forms.RadioSelect)
    secret = forms.BooleanField(label="Confidential", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


# --- marks ---


@pytest.mark.parametrize(
    ("value", "tone", "word"),
    [("serious", "high", "Serious"), ("look", "mid", "Look"), ("note", "low", "Note"), ("clear", "ok", "Clear")],
)
def test_severity_has_a_shape_and_a_word(value: str, tone: str, word: str) -> None:
    html = render("{% severity value %}", value=value)
    assert f'class="sev {tone}"' in html
    assert "<svg" in html
    assert html.endswith(f"</svg>{word}</span>")


def test_severity_shows_an_unknown_weight_as_a_note_and_escapes_the_label() -> None:
    html = render("{% severity value label %}", value="dreadful", label=SCRIPT)
    assert 'class="sev low"' in html
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_status_tag_takes_the_label_and_escapes_it() -> None:
    assert render("{% status_tag 'on_hold' %}") == '<span class="tag stop">On hold</span>'
    assert render("{% status_tag 'ready' label %}", label="<b>") == '<span class="tag on">&lt;b&gt;</span>'


def test_person_shows_initials_and_role_or_that_there_is_nobody() -> None:
    assert ">TR<" in render("{% person 'Tomás Maria Rey' 'Asks' %}")
    assert render("{% person None missing='Nobody answers for letters' %}") == (
        '<span class="gap">Nobody answers for letters</span>'
    )


def test_person_escapes_name_and_role() -> None:
    html = render("{% person who role %}", who=Stranger(), role="<i>")
    assert "<script>" not in html
    assert "<i>" not in html


# --- matched words ---


def test_mark_words_escapes_the_text_and_marks_only_the_words() -> None:
    html = render("{{ text|mark_words:words }}", text=f"Tell {SCRIPT} the <b>card</b> holder", words=["tell", "card"])
    assert html == (
        "<mark>Tell</mark> &lt;script&gt;alert(1)&lt;/script&gt; the &lt;b&gt;<mark>card</mark>&lt;/b&gt; holder"
    )


def test_mark_quoted_marks_the_words_only_where_they_are_quoted() -> None:
    html = render(
        "{{ text|mark_quoted:words }}", text=f"Both come from Cards & speak of “card {SCRIPT}”.", words=["card"]
    )
    assert "Both come from Cards &amp; speak of “<mark>card</mark> " in html
    assert SCRIPT not in html
    assert render("{{ text|mark_quoted:words }}", text=None, words=["card"]) == ""


def test_mark_words_cannot_be_made_to_mark_inside_an_entity() -> None:
    assert render("{{ text|mark_words:words }}", text="a & b < c", words=["amp", "lt"]) == "a &amp; b &lt; c"


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("alerting alerts alerted", "alert", "<mark>alerting</mark> <mark>alerts</mark> <mark>alerted</mark>"),
        ("into the inn", "in", "into the inn"),
        ("apps and approval", "app", "<mark>apps</mark> and approval"),
        ("Card holders pay", ["card holders", "card"], "<mark>Card holders</mark> pay"),
        ("a+b (c", ["a+b", "(c"], "<mark>a+b</mark> <mark>(c</mark>"),
        ("Ärger über Ämter", ["ärger"], "<mark>Ärger</mark> über Ämter"),
        ("nothing here", [], "nothing here"),
        ("nothing here", ["", "  "], "nothing here"),
    ],
)
def test_mark_words_finds_whole_words_phrases_and_short_endings(text: str, words: Any, shown: str) -> None:
    assert render("{{ text|mark_words:words }}", text=text, words=words) == shown


def test_mark_words_of_nothing_is_nothing() -> None:
    assert render("{{ text|mark_words:words }}", text=None, words=None) == ""


# --- money, numbers, dates ---


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (420_000, "€420,000"),
        (Decimal("1234.56"), "€1,235"),
        (0, "€0"),
        (-5_000, "\u2212€5,000"),
        (None, "not said"),
    ],
)
def test_money_is_in_the_organisations_currency(settings: Any, amount: Any, shown: str) -> None:
    settings.OMBUD_CURRENCY = "EUR"
    assert render("{% money amount %}", amount=amount) == shown
    assert render("{{ amount|money }}", amount=amount) == shown


def test_money_names_a_currency_that_has_no_sign(settings: Any) -> None:
    settings.OMBUD_CURRENCY = "CHF"
    assert render("{% money 1000 %}") == "CHF\u00a01,000"


def test_money_can_be_short(settings: Any) -> None:
    settings.OMBUD_CURRENCY = "EUR"
    assert render("{% money 2010000 short=True %}") == "€2.01\u00a0m"
    assert render("{% money 1999999 short=True %}") == "€2.00\u00a0m"
    assert render("{{ amount|money:'short' }}", amount=999_999) == "€999,999"


def test_count_groups_thousands() -> None:
    assert render("{{ n|count }}/{{ none|count }}", n=1_940_000, none=None) == "1,940,000/"


def test_days_are_written_out() -> None:
    day = dt.date(2026, 3, 2)
    assert render("{{ day|day }}", day=day) == "2\u00a0Mar\u00a02026"
    assert render("{{ day|long_day }}", day=day) == "Monday 2 March 2026"
    assert render("{{ day|day }}, {{ day|long_day }}", day=None) == "not said, not said"


def test_when_speaks_of_today_yesterday_and_this_week() -> None:
    noon = timezone.localtime().replace(hour=12, minute=5, second=0, microsecond=0)
    assert render("{{ at|when }}", at=noon) == "Today 12:05"
    assert render("{{ at|when }}", at=noon - dt.timedelta(days=1)) == "Yesterday 12:05"
    assert render("{{ at|when }}", at=noon - dt.timedelta(days=3)).endswith("day 12:05")
    old = noon.replace(year=2025, month=3, day=2)
    assert render("{{ at|when }}", at=old) == "2\u00a0Mar\u00a02025, 12:05"


def test_time_tag_carries_the_machines_form() -> None:
    assert render("{% time_tag day 'long' %}", day=dt.date(2026, 3, 2)) == (
        '<time datetime="2026-03-02">Monday 2 March 2026</time>'
    )
    assert render("{% time_tag None %}") == ""


# --- links that keep the address ---


def test_query_with_keeps_filters_and_drops_the_position() -> None:
    html = render("{% query_with sort='cost' silo=None %}", "q=tell+them&silo=3&page=7&tag=a&tag=b")
    assert html == "?q=tell+them&amp;tag=a&amp;tag=b&amp;sort=cost"


def test_query_with_escapes_what_came_in_the_address() -> None:
    html = render('<a href="{% query_with page=2 %}">', "q=%22%3E%3Cscript%3E")
    assert html == '<a href="?q=%22%3E%3Cscript%3E&amp;page=2">'


def test_sort_th_turns_the_order_around_and_says_so() -> None:
    first = render("{% sort_th 'cost' 'Cost' numeric=True %}", "q=a")
    assert 'href="?q=a&amp;sort=cost"' in first
    assert "aria-sort" not in first
    assert 'class="r"' in first
    ascending = render("{% sort_th 'cost' 'Cost' %}", "sort=cost")
    assert 'aria-sort="ascending"' in ascending
    assert 'href="?sort=-cost"' in ascending
    assert 'aria-sort="descending"' in render("{% sort_th 'filed' 'Filed' default='-filed' %}")


def test_filter_chips_take_off_one_value_each() -> None:
    html = render("{% filter_chips form %}", "silo=a&silo=b&title=x&sort=cost", form=Sample({"silo": ["a", "b"]}))
    assert 'href="?silo=b&amp;title=x&amp;sort=cost"' in html
    assert 'href="?silo=a&amp;title=x&amp;sort=cost"' in html
    assert "<b>Cards</b>" in html
    assert "<b>Retail</b>" in html
    assert 'href="?sort=cost">Clear all' in html


def test_filter_chips_escape_what_was_typed() -> None:
    html = render("{% filter_chips form %}", "title=%3Cscript%3E", form=Sample())
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_pager_shows_nothing_for_one_page_and_keeps_filters_for_more() -> None:
    assert "nav" not in render("{% pager page %}", page=Paginator(range(10), 50).page(1))
    html = render("{% pager page %}", "q=a&page=2", page=Paginator(range(500), 50).page(2))
    assert 'href="?q=a&amp;page=1" rel="prev"' in html
    assert 'href="?q=a&amp;page=3" rel="next"' in html
    assert '<span aria-current="page">2</span>' in html
    below = render("{% pager page anchor='pairs' %}", page=Paginator(range(500), 50).page(2))
    assert 'href="?page=1#pairs" rel="prev"' in below
    assert 'href="?page=3#pairs">3</a>' in below


# --- forms ---


def test_render_field_ties_label_reason_and_error_to_the_control() -> None:
    html = render("{% render_field form.title %}", form=Sample({"title": "far too long"}))
    assert '<label for="id_title">' in html
    assert 'id="id_title_helptext"' in html
    assert 'id="id_title_error"' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'value="far too long"' in html


def test_render_form_draws_every_kind_of_field() -> None:
    html = render("{% render_form form %}", form=Sample())
    assert '<input type="hidden" name="version"' in html
    assert html.count("<fieldset") == 1
    assert "<legend>Kind</legend>" in html
    assert 'type="checkbox"' in html
    assert "(optional)" in html


def test_render_field_keeps_typed_markup_as_text() -> None:
    html = render("{% render_form form %}", form=Sample({"title": SCRIPT, "answers": SCRIPT}))
    assert "<script>" not in html


def test_error_summary_links_to_the_fields_and_reads_well() -> None:
    form = Sample({"title": "x", "version": ""})
    form.add_error(None, "The dates contradict each other.")
    html = render("{% error_summary form %}", form=form)
    assert "There are several things to mend" in html
    assert '<a href="#id_answers">Who answers? This field is required.</a>' in html
    assert '<a href="#id_kind_0">Kind: This field is required.</a>' in html
    assert "<li>The dates contradict each other.</li>" in html
    assert 'href="#id_version"' not in html


def test_error_summary_is_empty_without_errors_and_takes_formsets() -> None:
    good = Sample({"title": "x", "answers": "y", "kind": "x", "version": "1"})
    assert render("{% error_summary form none %}", form=good, none=None).strip() == ""
    formset = forms.formset_factory(Sample, extra=1)(
        {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-title": "x"}
    )
    assert 'href="#id_form-0-answers"' in render("{% error_summary formset %}", formset=formset)


def test_control_passes_attributes_on() -> None:
    html = render("{% control form.title hx_post='/save/' %}", form=Sample())
    assert 'hx-post="/save/"' in html
    assert 'class="ctl"' in html


# --- boxes, charts, toasts ---


def test_scroll_table_can_be_reached_by_keyboard_and_escapes_its_label() -> None:
    html = render("{% scroll_table label=name %}<table></table>{% endscroll_table %}", name='"><script>')
    assert 'tabindex="0"' in html
    assert "<script>" not in html
    assert "<table></table>" in html


def test_contact_meter_says_how_far_the_policy_is_passed() -> None:
    html = render("{% contact_meter others=15 yours=2 limit=3 %}")
    assert "14 over" in html
    assert "17 contacts with your 2; the policy allows 3" in html
    assert "Within policy" in render("{% contact_meter others=0 yours=1 limit=3 %}")
    assert "0 in all" in render("{% contact_meter others=0 yours=0 limit=0 %}")


@pytest.mark.parametrize(
    ("number", "step"), [(0, "h0"), (1, "h1"), (3, "h3"), (4, "h4"), (5, "h4"), (6, "h5"), (60, "h5")]
)
def test_heat_class_has_five_steps(number: int, step: str) -> None:
    assert render("{% heat_class number %}", number=number) == f"c {step}"


def test_heat_class_frames_only_what_is_beyond_the_limit() -> None:
    assert render("{% heat_class 4 4 %}") == "c h4"
    assert render("{% heat_class 5 4 %}") == "c h4 brk"


def test_waterfall_bar_is_hollow_where_it_speaks_against() -> None:
    assert 'class="bar for" x="120.0"' in render("{% waterfall_bar 0 2 -4 4 %}")
    assert 'class="bar against" x="60.0"' in render("{% waterfall_bar 0 -2 -4 4 %}")


def test_toast_carries_its_undo_to_the_page(rf: RequestFactory) -> None:
    request = rf.get("/")
    request._messages = messages.storage.base.BaseStorage(request)  # type: ignore[attr-defined]
    toast(request, "Flag dismissed.", undo_url="/triage/7/undo/")
    (message,) = request._messages._queued_messages  # type: ignore[attr-defined]
    html = render('{% include "components/toast.html" with text=m.message undo=m|undo_url %}', m=message)
    assert 'action="/triage/7/undo/"' in html
    assert 'value="/page/"' in html


@pytest.mark.parametrize(
    "address", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", "/a b"]
)
def test_toast_refuses_an_undo_elsewhere(rf: RequestFactory, address: str) -> None:
    with pytest.raises(ValueError, match="not a path"):
        toast(rf.get("/"), "Done.", undo_url=address)
    assert render("{{ m|undo_url }}", m=Message(messages.INFO, "x", extra_tags=f"undo:{address}")) in ("", "/a")


def test_style_guide_renders_without_a_person_or_a_database() -> None:
    html = render("{% include 'styleguide.html' %}", **styleguide_context())
    for code, label in styleguide_context()["statuses"]:
        assert f">{label}</span>" in html, code
    assert html.count('class="guide"') > 20


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], ""),
        (["Cards"], "Cards"),
        (["Cards", "Risk", "Retail"], "Cards, Risk and Retail"),
        (["Branches", "Cards", "Retail", "Risk"], "Branches, Cards and 2 more"),
    ],
)
def test_names_are_listed_and_those_without_room_counted(names: list[str], said: str) -> None:
    assert render("{{ names|listed:3 }}", names=names) == said


def test_what_was_saved_on_another_day_says_which() -> None:
    saved = "{% include 'components/saved.html' with saved_at=at only %}"
    now = timezone.localtime()
    assert f"Saved {now:%H:%M}<" in render(saved, at=now)
    assert "Saved 2\xa0Mar\xa02026, 08:15<" in render(saved, at=dt.datetime(2026, 3, 2, 8, 15, tzinfo=now.tzinfo))


def test_a_noun_gets_its_article() -> None:
    assert render("{{ 'identifying attribute'|with_article }}, {{ 'system'|with_article }}") == (
        "an identifying attribute, a system"
    )
