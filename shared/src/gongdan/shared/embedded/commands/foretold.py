"""What a change of definitions would mean, as sentences: rules that nobody would reach, tickets of other policies."""

from collections.abc import Sequence

from gongdan.shared.embedded.client import Client, Json

IMPACT = "/v1/definitions/impact"
MOST_ASKED = 1_000
# The kinds that decide which policy a ticket falls under: policies, and the fields that their conditions look at.
SELECTING = {"SlaPolicy", "Form"}


def foretold(client: Client, report: Json) -> list[str]:
    """Everything that a dry run says beside the differences, a line each."""
    return [*map(_unreachable, report["unreachable"]), *_impact(client, report["definitions"])]


def _unreachable(one: Json) -> str:
    place = one["workspace"] or "every workspace without rules of its own"
    return f"in {place}, rule {one['rule']} would never be reached: {one['hidden_by']} {one['why']}"


def _impact(client: Client, definitions: Sequence[Json]) -> list[str]:
    """What would change for open tickets."""
    selecting = [item for item in definitions if item["kind"] in SELECTING and item["result"] != "unchanged"]
    if not selecting:
        return []
    documents = [item["document"] for item in selecting if item["document"]]
    gone = [f"{item['kind']}/{item['workspace'] or ''}/{item['name']}" for item in selecting if not item["document"]]
    found = client.post(IMPACT, documents[:MOST_ASKED], query={"deleted": gone[:MOST_ASKED]})
    lines = [
        f"{one['count']} open tickets would go from {_policy(one['before'])} to {_policy(one['after'])}, "
        f"such as {', '.join(one['tickets'][:3])}"
        for one in found["moves"]
    ]
    kept = [
        f"{one['count']} open tickets stay with {_policy(one['policy'])}, which changes" for one in found["retargeted"]
    ]
    more = [] if found["complete"] else [f"only {found['tickets']} open tickets were looked at"]
    return [*lines, *kept, *more]


def _policy(found: Json | None) -> str:
    return f"SlaPolicy {found['name']}" if found else "no SlaPolicy"
