"""Where states are kept, under which names, with which passphrase and environment."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tablewright.engine import Backend, StackPlace, State
from tablewright.engine.run.environment import engine_environment
from tablewright.engine.state.passphrase import passphrase_environment
from tablewright.engine.state.repair import repair_attributes
from tablewright.errors import BackendError, PassphraseError, UsageError


@pytest.mark.parametrize(
    ("given", "url", "folder"),
    [
        ("/srv/states", "file:///srv/states", "/srv/states"),
        (Path("/srv/a b"), "file:///srv/a b", "/srv/a b"),
        ("file:///srv/a%20b?no_tmp_dir=true", "file:///srv/a b", "/srv/a b"),
        ("s3://bucket?region=x", "s3://bucket?region=x", None),
        ("https://api.example.com", "https://api.example.com", None),
    ],
)
def test_a_backend_is_read_as_people_give_it(given, url, folder):
    backend = Backend.of(given)
    assert backend.url == url
    assert backend.folder == (Path(folder) if folder else None)


def test_a_relative_folder_and_a_home_are_made_absolute(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Backend.of("./states").folder == tmp_path / "states"
    assert Backend.of("~/states").folder == tmp_path / "states"


@pytest.mark.parametrize(
    "name",
    [
        "meta.yaml",
        "stacks/shop/dev.json",
        "stacks/shop/dev.json.bak",
        "history/shop/dev/dev-1.history.json",
    ],
)
def test_attributes_of_which_a_kill_left_nothing_are_removed(tmp_path, name):
    """The engine itself can read neither them nor their file any more."""
    file = tmp_path / ".pulumi" / f"{name}.attrs"
    file.parent.mkdir(parents=True, exist_ok=True)
    place = StackPlace(Backend.of(tmp_path), "shop", "dev")
    file.write_text('{"md5": "x"}')
    repair_attributes(place)
    assert file.exists(), "whole ones stay"
    file.write_text("")
    repair_attributes(place)
    assert not file.exists()


def test_attributes_of_other_stacks_are_left_to_their_own_runs(tmp_path):
    other = tmp_path / ".pulumi/stacks/shop/prod.json.attrs"
    other.parent.mkdir(parents=True)
    other.touch()
    repair_attributes(StackPlace(Backend.of(tmp_path), "shop", "dev"))
    repair_attributes(StackPlace(Backend.of("s3://bucket"), "shop", "dev"))
    assert other.exists()


def test_a_url_without_a_place_is_refused():
    with pytest.raises(UsageError, match="names no place"):
        Backend.of("s3://")


def test_the_default_is_a_folder_of_the_user(tmp_path):
    assert Backend.default({"TABLEWRIGHT_HOME": str(tmp_path)}).folder == tmp_path / "stacks"
    assert Backend.default({}).folder.is_absolute()


def test_only_a_login_service_is_a_cloud():
    assert Backend.of("https://api.pulumi.com").is_cloud
    assert not Backend.of("s3://b").is_cloud


def test_the_files_of_a_stack_lie_where_the_engine_puts_them(tmp_path):
    place = StackPlace(Backend.of(tmp_path), "shop", "dev")
    assert place.full_name == "organization/shop/dev"
    assert place.state_file == tmp_path / ".pulumi/stacks/shop/dev.json"
    assert place.lock_folder == tmp_path / ".pulumi/locks/organization/shop/dev"
    assert place.own_folder == tmp_path / ".tablewright/shop/dev"


def test_a_stack_elsewhere_has_no_files_and_a_cloud_knows_the_project_itself():
    bucket = StackPlace(Backend.of("s3://b"), "shop", "dev")
    assert (bucket.state_file, bucket.lock_folder, bucket.own_folder) == (None, None, None)
    assert bucket.full_name == "organization/shop/dev"
    assert StackPlace(Backend.of("https://api.pulumi.com"), "shop", "dev").full_name == "dev"


def test_preparing_makes_the_folder_and_refuses_one_that_cannot_be(tmp_path):
    Backend.of(tmp_path / "a/b").prepare()
    assert (tmp_path / "a/b").is_dir()
    Backend.of("s3://b").prepare()
    (tmp_path / "file").write_text("")
    with pytest.raises(BackendError):
        Backend.of(tmp_path / "file/states").prepare()


@pytest.fixture
def place(tmp_path) -> StackPlace:
    return StackPlace(Backend.of(tmp_path), "shop", "dev")


BUCKET = StackPlace(Backend.of("s3://b"), "shop", "dev")
SALTED = State(salt="v1:x", encrypted_by="passphrase")


def test_a_given_passphrase_wins(place):
    found = passphrase_environment(place, SALTED, "mine", {"PULUMI_CONFIG_PASSPHRASE": "env"})
    assert found == {"PULUMI_CONFIG_PASSPHRASE": "mine"}


def test_one_that_was_made_for_the_stack_wins_over_the_users_variable(place):
    made = passphrase_environment(place, None, None, {})
    assert passphrase_environment(place, SALTED, None, {"PULUMI_CONFIG_PASSPHRASE": "env"}) == made


def test_a_made_passphrase_is_long_and_for_its_owner_alone(place):
    path = Path(passphrase_environment(place, None, None, {})["PULUMI_CONFIG_PASSPHRASE_FILE"])
    assert len(path.read_text()) == 64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["passphrase"]


def test_the_users_variables_are_passed_on(place, tmp_path):
    file = tmp_path / "phrase"
    file.write_text("x")
    given = {"PULUMI_CONFIG_PASSPHRASE_FILE": str(file)}
    assert passphrase_environment(place, SALTED, None, given) == given
    given = {"PULUMI_CONFIG_PASSPHRASE": ""}
    assert passphrase_environment(BUCKET, None, None, given) == given


def test_a_passphrase_file_that_is_not_there_is_named(place):
    with pytest.raises(PassphraseError, match="names /nowhere"):
        passphrase_environment(place, None, None, {"PULUMI_CONFIG_PASSPHRASE_FILE": "/nowhere"})


def test_an_unknown_passphrase_is_refused_and_never_made_anew(place):
    for where, state in ((place, SALTED), (BUCKET, None), (BUCKET, SALTED)):
        with pytest.raises(PassphraseError) as caught:
            passphrase_environment(where, state, None, {})
        assert caught.value.next_step


def test_a_stack_with_keys_of_its_own_needs_no_passphrase(place):
    keyed = State(encrypted_by="cloud")
    cloud = StackPlace(Backend.of("https://api.pulumi.com"), "shop", "dev")
    assert passphrase_environment(place, keyed, None, {}) == {}
    assert passphrase_environment(cloud, None, None, {}) == {}


OUTSIDE = {
    "HOME": "/home/ada",
    "AWS_REGION": "eu-west-1",
    "PULUMI_BACKEND_URL": "s3://theirs",
    "PULUMI_STACK": "theirs",
    "PULUMI_HOME": "/home/ada/.pulumi",
    "PULUMI_ACCESS_TOKEN": "token",
    "PULUMI_CONFIG_PASSPHRASE": "phrase",
}


def test_of_the_users_pulumi_variables_only_the_login_is_inherited():
    found = engine_environment(OUTSIDE, Backend.of("/states"), Path("/ours"))
    assert found["PULUMI_BACKEND_URL"] == "file:///states"
    assert found["PULUMI_ACCESS_TOKEN"] == "token"
    assert found["AWS_REGION"] == "eu-west-1"
    assert not {"PULUMI_STACK", "PULUMI_CONFIG_PASSPHRASE"} & found.keys()


def test_with_a_home_of_ours_nothing_is_downloaded():
    ours = engine_environment(OUTSIDE, Backend.of("/states"), Path("/ours"))
    theirs = engine_environment(OUTSIDE, Backend.of("/states"), None)
    assert ours["PULUMI_HOME"] == "/ours"
    assert ours["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] == "true"
    assert theirs["PULUMI_HOME"] == "/home/ada/.pulumi"
    assert "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION" not in theirs


def test_the_engine_of_a_large_stack_holds_less_garbage_and_has_no_limit():
    """Near a limit it does nothing but collect garbage."""
    few = engine_environment(OUTSIDE, Backend.of("/states"), None, resources=1500)
    many = engine_environment(OUTSIDE, Backend.of("/states"), None, resources=1501)
    assert (few["GOGC"], few["GOMEMLIMIT"]) == ("400", "1GiB")
    assert (many["GOGC"], many["GOMEMLIMIT"]) == ("100", "off")


def test_the_users_own_memory_settings_are_kept():
    outside = {**OUTSIDE, "GOGC": "off", "GOMEMLIMIT": "9GiB"}
    found = engine_environment(outside, Backend.of("/states"), None)
    assert (found["GOGC"], found["GOMEMLIMIT"]) == ("off", "9GiB")


@pytest.mark.parametrize("given", ["s3://[::1/x", "https://[x]/", "file://[::1/x"])
def test_what_is_no_url_is_no_backend(given):
    with pytest.raises(UsageError, match="is not a URL"):
        Backend.of(given)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("nonsense", "neither a folder that exists nor a URL"),
        ("s4://bucket", "keeps no state at s4:"),
    ],
)
def test_a_place_that_is_a_mistake_is_refused(given, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=words):
        Backend.of(given)


def test_a_folder_that_exists_needs_no_path_before_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "states").mkdir()
    assert Backend.of("states").folder == tmp_path / "states"
