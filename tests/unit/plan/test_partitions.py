"""Partitions agree with botocore's own list of them."""

import pytest
from botocore.loaders import create_loader

from tablewright.plan.partitions import dns_suffix, partition_of_region

PARTITIONS = create_loader().load_data("endpoints")["partitions"]


@pytest.mark.parametrize("partition", PARTITIONS, ids=lambda each: each["partition"])
def test_every_region_has_its_partition_and_suffix(partition):
    name = partition["partition"]
    assert {partition_of_region(region) for region in partition["regions"]} <= {name}
    assert dns_suffix(name) == partition["dnsSuffix"]


def test_a_region_that_is_not_known_yet_is_of_the_usual_partition():
    assert partition_of_region("somewhere-south-9") == "aws"
