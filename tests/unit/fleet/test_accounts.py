"""The file of a fleet's accounts: each role with its external id, each mistake with its line."""

import pytest

from tablewright.errors import InputError, UsageError
from tablewright.fleet.accounts import AccountRole, OrganizationRole, read_accounts, roles_in

READER = "arn:aws:iam::111111111111:role/reader"
CHINA = "arn:aws-cn:iam::222222222222:role/path/reader"


def test_a_role_a_line_with_its_external_id():
    text = f"# who may look\n\n{READER} s3cret  # the shop\n  {CHINA}\n"
    roles = roles_in(text, "accounts.txt")
    assert roles == (AccountRole(READER, "s3cret"), AccountRole(CHINA))
    assert [role.account_id for role in roles] == ["111111111111", "222222222222"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "accounts.txt has no roles"),
        ("# nobody\n", "accounts.txt has no roles"),
        (f"{READER}\nreader\n", "accounts.txt:2 is no role"),
        ("arn:aws:iam::1:role/reader", "accounts.txt:1 is no role"),
        ("arn:aws:iam::111111111111:user/reader", "accounts.txt:1 is no role"),
        (f"{READER} secret more", "accounts.txt:1 is no role"),
        (f"{READER}\n{READER} x", "accounts.txt:2: account 111111111111 is on line 1 already"),
    ],
)
def test_a_mistake_is_told_by_its_line(text, complaint):
    with pytest.raises(InputError, match=complaint):
        roles_in(text, "accounts.txt")


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("organization:reader", AccountRole(READER)),
        ("organization:reader:a:b", AccountRole(READER, "a:b")),
        ("organization:path/reader:", AccountRole(READER.replace("reader", "path/reader"))),
    ],
)
def test_the_role_of_an_organization_may_want_an_external_id(text, role):
    organization = read_accounts(text)
    assert isinstance(organization, OrganizationRole)
    assert organization.of("111111111111", "aws") == role


def test_an_organization_without_a_role_is_refused():
    with pytest.raises(UsageError, match="names no role"):
        read_accounts("organization:")
