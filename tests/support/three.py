"""Three short documents, which many tests read."""

from __future__ import annotations

from pathlib import Path

DOCUMENTS = {
    "harbour.txt": "---\ntitle: Harbour news\noutlet: Port Gazette\npublished: 2023-05-02\n---\n"
    "The harbour of Larnmouth was dredged in April 2023. The work cost 12 million crowns.\n",
    "bridge.txt": "---\ntitle: The new bridge\noutlet: Valley Times\npublished: 2024-02-10\n---\n"
    "Mayor Ana Kovic opened the Sella bridge on Saturday. It is 340 metres long.\n",
    "owls.txt": "Barn owls hunt at night. A barn owl eats about four voles a day.\n",
}


def write_three(folder: Path) -> None:
    """Write three short documents into a new folder."""
    folder.mkdir()
    for name, text in DOCUMENTS.items():
        (folder / name).write_text(text)
