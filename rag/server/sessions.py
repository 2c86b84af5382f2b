"""Who has given the password, for some hours."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time

MOST = 10_000  # sessions; beyond that the oldest end


class Sessions:
    """Sessions by a secret that only the browser has. Safe to share between threads."""

    def __init__(self, seconds: float) -> None:
        """Take how long one lasts."""
        self.seconds = seconds
        self._ends: dict[bytes, float] = {}
        self._turn = threading.Lock()

    def open(self) -> str:
        """A new session; returns its secret."""
        secret = secrets.token_urlsafe(32)
        now = time.monotonic()
        with self._turn:
            self._ends = {key: end for key, end in self._ends.items() if end > now}
            while len(self._ends) >= MOST:
                del self._ends[next(iter(self._ends))]
            self._ends[_key(secret)] = now + self.seconds
        return secret

    def is_open(self, secret: str) -> bool:
        """Whether a session goes by this secret and has not ended."""
        with self._turn:
            return self._ends.get(_key(secret), 0.0) > time.monotonic()

    def close(self, secret: str) -> None:
        """End a session, if there is one."""
        with self._turn:
            self._ends.pop(_key(secret), None)


def _key(secret: str) -> bytes:
    """What is looked up: not the secret itself, whose comparison would tell how much is right."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
