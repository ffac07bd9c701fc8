"""The example officer: an account of this data folder alone, with a password and a second factor made at the start."""

import json
import secrets
from collections.abc import Mapping

from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth import get_user_model

from lapak.accounts.services import grant_role, hire
from lapak.config.home import Home
from lapak.core.actor import Role

EMAIL = "petugas@papan.example"


def hire_officer() -> None:
    """An officer who sees the nation, with the second factor set up already."""
    kept = keys()
    person_id = hire(email=EMAIL, name="Ratna Prameswari", password=kept["password"])
    grant_role(person_id=person_id, role=Role.OFFICER, nation=True)
    totp.TOTP.activate(get_user_model().objects.get(pk=person_id), kept["totp_secret"])


def keys() -> Mapping[str, str]:
    """Password and authenticator secret of the example officer, made once for a data folder."""
    file = Home.from_env().data / "demo.json"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(
            json.dumps({"password": f"papan-{secrets.token_hex(5)}", "totp_secret": totp.generate_totp_secret()})
        )
    found: dict[str, str] = json.loads(file.read_text())
    return found


def code_now() -> str:
    """The six digits of the example officer's authenticator at this moment."""
    counters = list(totp.yield_hotp_counters_from_time())
    digits: str = totp.format_hotp_value(totp.hotp_value(keys()["totp_secret"], counters[len(counters) // 2]))
    return digits
