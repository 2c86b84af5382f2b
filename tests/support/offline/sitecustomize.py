"""Python runs this first in every process that tests start: it reaches no other machine."""

import sys

import lighter

_LOOPBACK = ("127.0.0.1", "::1", "localhost", b"127.0.0.1", b"localhost")


def _refuse(event: str, given: tuple[object, ...]) -> None:
    if event != "socket.connect":
        return
    address = given[1]
    if isinstance(address, tuple) and address and address[0] not in _LOOPBACK:
        raise OSError(f"tests do not reach the network: {address}")


sys.addaudithook(_refuse)
lighter.lighten()
