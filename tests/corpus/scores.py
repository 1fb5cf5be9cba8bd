"""How many cases of each corpus come out right, as a small table.

    python -m tests.corpus.scores [--wrong]

Each module of `CORPORA` offers `score(corpus) -> Score`; `--wrong` names the cases that do not come out right.
"""

import argparse
import sys
from importlib import import_module

from tests.corpus.places import CORPUS, Score

CORPORA = {
    "mails": "tests.corpus.test_mime",
    "replies": "tests.corpus.test_replies",
    "bounces": "tests.corpus.test_bounces",
    "webhooks": "tests.corpus.test_webhooks",
    "working time": "tests.corpus.test_business_time",
}


def score(module: str) -> Score:
    """The score of one corpus."""
    found = import_module(module).score(CORPUS)
    assert isinstance(found, Score)
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wrong", action="store_true", help="name the cases that do not come out right")
    chosen = parser.parse_args()
    if not CORPUS.is_dir():
        sys.exit("the corpora are not beside this checkout (../shared/corpus)")
    for name, module in CORPORA.items():
        found = score(module)
        print(f"{name:<14} {found.right:>4} of {found.cases:<4} {found.right / found.cases:>7.1%}", flush=True)
        for each in found.wrong if chosen.wrong else ():
            print(f"    {each}")


if __name__ == "__main__":
    main()
