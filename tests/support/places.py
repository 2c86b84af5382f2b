"""Where things are in the repository, and texts that several tests use."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUNDLED = ROOT / "corpus"
DATA = ROOT / "tests" / "data"
ATTACK = (
    '<script>window.hacked=1</script><img src=x onerror="window.hacked=1">'
    "${window.hacked=1} {{constructor.constructor('window.hacked=1')()}}"
)
