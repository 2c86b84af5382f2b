"""What is installed: its known vulnerabilities, by pip-audit, and its list (SBOM), by CycloneDX."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PINS = ROOT / "constraints.txt"
SBOM = ROOT / "dist" / "sbom.json"
NONE, FOUND, UNCHECKED = 0, 1, 3  # exit codes; 2 is a wrong command line


class Audited(NamedTuple):
    """What is known of the pinned versions: the vulnerable ones, and those not looked up."""

    vulnerable: list[str]
    unknown: list[str]
    known: int
    why: str = "the service knows none of them"  # where nothing could be looked up


def audit(osv: str | None = None, pins: Path = PINS) -> Audited:
    """Look up known vulnerabilities of the pinned versions.

    Args:
        osv: the address of an OSV service that is asked; by default PyPI is.
        pins: the file of pinned versions.
    """
    command = ["-m", "pip_audit", "-r", str(pins), "--no-deps", "--disable-pip"]
    command += ["--progress-spinner", "off", "--format", "json", "--desc", "off"]
    if osv:
        command += ["--vulnerability-service", "osv", "--osv-url", osv]
    ran = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)
    try:
        looked_up = json.loads(ran.stdout)["dependencies"]
    except ValueError:
        why = (ran.stderr.strip().splitlines() or ["pip-audit said nothing"])[-1]
        return Audited([], [], 0, why[:100])
    return classify(looked_up)


def classify(looked_up: Sequence[dict[str, Any]]) -> Audited:
    """Sort the rows of pip-audit, which says "none found" of packages that it has not looked up."""
    unknown = [row["name"] for row in looked_up if "skip_reason" in row]
    vulnerable = []
    for row in looked_up:
        for found in row.get("vulns", ()):
            fixed = " or ".join(found["fix_versions"]) or "no version yet"
            vulnerable.append(f"{row['name']} {row['version']}: {found['id']}, fixed in {fixed}")
    return Audited(vulnerable, unknown, len(looked_up) - len(unknown))


def describe(found: Audited) -> tuple[int, str]:
    """Return the exit code and the message."""
    if found.vulnerable:
        return FOUND, "\n".join(["Known vulnerabilities:", *found.vulnerable])
    if not found.known:
        return UNCHECKED, (
            "The pinned versions could not be checked for known vulnerabilities, since nothing on "
            f"them could be fetched ({found.why}); run this again where there is a network."
        )
    said = f"No known vulnerabilities in {found.known} pinned versions."
    if found.unknown:
        missing = ", ".join(found.unknown)
        return UNCHECKED, f"{said} {len(found.unknown)} could not be checked: {missing}."
    return NONE, said


def sbom(out: Path = SBOM, *, validate: bool = True) -> None:
    """Write the list of what is installed here as CycloneDX JSON, the same one each time.

    Args:
        out: the file.
        validate: check it against the schema of CycloneDX too, which takes a while.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    command = ["-m", "cyclonedx_py", "environment", "--output-reproducible"]
    command += ["--pyproject", str(ROOT / "pyproject.toml"), "--output-file", str(out)]
    command += ["--validate" if validate else "--no-validate"]
    subprocess.run([sys.executable, *command], check=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Audit what is pinned, or list what is installed; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evals.supply", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    asked = commands.add_parser("audit", help="0: none known, 1: some are, 3: not all checked")
    asked.add_argument("--osv", metavar="URL", help="an OSV service to ask in place of PyPI")
    listed = commands.add_parser("sbom", help="write what is installed as CycloneDX JSON")
    listed.add_argument("--out", type=Path, default=SBOM, help="the file")
    given = parser.parse_args(arguments)
    if given.command == "sbom":
        sbom(given.out)
        print(given.out)
        return 0
    code, said = describe(audit(given.osv))
    print(said)
    return code


if __name__ == "__main__":
    sys.exit(main())
