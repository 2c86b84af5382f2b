"""A process whose every attempt to reach another machine is seen: in Python, and below it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

from tests.support.places import ROOT

MOST_SECONDS = 900  # where the machine has much else to do
# Python runs this before anything else of a process; so do the processes that it starts.
PRELUDE = """
import os, socket, sys
LOOPBACK = ("127.0.0.1", "::1", "localhost", "", None, b"localhost", b"127.0.0.1")
def noted(event, given):
    if not event.startswith(("socket.connect", "socket.getaddrinfo", "socket.gethostby",
                             "socket.send", "socket.bind")):
        return
    where = given[0] if event.startswith("socket.get") else given[1]
    if isinstance(where, tuple) and where:
        where = where[0]
    elif not event.startswith("socket.get"):
        return  # a socket in the file system, or one that has its peer already
    if where in LOOPBACK:
        return
    with open(os.environ["WATCHED"], "a") as out:
        out.write(f"{event} {where}\\n")
    raise OSError(f"{event} {where}: nobody is to be reached")
sys.addaudithook(noted)
"""
# The address in a call to the system, as strace writes it. A name server is somebody else even
# where it is on this machine, for it asks others.
CALLED = re.compile(r'(?:inet_addr\(|inet_pton\(AF_INET6, )"([^"]+)"')
NAMES = "port=htons(53)"
CALLS = "trace=connect,sendto,sendmsg,sendmmsg"


class Seen(NamedTuple):
    """What became of a process, and whom it tried to reach.

    ``python`` holds the attempts that went through Python, ``native`` all of them, those of
    native code among them; None where they cannot be seen.
    """

    code: int
    said: str
    python: list[str]
    native: list[str] | None


def watch(arguments: list[str], scratch: Path, **settings: str) -> Seen:
    """Run Python with a network that leads nowhere, and see whom it tries to reach.

    Args:
        arguments: of Python.
        scratch: a folder of its own for its home and for what is seen.
        settings: further variables of its environment, which is empty else.
    """
    home, prelude = scratch / "home", scratch / "prelude"
    for folder in (home, prelude):
        folder.mkdir(parents=True)
    (prelude / "sitecustomize.py").write_text(PRELUDE)
    tried, traced = scratch / "tried", scratch / "traced"
    tried.touch()
    environment = {
        **{"PATH": os.environ["PATH"], "HOME": str(home), "WATCHED": str(tried)},
        **{"PYTHONPATH": os.pathsep.join([str(prelude), str(ROOT), str(ROOT / "tests")])},
        **settings,
    }
    command = [*_alone(), *_traced(traced), sys.executable, *arguments]
    done = subprocess.run(
        command,
        env=environment,
        cwd=home,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=MOST_SECONDS,
        check=False,
    )
    native = sorted(set(_strangers(traced))) if traced.exists() else None
    return Seen(done.returncode, done.stdout, tried.read_text().splitlines(), native)


def _works(*command: str) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _alone() -> list[str]:
    """Return the command prefix that gives a process an empty network, where that is permitted."""
    inside = ["unshare", "--map-root-user", "--net"]
    permitted = _works(*inside, "ip", "link", "set", "lo", "up")
    return [*inside, "sh", "-c", 'ip link set lo up && exec "$@"', "sh"] if permitted else []


def _traced(out: Path) -> list[str]:
    """Return the strace prefix that logs network system calls, where strace is installed."""
    if not _works("strace", "-qq", "-o", os.devnull, "true"):
        return []
    return ["strace", "--follow-forks", "--seccomp-bpf", "-qq", "-e", CALLS, "-o", str(out)]


def _strangers(traced: Path) -> Iterator[str]:
    with traced.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if NAMES in line:
                yield "a name server"
            for address in CALLED.findall(line):
                where = ip_address(address)
                if not (getattr(where, "ipv4_mapped", None) or where).is_loopback:
                    yield address
