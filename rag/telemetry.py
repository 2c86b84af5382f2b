"""What the libraries below would tell their makers of how they are used: switched off."""

from __future__ import annotations

import os

# By variable, since these are read where no argument reaches: by native code, when a library is
# imported, or in the processes that it starts.
OFF = {
    "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime, which tells Microsoft of each model it loads
    "GRADIO_ANALYTICS_ENABLED": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",  # by which Gradio tells, and what loads models
    "ANONYMIZED_TELEMETRY": "False",  # Chroma
    "RAY_USAGE_STATS_ENABLED": "0",
}


def switch_off() -> None:
    """Switch it off in this process and those that it starts; what a user has set stands."""
    for name, value in OFF.items():
        os.environ.setdefault(name, value)
