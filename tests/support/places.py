"""Where things are in the repository, and texts that several tests use."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUNDLED = ROOT / "corpus"
DATA = ROOT / "tests" / "data"
# What a process has to import to be this package, and to reach no other machine.
PYTHONPATH = os.pathsep.join([str(ROOT / "tests" / "support" / "offline"), str(ROOT)])
ATTACK = (
    '<script>window.hacked=1</script><img src=x onerror="window.hacked=1">'
    "${window.hacked=1} {{constructor.constructor('window.hacked=1')()}}"
)
