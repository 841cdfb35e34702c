"""Which stacks `--stack` means."""

import pytest

from tablewright import manifest
from tablewright.cli.inputs.each_stack import worst
from tablewright.deploy.stack_selection import chosen_stacks, one_stack
from tablewright.errors import UsageError
from tablewright.manifest.rendering import render


def stacks(*ids: str) -> tuple[manifest.StackManifest, ...]:
    return tuple(
        manifest.load_text(
            render(
                [
                    {
                        "apiVersion": "tablewright.dev/v1",
                        "kind": "Stack",
                        "metadata": {"name": id_.partition("/")[0]},
                        "spec": {
                            "region": "eu-west-1",
                            "environment": id_.partition("/")[2] or "dev",
                            "tags": {"Team": "web", "CostCenter": "7"},
                        },
                    }
                ]
            ),
            {},
        )
        for id_ in ids
    )


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ((), [("shop", None, "shop"), ("blog", None, "blog")]),
        (("blog",), [("blog", None, "blog")]),
        (("blog", "shop"), [("blog", None, "blog"), ("shop", None, "shop")]),
        (
            ("organization/shop/qa",),
            [("shop", "organization/shop/qa", "organization/shop/qa")],
        ),
    ],
)
def test_of_several_stacks_each_value_names_one(given, meant):
    chosen = chosen_stacks(stacks("shop", "blog"), given)
    assert [(each.called, each.pulumi_stack, each.option) for each in chosen] == meant


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ((), [("shop/eu", None, "shop/eu"), ("shop/us", None, "shop/us"), ("blog", None, "blog")]),
        (("shop/us",), [("shop/us", None, "shop/us")]),
        (("blog/dev",), [("blog", None, "blog")]),
        (
            ("organization/shop/us",),
            [("shop/us", "organization/shop/us", "organization/shop/us")],
        ),
    ],
)
def test_of_two_stacks_of_one_name_the_environment_says_which(given, meant):
    chosen = chosen_stacks(stacks("shop/eu", "shop/us", "blog"), given)
    assert [(each.called, each.pulumi_stack, each.option) for each in chosen] == meant


def test_the_only_stack_may_be_named_with_its_environment():
    (chosen,) = chosen_stacks(stacks("shop"), ("shop/dev",))
    assert (chosen.called, chosen.pulumi_stack) == ("shop", None)


@pytest.mark.parametrize("given", ["qa", "dev", "organization/shop/qa", "organization/other/qa"])
def test_of_one_stack_the_value_is_its_pulumi_stack(given):
    (chosen,) = chosen_stacks(stacks("shop"), (given,))
    assert (chosen.called, chosen.pulumi_stack) == ("shop", given)


@pytest.mark.parametrize(
    ("names", "given", "fix"),
    [
        (("shop",), ("shop",), "leave it out for shop/dev; give organization/shop/shop for"),
        (("shop",), ("dev", "qa"), "give it once"),
        (("shop", "blog"), ("shopp",), "did you mean shop?"),
        (("shop", "blog"), ("zebra",), "name one of shop, blog"),
        (("shop", "blog"), ("shop/qa",), "name one of shop, blog"),
        (("shop/eu", "shop/us"), ("shop",), "give --stack shop/eu or --stack shop/us"),
        (
            ("shop/eu", "shop/us"),
            ("organization/shop/qa",),
            "give --stack shop/eu or --stack shop/us",
        ),
        (("shop/eu", "shop/us"), ("shop/eu", "organization/shop/eu"), "name it once"),
        (("shop", "blog"), ("shop", "organization/shop/dev"), "name it once"),
    ],
)
def test_what_names_no_stack_or_could_name_two_is_refused(names, given, fix):
    with pytest.raises(UsageError) as refused:
        chosen_stacks(stacks(*names), given)
    assert fix in refused.value.next_step


def test_a_command_about_one_stack_takes_the_named_one_of_several():
    assert [each.called for each in one_stack("blog")(stacks("shop", "blog"))] == ["blog"]
    with pytest.raises(UsageError, match="several stacks, and this command is about one"):
        one_stack(None)(stacks("shop", "blog"))


@pytest.mark.parametrize(
    ("statuses", "one"),
    [([], 0), ([0, 0], 0), ([0, 4], 4), ([4, 3], 3), ([3, 2, 4], 2), ([2, 1], 1), ([1, 130], 130)],
)
def test_the_exit_status_is_the_worst_one(statuses, one):
    assert worst(statuses) == one
