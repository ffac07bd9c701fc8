"""The machine under the figures, and its bare limits, measured in the same run."""

import os
import platform
import re
import shutil
import subprocess
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from lapak.config import postgres
from lapak.config.home import Home

COMMIT = """
INSERT INTO bench_commit (body) VALUES ('{"code": 3, "shop_id": 900001, "data": {"ordersn": "2411240001ABCD"}}');
"""


def facts(home: Home) -> dict[str, Any]:
    """Cores, memory, kernel, disk, versions and the commit of the code."""
    disk = max(
        (part for part in psutil.disk_partitions(all=True) if str(home.data).startswith(part.mountpoint)),
        key=lambda part: len(part.mountpoint),
    )
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "kernel": f"{platform.system()} {platform.release()}",
        "file_system": disk.fstype,
        "load_before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "postgresql": postgres.major(postgres.binaries()),
        "versions": {name: version(name) for name in ("django", "granian", "psycopg", "procrastinate")},
        "code": _commit(),
    }


def fsyncs_per_second(folder: Path, *, seconds: float = 2.0) -> float:
    """4 KiB appended and fsynced, one after the other: what one writer can make durable on this disk."""
    block, count = os.urandom(4096), 0
    file = folder / "fsync.bin"
    with file.open("wb") as out:
        began = time.perf_counter()
        while time.perf_counter() - began < seconds:
            out.write(block)
            out.flush()
            os.fsync(out.fileno())
            count += 1
        took = time.perf_counter() - began
    file.unlink()
    return count / took


def prepare_commits(home: Home) -> None:
    """The table for `commits_per_second`."""
    _psql(home, "CREATE TABLE IF NOT EXISTS bench_commit (id bigserial PRIMARY KEY, body text NOT NULL)")


def commits_per_second(home: Home, *, clients: int, seconds: int) -> float:
    """One-row inserts, each its own fsynced commit, by so many clients of pgbench on the same server."""
    script = home.run / "commit.sql"
    script.write_text(COMMIT)
    said = subprocess.run(
        [postgres.binaries() / "pgbench", "-n", "-f", script, "-c", str(clients), "-j", "2", "-T", str(seconds),
         "-h", home.socket, "-U", "lapak_admin", "lapak"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    found = re.search(r"tps = ([\d.]+)", said)
    assert found, said
    return float(found[1])


def busy_seconds() -> float:
    """Processor time all processes of the machine have used so far."""
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system)


def children_seconds() -> float:
    """Processor time of our own children that ended: the driver's, after a run."""
    times = os.times()
    return times.children_user + times.children_system


def settings_of(home: Home) -> dict[str, str]:
    """The server's settings that decide what a commit is worth."""
    names = ("fsync", "synchronous_commit", "full_page_writes", "wal_sync_method", "shared_buffers", "wal_compression")
    return {name: _psql(home, f"SHOW {name}") for name in names}


def _psql(home: Home, words: str) -> str:
    command = [str(postgres.binaries() / "psql"), "-h", str(home.socket), "-U", "lapak_admin", "-qtAc", words, "lapak"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _processor() -> str:
    known = (
        re.search(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text())
        if Path("/proc/cpuinfo").exists()
        else None
    )
    return known[1] if known else platform.processor()


def _commit() -> str:
    git = shutil.which("git")
    if not git:
        return ""
    here = Path(__file__).parent
    said = subprocess.run([git, "rev-parse", "--short", "HEAD"], cwd=here, capture_output=True, text=True)
    changed = subprocess.run([git, "status", "--porcelain", "lapak"], cwd=here, capture_output=True, text=True)
    return said.stdout.strip() + (" with changes" if changed.stdout.strip() else "")
