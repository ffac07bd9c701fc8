"""Commands that look and tell."""

import json
import os
from argparse import Namespace
from dataclasses import asdict

from lapak.config.home import Home


def doctor(given: Namespace) -> int:
    """Examine the installation. 1 when something is bad."""
    from lapak.config.doctor import State, examine

    home = Home.from_env()
    findings = list(
        examine(
            home,
            public_url=os.environ.get("LAPAK_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/"),
            sandbox_url=os.environ.get("LAPAK_SANDBOX_URL", "http://127.0.0.1:8100").rstrip("/"),
        )
    )
    if given.json:
        print(json.dumps([asdict(finding) for finding in findings], indent=1))
    else:
        for finding in findings:
            mark = {State.OK: "ok ", State.DOUBTFUL: " ? ", State.BAD: "BAD"}[finding.state]
            print(f"{mark} {finding.name:20} {finding.said}" + (f" → {finding.do}" if finding.do else ""))
    return int(any(finding.state is State.BAD for finding in findings))
