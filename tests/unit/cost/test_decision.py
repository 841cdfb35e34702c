"""Decisions: chosen on the older part, judged on the newer, safe where little is known."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
import yaml

from tablewright import manifest
from tablewright.cost.decisions.decision import decide
from tablewright.cost.decisions.search import Budget
from tablewright.cost.decisions.settings import CapacitySetting, TableSetting
from tablewright.cost.pricing.charges import MissingPriceError
from tablewright.cost.pricing.prices import PriceBook, Prices
from tablewright.usage.day import CapacitySettings, ResourceId, UsageDay
from tablewright.usage.history import table_history
from tablewright.usage.metrics import CONSUMED_READ, CONSUMED_WRITE, DAY_MINUTES
from tests.unit.cost.traces import per_minute

MONDAY = dt.date(2026, 11, 2)
PRICES = PriceBook()("ap-southeast-2")
STEADY = np.full(14 * DAY_MINUTES, 6000)
IMPORTED = CapacitySettings()
"""Of use that came from a file, which knows of no settings."""
STACK = {
    "apiVersion": "tablewright.dev/v1",
    "kind": "Stack",
    "metadata": {"name": "shop"},
    "spec": {
        "region": "ap-southeast-2",
        "environment": "dev",
        "tags": {"Team": "shop", "CostCenter": "shop"},
    },
}


def days_of(read, write=None, index="", settings=None, first=MONDAY, **columns):
    """Whole days of one resource; further columns by name."""
    series = {CONSUMED_READ.column: read, CONSUMED_WRITE.column: read if write is None else write}
    series |= columns
    return [
        UsageDay(
            ResourceId("111111111111", "ap-southeast-2", "orders", index),
            first + dt.timedelta(days=day),
            60,
            {
                name: np.asarray(values[day * DAY_MINUTES : (day + 1) * DAY_MINUTES], np.float32)
                for name, values in series.items()
            },
            settings or CapacitySettings("PAY_PER_REQUEST"),
        )
        for day in range(len(read) // DAY_MINUTES)
    ]


def decided(*days, **options):
    return decide(table_history([day for part in days for day in part]), PRICES, **options)


def test_steady_traffic_is_cheapest_at_fixed_capacity():
    decision = decided(days_of(STEADY))
    setting = decision.decision.setting
    assert setting.mode == "PROVISIONED"
    assert set(setting.capacity.values()) == {CapacitySetting(100, 100)}
    # 100 units of each, 730 hours, at the prices of Sydney.
    assert (
        decision.decision.usd_per_month == Decimal("0.00074") * 73000 + Decimal("0.000148") * 73000
    )
    # 6,000 units a minute of each.
    assert decision.on_demand.usd_per_month == (Decimal("0.71") + Decimal("0.1425")) * Decimal(
        "262.8"
    )
    assert decision.saving_usd == decision.on_demand.usd_per_month - decision.decision.usd_per_month
    assert decision.saving_range_usd == (Decimal("159.21"), Decimal("159.21"))
    assert decision.missed_share == 0
    assert set(decision.hourly_units["writeCapacityUsdPerUnitHour"].values()) == {100}
    assert len(decision.hourly_units["readCapacityUsdPerUnitHour"]) == 7 * 24
    assert decision.decision.lines == {
        "readCapacityUsdPerUnitHour": Decimal("0.000148") * 73000,
        "writeCapacityUsdPerUnitHour": Decimal("0.00074") * 73000,
    }
    assert decision.decision.throttled_share == 0


def test_rare_spikes_are_cheapest_on_demand():
    units = np.zeros(14 * DAY_MINUTES)
    units[::600] = 90_000
    decision = decided(days_of(units))
    assert decision.decision.setting.mode == "PAY_PER_REQUEST"
    assert decision.decision.usd_per_month == decision.on_demand.usd_per_month
    assert any("more than on demand" in reason for reason in decision.reasons)


def test_the_daily_shape_and_growth_and_a_spike_are_told_apart():
    minutes = np.arange(14 * DAY_MINUTES)
    daily = 3000 + 2900 * np.sin((minutes % DAY_MINUTES) / DAY_MINUTES * 2 * np.pi)
    spike = np.full(minutes.size, 600.0)
    spike[5 * DAY_MINUTES + 100] = 60_000
    decision = decided(
        days_of(daily, daily * (1 + minutes / minutes.size)), days_of(spike, index="by-user")
    )
    reasons = " ".join(decision.reasons)
    assert "The reads show the same shape each day, highest at 0" in reasons
    assert "growth of" in next(reason for reason in decision.reasons if "The writes" in reason)
    assert "spikes of up to 100 times the usual peak on 1 of 14 days" in reasons


@pytest.mark.parametrize("level", [60, 6000])
def test_a_shape_of_weeks_is_judged_by_whole_weeks_and_is_no_decline(level):
    """Mondays to Fridays, from Monday to the second Sunday: weekends end both weeks."""
    minutes = np.arange(14 * DAY_MINUTES)
    decision = decided(days_of(np.where(minutes // DAY_MINUTES % 7 < 5, level, 1)))
    assert decision.window.cut == 7 * DAY_MINUTES
    assert "The reads show the same shape each week." in decision.reasons
    used = (5 * level + 2) * DAY_MINUTES
    million = Decimal("0.71") + Decimal("0.1425")
    month = million * used / 10**6 * 730 / (7 * 24)
    assert decision.on_demand.usd_per_month == pytest.approx(month)
    growing = np.where(minutes // DAY_MINUTES % 7 < 5, level, 1) * (1 + minutes // DAY_MINUTES // 7)
    assert any("growth of 133 %" in reason for reason in decided(days_of(growing)).reasons)


def test_without_traffic_nothing_is_provisioned_and_that_is_told():
    decision = decided(days_of(np.zeros(14 * DAY_MINUTES)))
    assert decision.decision.setting.mode == "PAY_PER_REQUEST"
    assert decision.decision.usd_per_month == 0
    assert decision.reasons == ("There was no traffic, which costs nothing on demand.",)


@pytest.mark.parametrize("settings", [CapacitySettings("PAY_PER_REQUEST"), CapacitySettings()])
def test_under_a_week_nothing_is_chosen(settings):
    decision = decided(days_of(STEADY[: 6 * DAY_MINUTES], settings=settings))
    assert decision.decision.setting.mode == "PAY_PER_REQUEST"
    assert decision.alternatives == ()
    assert "Only 6.0 days were measured" in decision.reasons[0]


def test_with_gaps_over_five_per_cent_a_table_keeps_what_it_has():
    units = STEADY.astype(float)
    units[3000:4200] = np.nan
    fixed = {("", side): CapacitySetting(250, 250) for side in ("read", "write")}
    declared = TableSetting("PROVISIONED", fixed)
    decision = decided(days_of(units, settings=IMPORTED), declared=declared)
    assert decision.decision == decision.current
    assert decision.decision.setting == declared
    assert "6.0 % of the minutes have no datapoint" in decision.reasons[0]


def test_missing_minutes_count_as_no_demand_and_that_is_told():
    units = STEADY.astype(float)
    units[3000:3100] = np.nan
    decision = decided(days_of(units, settings=IMPORTED))
    assert decision.window.missing == 100
    assert decision.alternatives
    assert any("100 minutes without a datapoint" in text for text in decision.assumptions)


def used_for_an_hour():
    """Minutes of two weeks, of which one hour has datapoints."""
    units = np.full(14 * DAY_MINUTES, np.nan)
    units[5 * DAY_MINUTES + 600 : 5 * DAY_MINUTES + 660] = 60
    return units


def test_what_was_collected_and_has_no_datapoint_was_not_used():
    index = days_of(used_for_an_hour(), index="rare")
    decision = decided(days_of(STEADY), index)
    assert (decision.window.days, decision.window.missing) == (14, 0)
    assert decision.decision.setting.capacity["rare", "read"] == CapacitySetting(1, 1)
    alone = decided(days_of(used_for_an_hour()))
    assert alone.decision.setting.mode == "PAY_PER_REQUEST"
    # On the day on which a table was made, what was before that is no use of it.
    made = used_for_an_hour()[5 * DAY_MINUTES :]
    assert decided(days_of(made)).window.first == 600
    # A day that had not ended when it was collected is known up to its last datapoint.
    *ended, today = days_of(STEADY[: 8 * DAY_MINUTES])
    units = {name: np.where(np.arange(DAY_MINUTES) < 90, 60, np.nan) for name in today.minutes}
    partly = replace(today, minutes=units, complete=False)
    assert decided([*ended, partly]).window.minutes == 7 * DAY_MINUTES + 90


def test_without_any_use_of_what_was_collected_nothing_is_provisioned():
    columns = {f"provisioned_{side}_units": np.full(STEADY.size, 5.0) for side in ("read", "write")}
    idle = np.full(STEADY.size, np.nan)
    decision = decided(days_of(idle, settings=CapacitySettings("PROVISIONED"), **columns))
    assert decision.decision.setting.mode == "PAY_PER_REQUEST"
    assert decision.saving_usd == decision.current.usd_per_month > 0


def test_an_index_that_is_known_for_too_short_is_what_is_named():
    index = days_of(used_for_an_hour(), index="rare", settings=IMPORTED)
    decision = decided(days_of(STEADY), index)
    assert decision.alternatives == ()
    assert "Of index rare only 0.0 days were measured, of the table 14.0" in decision.reasons[0]


def test_an_index_that_came_later_limits_what_is_looked_at():
    later = MONDAY + dt.timedelta(days=5)
    decision = decided(
        days_of(STEADY), days_of(STEADY[: 9 * DAY_MINUTES], index="new", first=later)
    )
    assert decision.window.days == 9
    assert {index for index, _ in decision.decision.setting.capacity} == {"", "new"}


def test_an_index_without_a_datapoint_counts_as_unused():
    empty = np.full(14 * DAY_MINUTES, np.nan)
    decision = decided(days_of(STEADY), days_of(empty, index="idle"))
    assert decision.decision.setting.capacity["idle", "read"] == CapacitySetting(1, 1)
    assert "Index idle has no datapoint and counts as unused." in decision.assumptions


def test_replicas_are_tables_of_their_own_and_their_writes_are_charged_as_replicated():
    settings = CapacitySettings("PAY_PER_REQUEST", replicas=("eu-west-1", "us-east-1"))
    several = (days_of(STEADY, settings=settings), days_of(STEADY, index="by-user"))
    decision = decided(*several)
    # An index has writes of its own, which are not replicated.
    replicated, plain = "replicatedWriteCapacityUsdPerUnitHour", "writeCapacityUsdPerUnitHour"
    lines = decision.decision.lines
    assert lines[replicated] == lines[plain] == Decimal("0.00074") * 73000
    assert {*decision.hourly_units} == {replicated, plain, "readCapacityUsdPerUnitHour"}
    # They cost what writes cost where the book says nothing else.
    dearer = {**PRICES.usd, replicated: Decimal("0.00148")}
    prices = Prices(PRICES.region, PRICES.date, dearer)
    history = table_history([day for part in several for day in part])
    again = decide(history, prices).decision.lines
    assert again[replicated] == 2 * again[plain]
    assert any("replicas in eu-west-1, us-east-1 are not in it" in text
               for text in decision.assumptions)  # fmt: skip


def test_a_table_without_a_datapoint_is_undecided():
    decision = decided(days_of(np.full(14 * DAY_MINUTES, np.nan), settings=IMPORTED))
    assert decision.decision is None
    assert decision.saving_usd is None


def test_what_was_provisioned_is_what_it_costs_now():
    held = np.full(STEADY.size, 1000.0)
    columns = {"provisioned_read_units": held, "provisioned_write_units": held}
    decision = decided(days_of(STEADY, settings=CapacitySettings("PROVISIONED"), **columns))
    assert decision.current.usd_per_month == 10 * decision.decision.usd_per_month
    assert decision.current.within


def test_a_manifest_says_what_is_current():
    declared = TableSetting(
        "PROVISIONED",
        {("", "read"): CapacitySetting(50, 50), ("", "write"): CapacitySetting(100, 100)},
    )
    decision = decided(days_of(STEADY), declared=declared)
    assert decision.current.name == "as declared"
    assert not decision.current.within
    assert decision.current.throttled_share == pytest.approx(0.25, abs=0.001)


def test_a_large_idle_table_belongs_into_infrequent_access():
    prices = PriceBook()("us-east-1")
    big = CapacitySettings(
        "PAY_PER_REQUEST", "STANDARD", items=10**9, size_bytes=2**40, recovery=True
    )
    decision = decide(table_history(days_of(np.full(14 * DAY_MINUTES, 60), settings=big)), prices)
    assert decision.decision.setting.table_class == "STANDARD_INFREQUENT_ACCESS"
    gigabytes = Decimal(2**40 + 10**11) / 2**30
    kept = Decimal("0.10") * gigabytes + Decimal("0.20") * 1024
    assert kept < decision.decision.usd_per_month < kept + 10
    assert decision.decision.setting.spec()["tableClass"] == "STANDARD_INFREQUENT_ACCESS"
    assert all(name.startswith("infrequent") for name in decision.hourly_units)
    assert {*decision.decision.lines} - {*decision.hourly_units} == {
        "infrequentStorageUsdPerGbMonth",
        "recoveryUsdPerGbMonth",
    }


CLASSES = ("STANDARD", "STANDARD_INFREQUENT_ACCESS")


@pytest.mark.parametrize("measured", CLASSES)
@pytest.mark.parametrize("declared", CLASSES)
@pytest.mark.parametrize("gigabytes", [1, 5000])
@pytest.mark.parametrize("units", [60, 60_000])
def test_a_decision_that_is_followed_leaves_nothing_to_save(measured, declared, gigabytes, units):
    settings = CapacitySettings("PAY_PER_REQUEST", measured, 10**6, gigabytes * 2**30)
    history = table_history(days_of(np.full(14 * DAY_MINUTES, units), settings=settings))
    prices = PriceBook()("us-east-1")
    setting = TableSetting("PAY_PER_REQUEST", table_class=declared)
    decision = decide(history, prices, declared=setting)
    assert decision.current.table_class == declared
    best = decision.decision
    low, high = decision.saving_range_usd
    # Every day is like every other, so what is likely is what is saved, storage with it.
    assert low == high == pytest.approx(decision.saving_usd, abs=Decimal("0.01"))
    # The class that is written, or else the one that the manifest has.
    followed = replace(best.setting, table_class=best.setting.table_class or declared)
    assert followed.table_class == best.table_class
    again = decide(history, prices, declared=followed)
    assert again.current.usd_per_month == best.usd_per_month == again.decision.usd_per_month
    assert again.saving_range_usd == (0, 0)


def test_the_likely_saving_is_against_the_capacity_of_each_minute_not_the_least():
    held = np.where(np.arange(STEADY.size) % DAY_MINUTES < DAY_MINUTES // 2, 200.0, 1000.0)
    columns = {"provisioned_read_units": held, "provisioned_write_units": held}
    decision = decided(days_of(STEADY, settings=CapacitySettings("PROVISIONED"), **columns))
    low, high = decision.saving_range_usd
    assert low == high == pytest.approx(decision.saving_usd, abs=Decimal("0.01"))


def test_a_price_that_is_missing_is_an_error_and_never_nothing():
    usd = {name: price for name, price in PRICES.usd.items() if "readCapacity" not in name}
    prices = Prices("ap-southeast-2", "2026-08-13", usd)
    with pytest.raises(MissingPriceError, match="readCapacityUsdPerUnitHour"):
        decide(table_history(days_of(STEADY)), prices)


def test_throttling_and_a_former_mode_are_risks():
    throttles = np.zeros(STEADY.size)
    throttles[500] = 40
    first = days_of(STEADY[: 7 * DAY_MINUTES], settings=CapacitySettings("PROVISIONED"))
    second = days_of(
        STEADY[7 * DAY_MINUTES :],
        first=MONDAY + dt.timedelta(days=7),
        read_throttles_provisioned=throttles,
    )
    risks = " ".join(decided(first, second).risks)
    assert "40 requests were throttled" in risks
    assert "billing mode changed" in risks


def test_a_start_on_demand_above_its_first_units_needs_warm_throughput():
    units = np.zeros(14 * DAY_MINUTES)
    units[::2000] = 60 * 50_000
    held = np.full(units.size, 60_000.0)
    columns = {"provisioned_read_units": held, "provisioned_write_units": held}
    decision = decided(days_of(units, settings=CapacitySettings("PROVISIONED"), **columns))
    assert decision.decision.setting.mode == "PAY_PER_REQUEST"
    assert sum("warmThroughput" in risk for risk in decision.risks) == 2


@pytest.mark.parametrize(
    ("busy", "hours"),
    [((120, 180), {1, 3}), ((8 * 60, 20 * 60), {7, 20}), ((23 * 60, 24 * 60), {22, 0})],
)
def test_a_daily_shape_that_tracking_is_too_late_for_gets_a_schedule(busy, hours):
    minute = np.arange(14 * DAY_MINUTES) % DAY_MINUTES
    units = np.where((minute >= busy[0]) & (minute < busy[1]), 60_000, 600)
    decision = decided(days_of(units))
    named = {candidate.name: candidate for candidate in decision.alternatives}
    best = decision.decision
    assert best == named["searched capacity with schedules"]
    assert best.usd_per_month < Decimal("0.9") * named["searched capacity"].usd_per_month
    assert decision.hindsight.usd_per_month <= best.usd_per_month
    assert 0 <= decision.missed_share < 0.5
    for capacity in best.setting.capacity.values():
        assert {hour for hour, _ in capacity.schedule} == hours
        assert capacity.minimum == max(least for _, least in capacity.schedule)
    schedules = best.setting.spec()["autoScaling"]["read"]["schedules"]
    assert {schedule["schedule"] for schedule in schedules} == {
        f"cron(0 {hour} * * ? *)" for hour in hours
    }
    assert any("daylight saving" in risk for risk in decision.risks)


@pytest.mark.parametrize("name", ["elb_request_count", "CRM", "FB"])
@pytest.mark.parametrize("scale", [10, 1000])
def test_on_real_traces_no_rule_of_thumb_within_the_budget_is_cheaper(name, scale):
    read, write = per_minute(name, scale), per_minute(name, scale, seed=2)
    decision = decided(days_of(read, write[: read.size]))
    budget = [each for each in decision.alternatives if each.within]
    assert decision.decision.within
    assert decision.decision.usd_per_month == min(each.usd_per_month for each in budget)
    # The same settings again, minute by minute, without the search.
    chosen = decision.decision
    again = decided(days_of(read, write[: read.size]), declared=chosen.setting, budget=Budget(0))
    assert again.current.usd_per_month == chosen.usd_per_month


def test_the_piece_of_manifest_is_one_that_validates(tmp_path):
    read = per_minute("CRM", 1000)
    decision = decided(days_of(read), days_of(read, index="by-user"))
    candidates = (*decision.alternatives, decision.hindsight)
    assert {candidate.setting.mode for candidate in candidates} == {
        "PROVISIONED",
        "PAY_PER_REQUEST",
    }
    for number, candidate in enumerate(candidates):
        spec = candidate.setting.spec()
        index = {
            "name": "by-user",
            "partitionKey": {"name": "user", "type": "S"},
            "projection": {"type": "ALL"},
        }
        merged = [index | part for part in spec.pop("globalSecondaryIndexes", [{}])]
        document = {
            "apiVersion": "tablewright.dev/v1",
            "kind": "Table",
            "metadata": {"name": "orders"},
            "spec": {"partitionKey": {"name": "id", "type": "S"}, **spec,
                     "globalSecondaryIndexes": merged},
        }  # fmt: skip
        path = tmp_path / f"{number}.yaml"
        path.write_text(yaml.safe_dump_all([STACK, document]))
        assert len(manifest.load([str(path)], environment={}).tables) == 1
