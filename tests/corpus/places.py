"""Where the corpora are: beside the checkout, never in it."""

from pathlib import Path

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
