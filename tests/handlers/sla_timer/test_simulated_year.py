"""Weeks of tickets under changing policies and calendars, with kills, rebalances and absences: what was said is what
a slow calculator finds in the log. A whole year runs by `python -m tests.bench.sla_year`."""

import pytest

from tests.kit.sla_year.calculator import Calculator, differences
from tests.kit.sla_year.log import Log
from tests.kit.sla_year.run import Year, found


@pytest.mark.parametrize("seed", [1, 2])
async def test_what_is_said_is_what_the_log_promises_no_sooner_and_no_more_often(
    fresh_database: str, seed: int
) -> None:
    year = Year(Log(seed=seed, tickets=60, days=45, changes=3), fresh_database, step=180)
    await year.replicas[0].floor.db.start()
    await year.run()
    result = await found(year.replicas[0].floor.db)
    await year.stop()
    expected = Calculator(year.log, year.turns).run()
    assert result.wrong == []
    assert list(differences(expected, result.said)) == []
    assert year.killed > 0
    assert {key[5] for key in expected} == {"50%", "80%", "breach", "level 1", "level 2"}
