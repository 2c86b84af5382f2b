"""A server that lets answers end before it goes."""

from __future__ import annotations

import asyncio
import signal
import socket
from types import FrameType

import uvicorn

from rag.gate import Gate

LEAVE_SECONDS = 5  # for what was answered to be sent; an open page never hangs up
LOOK_SECONDS = 0.1


class PatientServer(uvicorn.Server):
    """Asked to stop, it takes no more questions and ends when those in hand are answered.

    Asked a second time, it stops at once.
    """

    def __init__(self, config: uvicorn.Config, gate: Gate, patience: float) -> None:
        """Take what is served, who has a turn, and the seconds that the last may take."""
        super().__init__(config)
        self._gate = gate
        self._patience = patience

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop; to have been told so is no failure, so that the process ends with 0."""
        if sig != signal.SIGTERM:
            super().handle_exit(sig, frame)
            return
        self.force_exit = self.should_exit
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Wait for the answers in hand, then leave."""
        self._gate.close()
        until = asyncio.get_running_loop().time() + self._patience
        while self._gate.running and not self.force_exit:
            if asyncio.get_running_loop().time() > until:
                break
            await asyncio.sleep(LOOK_SECONDS)
        await super().shutdown(sockets)
