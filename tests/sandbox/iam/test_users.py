"""Users that are renamed or moved: their tags go with them, and leave nothing behind."""

import pytest
from botocore.exceptions import ClientError

TAGS = [{"Key": "Team", "Value": "data"}]


def tags(iam, name):
    return iam.list_user_tags(UserName=name)["Tags"]


@pytest.mark.parametrize(
    "change", [{"NewUserName": "writer"}, {"NewPath": "/other/"}], ids=["name", "path"]
)
def test_tags_go_with_a_user_and_whoever_has_its_former_arn_gets_none(world, change):
    world.iam.create_user(UserName="reader", Tags=TAGS)
    world.iam.update_user(UserName="reader", **change)
    moved = change.get("NewUserName", "reader")
    assert tags(world.iam, moved) == TAGS
    world.iam.delete_user(UserName=moved)
    world.iam.create_user(UserName="reader")
    assert tags(world.iam, "reader") == []


def test_a_refused_rename_leaves_the_tags(world):
    world.iam.create_user(UserName="reader", Tags=TAGS)
    world.iam.create_user(UserName="writer")
    with pytest.raises(ClientError, match="already exists"):
        world.iam.update_user(UserName="reader", NewUserName="writer")
    assert (tags(world.iam, "reader"), tags(world.iam, "writer")) == (TAGS, [])
