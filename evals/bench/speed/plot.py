"""Cost against size, as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

PANELS = {
    "warm ask, p95 (ms)": ("ask p95", 1e3),
    "search, p50 (ms)": ("search p50", 1e3),
    "memory of the asking (MB)": ("memory", 1e-6),
    "disk (MB)": ("disk", 1e-6),
    "sync (s)": ("sync", 1.0),
    "one file changed (s)": ("one file changed", 1.0),
}


def plot(figures: dict[str, Any], place: Path) -> None:
    """Draw each cost against the number of passages, both by powers of ten, into an SVG file."""
    import matplotlib as mpl

    mpl.use("svg")
    import matplotlib.pyplot as plt

    sizes = [f for name, f in figures.get("sizes", {}).items() if "words" in name]
    if not sizes:
        return
    sizes.sort(key=lambda size: size["passages"])
    passages = [size["passages"] for size in sizes]
    drawn, axes = plt.subplots(2, 3, figsize=(10, 5.5), layout="constrained")
    for axis, (title, (name, factor)) in zip(axes.flat, PANELS.items(), strict=True):
        axis.plot(passages, [size[name] * factor for size in sizes], "o-", color="#1f5fbf")
        axis.set(title=title, xscale="log", yscale="log", xlabel="passages")
        axis.grid(visible=True, which="major", alpha=0.3)
    drawn.savefig(place)
    plt.close(drawn)
