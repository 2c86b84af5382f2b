"""How many inputs are made up for each test that is marked `fuzz`."""

from __future__ import annotations

import os

# Every day few, in `make campaigns` many.
EXAMPLES = int(os.environ.get("FOOTNOTE_EXAMPLES", "30"))
