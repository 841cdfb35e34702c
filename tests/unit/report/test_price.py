"""Money as people and machines read it."""

from __future__ import annotations

import io
from decimal import Decimal

from rich.console import Console

from tablewright.cost.pricing.rates import HELD, Rate, RateChange
from tablewright.deploy.explanation import explain
from tablewright.report.formats.price import rates_text, usd
from tablewright.report.preview import markdown as preview_markdown
from tablewright.report.preview import preview
from tablewright.report.preview import tree as preview_tree
from tests.unit.deploy.samples import adopted_sessions, created_alarm, in_region

IDENTITY = {"stack": "analytics/dev", "target": "sandbox", "region": "ap-southeast-2"}
PRICED = explain(in_region("ap-southeast-2", adopted_sessions()))


def text(explanation):
    out = io.StringIO()
    preview_tree.render(explanation, "analytics/dev", Console(file=out, width=200))
    return out.getvalue()


def test_a_preview_says_what_is_charged_no_longer_and_from_now_on():
    shown = text(PRICED)
    assert "price       before: capacity $605.02 a month; after: writes $0.71 per million" in shown
    assert "Capacity held: $605.02 → $0 a month" in shown


def test_markdown_says_it_as_well():
    shown = preview_markdown.markdown(PRICED, "analytics/dev")
    assert "| | | price: before: capacity $605.02 a month;" in shown
    assert "\n\nCapacity held: $605.02 → $0 a month" in shown


def test_json_carries_sums_as_text():
    made = preview.as_json(PRICED, IDENTITY)
    assert made["capacityUsdPerMonth"] == {"before": "605.02", "after": "0"}
    assert made["changes"][0]["rates"][:2] == [
        {"what": "capacity", "per": "month", "beforeUsd": "605.02", "afterUsd": None},
        {"what": "writes", "per": "million units", "beforeUsd": None, "afterUsd": "0.71"},
    ]


def test_where_no_price_is_known_no_sum_is_told_and_what_it_would_be_of_is():
    of_table = "Not priced here: capacity, writes and reads of sessions.\n"
    of_alarm = "Not priced here: alarm a&lt;b&gt;.\n"
    alarm = created_alarm("a<b>")
    for changes, told in (
        (in_region("mars-north-1", adopted_sessions()), of_table),
        ((alarm,), of_alarm),
    ):
        explained = explain(changes)
        assert "a month" not in text(explained)
        assert told in preview_markdown.markdown(explained, "analytics/dev")
        document = preview.as_json(explained, IDENTITY)
        assert document["capacityUsdPerMonth"] is None
        assert document["changes"][0]["unpriced"] != []


def test_rates_that_change_are_shown_from_and_to():
    said = rates_text(
        (
            RateChange(HELD, Decimal("1234.50"), Decimal("99.00")),
            RateChange(Rate("storage", "a GB-month"), Decimal("0.25"), Decimal("0.10")),
        )
    )
    assert said == "capacity $1,234.50 → $99.00 a month, storage $0.25 → $0.10 a GB-month"


def test_a_rate_keeps_its_digits():
    assert usd(Decimal("0.1425")) == "$0.1425"
