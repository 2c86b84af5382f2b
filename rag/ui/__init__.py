"""The web page. Importing this imports Gradio."""

from rag.ui.page import build, mount

__all__ = ["build", "mount"]
