"""``python -m evals.groups FILE…`` checks the form of groups."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from evals.groups import faults


def main(paths: list[str]) -> int:
    """Print what is wrong with each file; return 1 if anything is."""
    failed = False
    for path in paths:
        try:
            found = list(faults(json.loads(Path(path).read_text("utf-8"))))
        except (OSError, ValueError, KeyError, TypeError) as error:
            found = [f"cannot be read as a group ({type(error).__name__}: {error})"]
        print("\n".join(f"{path}: {fault}" for fault in found) or f"{path}: ok")
        failed = failed or bool(found)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
