"""Python runs this first in every process that tests start: it reaches no other machine.

The audit tools bring rfc3987_syntax, whose grammars jsonschema compiles for over a second when
Chroma is imported, for a kind of address that nothing here has checked. A process of tests does
without.
"""

import sys

_LOOPBACK = ("127.0.0.1", "::1", "localhost", b"127.0.0.1", b"localhost")


def _refuse(event: str, given: tuple[object, ...]) -> None:
    if event != "socket.connect":
        return
    address = given[1]
    if isinstance(address, tuple) and address and address[0] not in _LOOPBACK:
        raise OSError(f"tests do not reach the network: {address}")


sys.addaudithook(_refuse)
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
