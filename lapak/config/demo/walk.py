"""The walk-through that `lapak demo` prints: where to look, as whom, and what to try."""

from typing import Any

from django.conf import settings

from lapak.config.demo import staff
from lapak.config.demo.country import FIRST


def through() -> str:
    """Links and sign-ins, in the order of a first visit."""
    kept = staff.keys()
    public, sandbox = settings.LAPAK_PUBLIC_URL, settings.LAPAK_SANDBOX_URL
    return f"""
Lapak is ready. All people, businesses and goods here are invented.

1. As the owner ({FIRST.owner_name}): {public}/masuk
   phone {FIRST.phone.replace("+62", "0")}; the code is on the page, and on the practice phone:
   {sandbox}/practice/whatsapp/phone/{FIRST.phone.lstrip("+")}
   See the orders that came in, accept one, press "Siap dikirim"; change a price or a stock.
2. As a buyer: {sandbox}
   Open the practice shop, buy something; the order is on the owner's page within seconds.
3. As an officer: {public}/papan
   {staff.EMAIL} / {kept["password"]}
   the authenticator's code right now is {staff.code_now()}; `lapak demo --code` tells it later
4. As somebody new: {public}/gabung

Ctrl-C stops it; the next start finds everything as it was.
"""


def outcome(found: dict[str, Any]) -> str:
    """What came of the main job, for a person."""
    lines = [f"Done in {found['seconds']} s."]
    for slug, channel in found["channels"].items():
        lines.append(
            f"  {slug}: {channel['listed']} products live, {channel['orders']} orders "
            f"(tier {channel['tier']}, evidence {channel['evidence']})"
        )
    lines.append(f"  {found['units_sold']} units sold, {found['stock_left']} left, {found['oversold']} oversold")
    lines.append(f"  rungs: {' → '.join(found['rungs'])}")
    return "\n".join(lines)
