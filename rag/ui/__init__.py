"""The web page. Importing this package imports Gradio."""

from rag.ui.examples import Examples
from rag.ui.page import build, mount

__all__ = ["Examples", "build", "mount"]
