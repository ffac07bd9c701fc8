"""Where Lapak keeps its things on this machine: the data folder, its secrets and the address of the database."""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

APP_ROLE = "lapak_app"  # neither superuser nor owner of a table: what web and worker connect as
OWNER_ROLE = "lapak_owner"  # owns the tables, runs the migrations
ADMIN_ROLE = "lapak_admin"  # the superuser that initdb makes; only the launcher uses it
DATABASE = "lapak"


@dataclass(frozen=True)
class Home:
    """The data folder of one installation.

    postgres/ the cluster · media/ photos · run/ sockets and process ids · sandbox/ the practice platforms ·
    logs/ · secrets.json (mode 0600).
    """

    data: Path

    @classmethod
    def from_env(cls) -> "Home":
        """The folder named by `LAPAK_DATA`, else `.lapak` where the command runs."""
        return cls(Path(os.environ.get("LAPAK_DATA") or ".lapak").resolve())

    @property
    def media(self) -> Path:
        return self.data / "media"

    @property
    def run(self) -> Path:
        return self.data / "run"

    @property
    def running(self) -> Path:
        """While `lapak up` runs: the environment its parts were given, so that other commands find them. JSON."""
        return self.run / "environ"

    @property
    def logs(self) -> Path:
        return self.data / "logs"

    @property
    def postgres(self) -> Path:
        return self.data / "postgres"

    @property
    def sandbox(self) -> Path:
        return self.data / "sandbox"

    @cached_property
    def socket(self) -> Path:
        """Folder of PostgreSQL's socket. Its path holds 107 bytes at most, so a deep data folder gets a short one."""
        wanted = self.run / "pg"
        if len(str(wanted)) <= 80:
            return wanted
        digest = base64.b32encode(str(self.data).encode())[-12:].decode().strip("=").lower()
        return Path(os.environ.get("XDG_RUNTIME_DIR") or "/tmp") / f"lapak-{os.getuid()}-{digest}"  # noqa: S108

    @cached_property
    def secrets(self) -> Mapping[str, str]:
        """The installation's own keys, made once. Whoever has this file can read what the database keeps sealed."""
        file = self.data / "secrets.json"
        if not file.exists():
            self.data.mkdir(parents=True, exist_ok=True)
            fresh = {
                "LAPAK_SECRET_KEY": secrets.token_urlsafe(48),
                "LAPAK_KEYS": f"k1:{base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}",
                "LAPAK_INDEX_KEY": secrets.token_urlsafe(32),
            }
            half = file.with_suffix(f".{os.getpid()}")
            half.touch(mode=0o600)
            half.write_text(json.dumps(fresh, indent=1))
            try:
                os.link(half, file)  # the first process to get here decides; the others read its keys
            except FileExistsError:
                pass
            finally:
                half.unlink()
        found: dict[str, str] = json.loads(file.read_text())
        return found

    def secret(self, name: str) -> str:
        """A key from the environment if set there, else from this folder."""
        return os.environ.get(name) or self.secrets[name]

    def database_url(self, role: str = APP_ROLE) -> str:
        """Address of the database for a role. `LAPAK_DATABASE_URL` replaces the embedded one.

        `LAPAK_OWNER_DATABASE_URL` names the owner's sign-in there; without it one role does both.
        """
        outside = os.environ.get("LAPAK_DATABASE_URL", "")
        if outside:
            return os.environ.get("LAPAK_OWNER_DATABASE_URL") or outside if role == OWNER_ROLE else outside
        return f"postgresql://{role}@/{DATABASE}?host={quote(str(self.socket), safe='')}"

    @property
    def embedded(self) -> bool:
        """Whether we run PostgreSQL ourselves."""
        return not os.environ.get("LAPAK_DATABASE_URL")
