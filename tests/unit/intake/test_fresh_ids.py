"""Fresh ids."""

from gongdan.intake.adapters.fresh_ids import FreshIds


def test_ids_are_of_version_4_and_unlike_each_other_also_in_two_processes() -> None:
    one, other = FreshIds(), FreshIds()
    made = [ids() for _ in range(5_000) for ids in (one, other)]
    assert len(set(made)) == 10_000
    assert {found.version for found in made} == {4}
