"""What libraries do when they are imported, and no test has a use for: tests do without.

The audit tools bring rfc3987_syntax, whose grammars jsonschema compiles for over a second when
Chroma is imported, for a kind of address that nothing here has checked. Gradio describes its
components for editors: it parses the source of each twice, which takes a third of its start.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

DESCRIBES = "gradio.component_meta"


class _Undescribed:
    """Finds the module that describes components, and leaves its function nothing to do."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        found = PathFinder.find_spec(name, path, target) if name == DESCRIBES else None
        if found is None or found.loader is None:
            return None
        loader: Any = found.loader
        run = loader.exec_module

        def run_and_mute(module: Any) -> None:
            run(module)
            module.create_or_modify_pyi = lambda *_: None

        loader.exec_module = run_and_mute
        return found


def lighten() -> None:
    """Spare this process what it has no use for, before it imports those libraries."""
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    sys.meta_path.insert(0, _Undescribed)
