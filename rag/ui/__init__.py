"""The web page. Importing this package imports Gradio."""

from rag.ui.examples import Examples
from rag.ui.page import build, frame_html, mount

__all__ = ["Examples", "build", "frame_html", "mount"]
