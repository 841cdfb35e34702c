"""Sessions of botocore with the credentials that one instance shall use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import botocore.session
from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    AssumeRoleWithWebIdentityCredentialFetcher,
)
from botocore.exceptions import PartialCredentialsError, ProfileNotFound

from tablewright.aws.connection import open_session, renew_credentials
from tablewright.aws.guard import host_of, is_loopback
from tablewright.errors import CredentialsError, InputError

from .configuration import Configuration, seconds_of

ClientMaker = Callable[[botocore.session.Session, str, str], Any]


class SessionMaker:
    """Opens the session of an instance: its keys, its profile, the roles it assumes.

    Args:
        configuration: of the instance.
        environment: of its engine; this process's own has no word in it.
        make_client: of a session, for a service in a region; STS is asked with it.
    """

    def __init__(
        self,
        configuration: Configuration,
        environment: Mapping[str, str],
        make_client: ClientMaker,
    ) -> None:
        self._configuration = configuration
        self._environment = environment
        self._make_client = make_client

    def open(self) -> botocore.session.Session:
        """The session to make clients from.

        Raises:
            CredentialsError: there are none, or half of them.
        """
        session = self._bare_session()
        get = self._configuration.get
        key, secret = get("accessKey"), get("secretKey")
        if key or secret:
            if not (key and secret):
                message = "aws:accessKey and aws:secretKey must be given together"
                raise InputError(message, "set both, or neither to use the environment")
            session.set_credentials(key, secret, get("token"))
        elif self._environment.get("AWS_ACCESS_KEY_ID") and not get("profile"):
            session.set_credentials(
                self._environment["AWS_ACCESS_KEY_ID"],
                self._environment.get("AWS_SECRET_ACCESS_KEY", ""),
                self._environment.get("AWS_SESSION_TOKEN"),
            )
        else:
            self._require_credentials(session)
        if get("assumeRoleWithWebIdentity"):
            session = self._with_web_identity(session, get("assumeRoleWithWebIdentity"))
        for role in get("assumeRoles") or ():
            session = self._with_role(session, role)
        return session

    def _bare_session(self) -> botocore.session.Session:
        """A session that knows the instance's environment and no other, without credentials."""
        loopback = is_loopback(host_of(self._environment.get("AWS_ENDPOINT_URL", "")))
        session = open_session("sandbox" if loopback else None, environment=self._environment)
        for name, value in self._session_variables().items():
            session.set_config_variable(name, value)
        return session

    def _session_variables(self) -> dict[str, str]:
        get = self._configuration.get
        home = Path(self._environment.get("HOME", "~"))
        variables: dict[str, str] = {}
        for name, variable, configured, file in (
            ("config_file", "AWS_CONFIG_FILE", "sharedConfigFiles", "config"),
            (
                "credentials_file",
                "AWS_SHARED_CREDENTIALS_FILE",
                "sharedCredentialsFiles",
                "credentials",
            ),
        ):
            files = get(configured) or [
                self._environment.get(variable) or str(home / ".aws" / file)
            ]
            variables[name] = files[0]
        profile = get("profile") or self._environment.get("AWS_PROFILE")
        if profile:
            variables["profile"] = profile
        return variables

    def _require_credentials(self, session: botocore.session.Session) -> None:
        next_step = (
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or aws:profile"
        )
        try:
            credentials = session.get_credentials()
        except ProfileNotFound as error:
            name = session.get_config_variable("profile")
            message = f"the AWS profile {name} does not exist"
            raise CredentialsError(message, "correct AWS_PROFILE or aws:profile") from error
        except PartialCredentialsError as error:
            message = "the AWS credentials are incomplete: a secret key is missing"
            raise CredentialsError(message, next_step) from error
        if credentials is None:
            message = "no AWS credentials were found"
            raise CredentialsError(message, next_step)

    def _sts_of(self, session: botocore.session.Session) -> Callable[..., Any]:
        region = self._configuration.get("stsRegion") or self._configuration.region or "us-east-1"
        return lambda service, **_: self._make_client(session, service, region)

    def _with_role(
        self, session: botocore.session.Session, role: Mapping[str, Any]
    ) -> botocore.session.Session:
        fetcher = AssumeRoleCredentialFetcher(
            client_creator=self._sts_of(session),
            source_credentials=session.get_credentials(),
            role_arn=role["roleArn"],
            extra_args=_session_arguments(role),
        )
        return self._refreshing("assume-role", fetcher)

    def _with_web_identity(
        self, session: botocore.session.Session, role: Mapping[str, Any]
    ) -> botocore.session.Session:
        file = Path(role.get("webIdentityTokenFile") or "")
        token = role.get("webIdentityToken")
        fetcher = AssumeRoleWithWebIdentityCredentialFetcher(
            client_creator=self._sts_of(session),
            web_identity_token_loader=lambda: token or file.read_text("utf-8").strip(),
            role_arn=role["roleArn"],
            extra_args=_session_arguments(role),
        )
        return self._refreshing("assume-role-with-web-identity", fetcher)

    def _refreshing(self, method: str, fetcher: Any) -> botocore.session.Session:
        return renew_credentials(self._bare_session(), method, fetcher.fetch_credentials)


def _session_arguments(role: Mapping[str, Any]) -> dict[str, Any]:
    arguments = {
        "RoleSessionName": role.get("sessionName") or "tablewright",
        "ExternalId": role.get("externalId"),
        "Policy": role.get("policy"),
        "PolicyArns": [{"arn": arn} for arn in role.get("policyArns") or ()],
        "SourceIdentity": role.get("sourceIdentity"),
        "Tags": [{"Key": key, "Value": value} for key, value in (role.get("tags") or {}).items()],
        "TransitiveTagKeys": role.get("transitiveTagKeys"),
        "DurationSeconds": seconds_of(role["duration"]) if role.get("duration") else None,
    }
    return {name: value for name, value in arguments.items() if value}
