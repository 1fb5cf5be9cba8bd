"""The corpora are others' data and not part of the project: without them these tests say so instead of passing."""

from pathlib import Path

import pytest

from tests.corpus.places import CORPUS


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of the corpora; a test that asks for it is not run where there is none, and the summary says so."""
    if not CORPUS.is_dir():
        pytest.skip("the corpora are not beside this checkout (../shared/corpus), so nothing was compared")
    return CORPUS
