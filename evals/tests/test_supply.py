"""What is installed is pinned, listed, and checked for known vulnerabilities where it can be."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from evals import supply
from tests.support.places import ROOT

INSTALLER = "pip"  # comes with Python, and reads the pins
Vulns = list[dict[str, Any]]
FLAW = {
    **{"id": "FLAW-1", "summary": "It may be broken into.", "modified": "2024-01-01T00:00:00Z"},
    "affected": [
        {
            "package": {"name": "jinja2", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99.1"}]}],
        }
    ],
}


def demanded() -> dict[str, str]:
    """Return what the project demands, directly or not, as installed: version by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    waiting = [Requirement(line) for line in project["dependencies"]]
    waiting += [Requirement(line) for extra in extras for line in extra]
    seen: set[tuple[str, frozenset[str]]] = set()
    found: dict[str, str] = {}
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        if name == INSTALLER or (name, frozenset(wanted.extras)) in seen:
            continue
        seen.add((name, frozenset(wanted.extras)))
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            continue  # of an extra that was not asked for
        found[name] = Version(installed.version).public
        for line in installed.requires or ():
            further = Requirement(line)
            with_extras = [{"extra": extra} for extra in ("", *wanted.extras)]
            if further.marker is None or any(map(further.marker.evaluate, with_extras)):
                waiting.append(further)
    return found


def pinned() -> dict[str, str]:
    """Return the versions in constraints.txt by name."""
    lines = (ROOT / "constraints.txt").read_text("utf-8").split()
    return {canonicalize_name(name): version for name, version in (x.split("==") for x in lines)}


def test_all_that_is_installed_for_the_project_is_pinned() -> None:
    """What the project demands, however indirectly, has the version of constraints.txt."""
    found = demanded()
    assert len(found) > 150
    assert found.items() <= pinned().items(), found.items() - pinned().items()


def test_all_that_is_demanded_is_listed(tmp_path: Path) -> None:
    """The SBOM names each package with its version, and is the same each time."""
    made = [tmp_path / "a.json", tmp_path / "b.json"]
    for out in made:
        supply.sbom(out, validate=False)
    assert made[0].read_bytes() == made[1].read_bytes()
    listed = json.loads(made[0].read_text("utf-8"))
    assert (listed["bomFormat"], listed["metadata"]["component"]["name"]) == (
        *("CycloneDX", "footnote-rag"),
    )
    versions = {
        canonicalize_name(part["name"]): Version(part["version"]).public
        for part in listed["components"]
    }
    assert demanded().items() <= versions.items()
    assert str(ROOT) not in made[0].read_text("utf-8")


@contextmanager
def service(knows: Callable[[str], Vulns | None]) -> Iterator[str]:
    """Serve known vulnerabilities as OSV does; None is an answer of 500."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            known = knows(asked["package"]["name"])
            payload = json.dumps({"vulns": known} if known else {}).encode()
            self.send_response(500 if known is None else 200)
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *_: object) -> None:
            """Keep the tests' output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1/query"
    finally:
        server.shutdown()
        server.server_close()


def audited(address: str) -> tuple[int, str]:
    """Return the exit code of an audit that asks a service, and what it says."""
    command = [sys.executable, "-m", "evals.supply", "audit", "--osv", address]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout.strip()


def test_an_audit_that_finds_nothing_says_of_how_many() -> None:
    """Exit code 0, and every pinned version was asked for."""
    asked: set[str] = set()

    def knows(name: str) -> Vulns:
        asked.add(canonicalize_name(name))
        return []

    with service(knows) as address:
        code, said = audited(address)
    assert (code, said) == (0, f"No known vulnerabilities in {len(pinned())} pinned versions.")
    assert asked == set(pinned())


def test_an_audit_names_what_is_vulnerable() -> None:
    """Exit code 1, the package, the flaw and the version that fixes it."""
    with service(lambda name: [FLAW] if name == "jinja2" else []) as address:
        code, said = audited(address)
    assert code == 1
    assert re.search(r"^jinja2 \S+: FLAW-1, fixed in 99\.1$", said, re.MULTILINE)


@pytest.mark.parametrize("answers", [False, True], ids=["gone", "broken"])
def test_an_audit_that_could_not_look_says_so(answers: bool) -> None:
    """One sentence and an exit code of its own: neither a vulnerability nor "none known"."""
    with service(lambda name: None) as address:
        code, said = audited(address if answers else "http://127.0.0.1:9/v1/query")
    assert code == 3
    assert said.startswith("The pinned versions could not be checked")
    assert len(said.splitlines()) == 1


def test_what_a_service_does_not_know_is_not_called_sound() -> None:
    """pip-audit passes over packages that it could not look up; they are named."""
    rows = [
        {"name": "alpha", "version": "1", "vulns": []},
        {"name": "beta", "skip_reason": "Dependency not found on PyPI"},
    ]
    code, said = supply.describe(supply.classify(rows))
    assert code == 3
    assert said == "No known vulnerabilities in 1 pinned versions. 1 could not be checked: beta."
    assert supply.describe(supply.classify(rows[1:]))[1].startswith("The pinned versions could not")
