"""The form that asks for the password: a page of its own, which needs nothing but itself."""

from __future__ import annotations

from pathlib import Path

from rag.render.visible import escape

FORM = (Path(__file__).resolve().parent / "login.html").read_text("utf-8")


def login_html(problem: str = "") -> str:
    """The page with the form.

    Args:
        problem: what was wrong with the last word, if there was one.
    """
    shown = f'<p role="alert">{escape(problem)}</p>' if problem else ""
    return FORM.replace("<!-- problem -->", shown)
