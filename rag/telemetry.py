"""Switch off the telemetry of the libraries that the package uses."""

from __future__ import annotations

import os

# Environment variables, since these are read where no argument reaches: by native code, when a
# library is imported, or in the processes that it starts.
NO_TELEMETRY = {
    "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime reports each model to Microsoft
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",  # Gradio reports by it, and the loaders of models do
    "ANONYMIZED_TELEMETRY": "False",  # Chroma
    "RAY_USAGE_STATS_ENABLED": "0",
}


def switch_off() -> None:
    """Switch it off in this process and those that it starts; variables that are set stay."""
    for name, value in NO_TELEMETRY.items():
        os.environ.setdefault(name, value)
