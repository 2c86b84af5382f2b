"""Users of a server, for Locust: they ask, think and ask again, and compare what they are told.

Each answer must be word for word the one that was given when nobody else asked.
"""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

from locust import HttpUser, between, task

from tests.campaigns.load.visits import ACCEPTED, TALKS, Visit, assistants, clients, programs
from tests.campaigns.load.windows import Window

EXPECTED_VARIABLE = "FOOTNOTE_EXPECTED"  # the file of answers given alone, by key
DIFFERENT = "not the answer that is given to one who asks alone"
EXPECTED = json.loads(Path(os.environ[EXPECTED_VARIABLE]).read_text("utf-8"))
OK = 200
THINKING = between(1, 10)  # seconds


class Reader(HttpUser):
    """Someone with the page open, who asks and follows up, and then opens another window."""

    weight = 4
    wait_time = THINKING

    @task
    def talk(self) -> None:
        """One window, one conversation."""
        window = Window(self.client.request)
        talk = random.choice(TALKS)
        for turn, question in enumerate(talk):
            self.wait()  # type: ignore[no-untyped-call]
            html, response = window.ask(question)
            with response:
                if html != EXPECTED[json.dumps(talk)][turn]:
                    response.failure(DIFFERENT)


class _Caller(HttpUser):
    abstract = True
    wait_time = THINKING
    visits: list[Visit]

    @task
    def call(self) -> None:
        """One of the requests, compared."""
        visit = random.choice(self.visits)
        with self.client.request(
            "GET" if visit.body is None else "POST",
            visit.path,
            json=visit.body,
            headers={"Accept": ACCEPTED},
            name=visit.kind,
            catch_response=True,
        ) as response:
            if response.status_code == OK and visit.read(response.text) != EXPECTED[visit.key]:
                response.failure(DIFFERENT)


class Program(_Caller):
    """A program that calls the HTTP endpoints."""

    weight = 3
    visits = programs(EXPECTED["article"])


class Client(_Caller):
    """A chat program that speaks OpenAI's protocol."""

    weight = 2
    visits = clients()


class Assistant(_Caller):
    """An assistant with the tools."""

    weight = 2
    visits = assistants()
