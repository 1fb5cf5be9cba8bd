"""What stops embedded mode from starting, named by what a person must do."""

from pathlib import Path

from gongdan.shared.errors import GongdanError


class FixSetup(GongdanError):
    """The machine, the data folder or a setting must be changed first; `cure` says how."""

    def __init__(self, problem: str, cure: str) -> None:
        super().__init__(f"{problem}: {cure}")
        self.problem = problem
        self.cure = cure


def unwritable(path: Path, error: OSError) -> FixSetup:
    """The error for a folder that cannot be written to."""
    reason = error.strerror or str(error)
    return FixSetup(
        f"the data folder {path} cannot be written to ({reason})",
        "change its owner or mode, free disk space, or set GONGDAN_DATA_DIR to another folder",
    )
