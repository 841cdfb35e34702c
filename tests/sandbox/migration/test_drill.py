"""A table is restored under another name, compared, and what was made is removed: only that."""

from collections.abc import Callable

import pytest

from tablewright.aws.session import Session
from tablewright.errors import EndpointError
from tablewright.migration.drill.drill import Drills
from tablewright.migration.drill.journal import DrillJournal


@pytest.fixture
def journal(tmp_path) -> DrillJournal:
    return DrillJournal(tmp_path / "drills")


@pytest.fixture
def drills(session: Session, journal: DrillJournal) -> Drills:
    return Drills(session, session.region, journal, lambda _: None)


@pytest.fixture
def orders(session: Session, make_table: Callable[..., str]) -> str:
    """A table with recovery on and seven items; answers its ARN."""
    arn = make_table("orders")
    dynamodb = session.client("dynamodb")
    dynamodb.update_continuous_backups(
        TableName="orders",
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
    )
    for number in range(7):
        dynamodb.put_item(TableName="orders", Item={"id": {"S": str(number)}})
    return arn


def names(session: Session) -> list[str]:
    return list(session.client("dynamodb").list_tables()["TableNames"])


def left_behind(journal: DrillJournal, session: Session) -> list[str]:
    place = f"{session.target.kind}/{session.account_id}/{session.region}"
    return [drill.target for drill in journal.left_over(place)]


def restored(session: Session, source: str, target: str) -> str:
    reply = session.client("dynamodb").restore_table_to_point_in_time(
        SourceTableArn=source, TargetTableName=target, UseLatestRestorableTime=True
    )
    return str(reply["TableDescription"]["TableId"])


def place_of(session: Session) -> str:
    return f"{session.target.kind}/{session.account_id}/{session.region}"


def test_a_table_is_restored_compared_and_removed(session, journal, drills, orders):
    outcome = drills.run("orders")
    assert (outcome.problem, outcome.unread, outcome.left) == ("", "", "")
    assert (outcome.items, outcome.sampled) == (7, outcome.restored_items)
    assert outcome.written is not None
    assert outcome.items - outcome.restored_items <= outcome.written
    assert outcome.differing == 0
    assert names(session) == ["orders"]
    assert left_behind(journal, session) == []


def test_items_that_changed_since_are_seen(session, journal, drills, orders, monkeypatch):
    compared = drills._compared

    def meddled(source, drill):
        session.client("dynamodb").delete_item(TableName="orders", Key={"id": {"S": "3"}})
        return compared(source, drill)

    monkeypatch.setattr(drills, "_compared", meddled)
    outcome = drills.run("orders")
    assert outcome.items == 6
    assert outcome.differing == outcome.restored_items - len({*range(outcome.restored_items)} - {3})


def test_a_table_without_recovery_cannot_be_restored(session, journal, drills, make_table):
    make_table("orders")
    outcome = drills.run("orders")
    assert "recovery" in outcome.problem.lower()
    assert outcome.left == ""
    assert left_behind(journal, session) == []
    assert drills.run("none").problem == "there is no such table"


@pytest.mark.parametrize("answered", [True, False])
def test_what_a_killed_drill_has_left_is_removed_by_the_next(
    session, journal, drills, orders, answered
):
    drill = journal.begin(place_of(session), orders)
    id_ = restored(session, orders, drill.target)
    if answered:
        journal.restoring(drill, id_)
    drills.clean_up()
    assert names(session) == ["orders"]
    assert left_behind(journal, session) == []


def test_a_drill_that_was_killed_before_it_asked_leaves_nothing(session, journal, drills, orders):
    journal.begin(place_of(session), orders)
    drills.clean_up()
    assert names(session) == ["orders"]
    assert left_behind(journal, session) == []


def test_a_table_that_only_has_the_name_is_never_removed(
    session, journal, drills, orders, make_table
):
    known, unknown = (journal.begin(place_of(session), orders) for _ in range(2))
    journal.restoring(known, "an id that AWS has given another table")
    make_table(known.target)
    make_table(unknown.target)
    drills.clean_up()
    assert names(session) == sorted(["orders", known.target, unknown.target])


def test_what_another_account_has_begun_is_left_alone(session, journal, drills, orders):
    drill = journal.begin("aws/999999999999/eu-west-1", orders)
    restored(session, orders, drill.target)
    drills.clean_up()
    assert drill.target in names(session)


def test_a_restore_that_is_not_allowed_says_nothing_of_the_table(session, drills, orders, refuse):
    refuse("dynamodb", "RestoreTableToPointInTime")
    outcome = drills.run("orders")
    assert (outcome.problem, outcome.left) == ("", "")
    assert "RestoreTableToPointInTime" in outcome.unread


def test_a_drill_that_still_runs_is_no_leftover(session, journal, drills, orders, monkeypatch):
    compared = drills._compared

    def beside_another(source, drill):
        Drills(session, session.region, journal, print).clean_up()
        assert drill.target in names(session)
        return compared(source, drill)

    monkeypatch.setattr(drills, "_compared", beside_another)
    outcome = drills.run("orders")
    assert (outcome.problem, outcome.unread, outcome.left) == ("", "", "")
    assert names(session) == ["orders"]


def test_a_restore_whose_answer_was_lost_is_looked_for_by_the_next(
    session, journal, drills, orders, monkeypatch
):
    def lost(*_):
        raise EndpointError("the connection broke off, and it may have been done", "go on")

    monkeypatch.setattr(drills, "_restored", lost)
    outcome = drills.run("orders")
    assert left_behind(journal, session) == [outcome.left]
    restored(session, orders, outcome.left)  # AWS was slow
    drills.clean_up()
    assert names(session) == ["orders"]
    assert left_behind(journal, session) == []


def test_an_interrupted_drill_says_what_is_left(
    session, journal, drills, orders, monkeypatch, capsys
):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(drills, "_compared", interrupted)
    monkeypatch.setattr(drills, "_say", print)
    with pytest.raises(KeyboardInterrupt):
        drills.run("orders")
    [left] = left_behind(journal, session)
    assert f"table {left} is left" in capsys.readouterr().out
    drills.clean_up()
    assert names(session) == ["orders"]


def test_what_cannot_be_removed_is_said_and_remembered(session, journal, drills, orders, refuse):
    refuse("dynamodb", "DeleteTable")
    outcome = drills.run("orders")
    assert left_behind(journal, session) == [outcome.left]
    assert outcome.left in names(session)
