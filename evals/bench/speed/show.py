"""The figures of the speed benchmark as tables and as a picture."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from evals.report import table

Figures = dict[str, Any]
MEGABYTE = 1_000_000

ROWS: dict[str, Callable[[Figures], str]] = {
    "passages": lambda f: f"{f['passages']:,}",
    "sync, s": lambda f: f"{f['sync']:.0f}",
    "passages a second": lambda f: f"{f['passages'] / f['sync']:.0f}",
    "memory of the sync, MB": lambda f: f"{f['sync memory'] / MEGABYTE:.0f}",
    "disk, MB": lambda f: f"{f['disk'] / MEGABYTE:.0f}",
    "one file changed, s": lambda f: f"{f['one file changed']:.1f}",
    "cold ask, s": lambda f: f"{f['cold ask']:.1f}",
    "warm ask, p50, ms": lambda f: f"{f['ask p50'] * 1e3:.0f}",
    "warm ask, p95, ms": lambda f: f"{f['ask p95'] * 1e3:.0f}",
    "memory of the asking, MB": lambda f: f"{f['memory'] / MEGABYTE:.0f}",
    "search, p50, ms": lambda f: f"{f['search p50'] * 1e3:.1f}",
    "– in one year / in all": lambda f: _ratio(f, "one year"),
    "– in half the years / in all": lambda f: _ratio(f, "half the years"),
    "– in one month / in all": lambda f: _ratio(f, "one month"),
    "– of one outlet / of all": lambda f: _ratio(f, "one outlet"),
    "– of an outlet in a year / of all": lambda f: _ratio(f, "an outlet in a year"),
    "LlamaIndex: indexing, s": lambda f: _beside(f, "index", "{:.0f}", 1),
    "LlamaIndex: nodes": lambda f: _beside(f, "nodes", "{:,.0f}", 1),
    "LlamaIndex: retrieval, p50, ms": lambda f: _beside(f, "search p50", "{:.1f}", 1e3),
    "LlamaIndex: memory, MB": lambda f: _beside(f, "memory", "{:.0f}", 1 / MEGABYTE),
}

PANELS = {
    "warm ask, p95 (ms)": ("ask p95", 1e3),
    "search, p50 (ms)": ("search p50", 1e3),
    "memory of the asking (MB)": ("memory", 1e-6),
    "disk (MB)": ("disk", 1e-6),
    "sync (s)": ("sync", 1.0),
    "one file changed (s)": ("one file changed", 1.0),
}

GROWING = {
    "warm ask, p50, times": "ask p50",
    "warm ask, p95, times": "ask p95",
    "search in all, p50, times": "search p50",
    "one file changed, times": "one file changed",
}


def show(figures: Figures) -> None:
    """Print the figures as Markdown."""
    print("\n".join(tables(figures)))


def growth(figures: Figures) -> list[str]:
    """Return what grows with the corpus, as lines of Markdown: times those of the smallest size."""
    sizes = [size for name, size in figures["sizes"].items() if "words" in name]
    sizes.sort(key=lambda size: int(size["passages"]))
    rows = [["passages", *(f"{size['passages']:,}" for size in sizes)]]
    for name, key in GROWING.items():
        rows.append([name, *(f"{size[key] / sizes[0][key]:.1f}" for size in sizes)])
    held = ("memory of the asking, MB", "disk, MB")
    return table([*rows, *([name, *(ROWS[name](size) for size in sizes)] for name in held)])


def tables(figures: Figures) -> list[str]:
    """Return the figures as lines of Markdown."""
    lines: list[str] = []
    if "cold" in figures:
        cold, encoders = figures["cold"], figures["encoders"]
        rows = [
            ["what", "figure"],
            ["cold ask / `import chromadb, llama_index.core`", f"{cold['ask / imports']:.2f}"],
            [
                "sync / the faster bare encoder, texts a second",
                f"{encoders['sync / faster bare encoder']:.2f}",
            ],
            [
                "onnxruntime / sentence-transformers, texts a second",
                f"{encoders['onnxruntime'] / encoders['sentence-transformers']:.2f}",
            ],
            ["least cosine of the two on 1,000 sentences", f"{encoders['least cosine']:.7f}"],
        ]
        lines += [*table(rows), ""]
    sizes = figures.get("sizes", {})
    if sizes:
        ordered = sorted(sizes, key=lambda name: (sizes[name]["passages"], "words" in name))
        rows = [["", *(name.split(", ")[1] for name in ordered)]]
        rows += [[name, *(cell(sizes[size]) for size in ordered)] for name, cell in ROWS.items()]
        lines += table(rows)
    return lines


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


def _ratio(figures: Figures, scope: str) -> str:
    within = figures.get(f"search {scope} p50")
    return "–" if within is None else f"{within / figures['search p50']:.2f}"


def _beside(figures: Figures, name: str, form: str, factor: float) -> str:
    beside = figures.get("LlamaIndex")
    return form.format(beside[name] * factor) if beside else "–"
