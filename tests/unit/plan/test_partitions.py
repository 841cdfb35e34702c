"""Partitions agree with botocore's own list of them."""

from botocore.loaders import create_loader

from tablewright.plan.partitions import dns_suffix, partition_of_region


def test_every_region_has_its_partition_and_suffix():
    partitions = create_loader().load_data("endpoints")["partitions"]
    assert partitions
    for partition in partitions:
        name = partition["partition"]
        assert {partition_of_region(region) for region in partition["regions"]} <= {name}
        assert dns_suffix(name) == partition["dnsSuffix"], name


def test_a_region_that_is_not_known_yet_is_of_the_usual_partition():
    assert partition_of_region("somewhere-south-9") == "aws"
