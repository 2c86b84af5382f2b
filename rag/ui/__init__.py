"""The web page: a question on the left, the articles it is answered from on the right."""

from rag.ui.page import build, serve

__all__ = ["build", "serve"]
