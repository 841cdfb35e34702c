"""Our loader of descriptions gives what botocore's gives, and looks at less for it."""

import os
from pathlib import Path
from unittest import mock

import pytest
from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.loaders import Loader

from tablewright.aws.connection import open_session
from tablewright.aws.service_loader import ServiceLoader


def test_every_session_of_ours_uses_it():
    assert isinstance(open_session(None).get_component("data_loader"), ServiceLoader)


def test_a_service_is_loaded_without_a_look_into_the_folders_of_others():
    names = os.listdir
    with mock.patch.object(os, "listdir", side_effect=names) as listed:
        model = ServiceLoader().load_service_model("sts", "service-2")
    assert {Path(call.args[0]).name for call in listed.call_args_list} <= {"sts"}
    assert model == Loader().load_service_model("sts", "service-2")


def test_its_services_are_all_that_botocore_can_make_a_client_of():
    listed = set(ServiceLoader().list_available_services("service-2"))
    for kind in ("service-2", "endpoint-rule-set-1"):  # what a client cannot do without
        assert listed == set(Loader().list_available_services(kind))


def test_what_is_not_there_is_refused_as_botocore_refuses_it():
    with pytest.raises(UnknownServiceError):
        ServiceLoader().load_service_model("no-such-service", "service-2")
    services = ServiceLoader().list_available_services("service-2")
    without = min({*services} - {*Loader().list_available_services("waiters-2")})
    with pytest.raises(DataNotFoundError):  # which is what botocore expects where it asks
        ServiceLoader().load_service_model(without, "waiters-2")
