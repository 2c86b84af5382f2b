"""The web page. Importing this package imports Gradio."""

from rag.ui.page import build, mount

__all__ = ["build", "mount"]
