"""A form changes while tickets are open that were made with it: their clocks follow what policies see of them now."""

from gongdan.shared.contracts.sla import ClockRetargeted
from gongdan.shared.definitions.registry import Definition, check
from tests.handlers.sla_timer.floor import Floor
from tests.kit.policies import catalog, policy
from tests.kit.story import Story

COSTLY = policy("costly", order=1, when="fields.cost != null", targets={"resolution": {"*": "1h"}})
USUAL = policy(targets={"resolution": {"*": "8h"}})


def repair(version: int, **properties: object) -> Definition:
    """The form."""
    document = {
        "kind": "Form",
        "metadata": {"name": "repair", "workspace": "support"},
        "spec": {"schema": {"type": "object", "properties": properties}},
    }
    return check(document, version)


async def test_a_field_that_changes_its_type_re_targets_the_open_tickets_whose_value_fits_no_more(floor: Floor) -> None:
    story = Story(fields={"cost": 149.5})
    await floor.follows(catalog(COSTLY, USUAL, repair(1, cost={"type": "number"}), revision=2), story.at(0))
    await floor.hears(story.opened())
    await floor.follows(catalog(COSTLY, USUAL, repair(2, cost={"type": "integer"}), revision=3), story.at(10))
    (told,) = await floor.said(ClockRetargeted)
    assert (told.data.policy, told.data.due_at) == ("default", story.at(8 * 60))


async def test_a_form_that_changes_in_what_no_policy_looks_at_leaves_all_clocks_alone(floor: Floor) -> None:
    story = Story(fields={"cost": 149.5})
    number = {"type": "number"}
    await floor.follows(catalog(COSTLY, USUAL, repair(1, cost=number), revision=2), story.at(0))
    await floor.hears(story.opened())
    await floor.follows(
        catalog(COSTLY, USUAL, repair(2, cost=number, room={"type": "string"}), revision=3), story.at(10)
    )
    assert await floor.said(ClockRetargeted) == []
    assert floor.policies.revision == 2
