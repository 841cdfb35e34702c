"""Where botocore's descriptions of services are looked for: in a service's own folder alone."""

from __future__ import annotations

import os
from functools import cached_property

from botocore.loaders import Loader


class ServiceLoader(Loader):  # type: ignore[misc] # botocore has no types
    """Botocore's loader, which takes each folder of its data for a service.

    Its own looks into all four hundred of them before it loads one, for each kind of description
    once more: 20 ms of each process that calls AWS, and as many again.
    """

    def list_available_services(self, type_name: str) -> list[str]:
        """Names of all services; one that has no such description is found out when it is loaded.

        Args:
            type_name: kind of description, such as `service-2`; the folders are those of all.
        """
        del type_name
        return self._services

    @cached_property
    def _services(self) -> list[str]:
        names: set[str] = set()
        for path in filter(os.path.isdir, self.search_paths):
            with os.scandir(path) as entries:
                names.update(entry.name for entry in entries if entry.is_dir())
        return sorted(names)
