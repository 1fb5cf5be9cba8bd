"""Service level policies, and the catalog that holds them."""

from gongdan.shared.definitions.catalog import Catalog, catalog_of
from gongdan.shared.definitions.registry import Definition, check

MINUTES = {"first_response": {"urgent": "10m", "*": "60m"}, "resolution": {"urgent": "60m", "*": "240m"}}


def policy(name: str = "default", version: int = 1, workspace: str | None = None, **spec: object) -> Definition:
    """A policy: an hour to the first response and four to the resolution, sooner for urgent, warned at 80 %."""
    document = {
        "kind": "SlaPolicy",
        "metadata": {"name": name, "workspace": workspace},
        "spec": {"targets": MINUTES} | spec,
    }
    return check(document, version)


def catalog(*definitions: Definition, revision: int = 1) -> Catalog:
    """A catalog of these, or of the usual policy alone."""
    return catalog_of(revision, definitions or (policy(),))
