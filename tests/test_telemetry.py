"""The telemetry of the libraries is off by default, as the libraries themselves read it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.support.places import ROOT

SWITCHES = """
import rag
from chromadb.config import Settings
from gradio.analytics import analytics_enabled
from huggingface_hub.constants import HF_HUB_DISABLE_TELEMETRY
print(Settings().anonymized_telemetry, analytics_enabled(), not HF_HUB_DISABLE_TELEMETRY)
"""
RAY = "import rag; from ray._common.usage import usage_lib; print(usage_lib.usage_stats_enabled())"


@pytest.mark.campaign
def test_switches_are_off_without_a_setting() -> None:
    """Importing the package switches off the telemetry of the libraries."""
    for program in (SWITCHES, RAY):
        assert set(_said(program).split()) == {"False"}


def test_what_a_user_has_switched_on_stays_on() -> None:
    """Telemetry that a user has switched on stays on."""
    program = "import os, rag; print(os.environ['HF_HUB_DISABLE_TELEMETRY'])"
    assert _said(program, HF_HUB_DISABLE_TELEMETRY="0") == "0"


def _said(program: str, **settings: str) -> str:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **settings}
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()
