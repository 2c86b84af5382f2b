"""Users of a server, for Locust: each compares what it is told with the answer given to one alone.

Locust runs this file in a process of its own, since it changes the standard library.
"""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

from locust import HttpUser, between, task

from tests.campaigns.load.clients import (
    ACCEPTED,
    CONVERSATIONS,
    Call,
    Window,
    http_calls,
    mcp_calls,
    openai_calls,
)

DIFFERENT = "not the answer that is given to one who asks alone"
EXPECTED = json.loads(Path(os.environ["FOOTNOTE_EXPECTED"]).read_text("utf-8"))
THINKING = between(1, 10)  # seconds


class Reader(HttpUser):
    """Someone with the page open, who asks and follows up, and then opens another window."""

    weight = 4
    wait_time = THINKING

    @task
    def converse(self) -> None:
        """Hold one conversation in one window."""
        window = Window(self.client.request)
        questions = random.choice(CONVERSATIONS)
        for turn, question in enumerate(questions):
            self.wait()
            html, response = window.ask(question)
            with response:
                if html != EXPECTED[json.dumps(questions)][turn]:
                    response.failure(DIFFERENT)


class _Caller(HttpUser):
    abstract = True
    wait_time = THINKING
    calls: list[Call]

    @task
    def call(self) -> None:
        """Make one of the calls and compare the answer."""
        call = random.choice(self.calls)
        options = {"headers": ACCEPTED, "name": call.kind, "catch_response": True}
        with self.client.request(call.method, call.path, json=call.body, **options) as response:
            if response.status_code == 200 and call.read(response.text) != EXPECTED[call.key]:
                response.failure(DIFFERENT)


class Program(_Caller):
    """A program that calls the HTTP endpoints."""

    weight = 3
    calls = http_calls(EXPECTED["article"])


class ChatProgram(_Caller):
    """A chat program that speaks OpenAI's protocol."""

    weight = 2
    calls = openai_calls()


class Assistant(_Caller):
    """An assistant with the tools."""

    weight = 2
    calls = mcp_calls()
