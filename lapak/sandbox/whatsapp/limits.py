"""How fast and to how many people a business may write."""

from __future__ import annotations

from lapak.sandbox.platform import Core
from lapak.sandbox.whatsapp.graph import GraphRefused
from lapak.sandbox.whatsapp.people import WINDOW_S, window_open

DAY_S = 86_400
TIERS = ((250, "TIER_250"), (2_000, "TIER_2K"), (10_000, "TIER_10K"), (100_000, "TIER_100K"))


def tier(core: Core) -> str:
    """The portfolio's limit in Meta's word."""
    limit = core.settings.whatsapp.messaging_limit
    return next((word for most, word in TIERS if limit <= most), "TIER_UNLIMITED")


def check_pair(core: Core, number: str) -> None:
    """One message in 6 s to the same person, with up to 45 at once borrowed from the time to come (131056)."""
    us, now = core.settings.whatsapp, core.clock.now()
    rows = core.store.rows(
        "SELECT at FROM whatsapp_message WHERE number = ? AND mine = 0 AND at > ? ORDER BY at",
        number,
        now - us.pair_burst * us.pair_every_s,
    )
    paid_until = 0.0
    for row in rows:
        paid_until = max(paid_until, row["at"]) + us.pair_every_s
    if paid_until - now > (us.pair_burst - 1) * us.pair_every_s:
        raise GraphRefused(131056, "Too many messages to the same person in a short time.")


def check_portfolio(core: Core, number: str) -> None:
    """So many different people outside their windows in 24 h. The documents name no code for it; 131048 is ours."""
    if window_open(core, number):
        return
    # A message counts when its receiver had not written in the 24 h before it and has not answered since.
    rows = core.store.rows(
        "SELECT DISTINCT m.number FROM whatsapp_message m JOIN whatsapp_person p USING (number)"
        " WHERE m.mine = 0 AND m.template != '' AND m.at > ? AND m.at - p.said_at >= ?",
        core.clock.now() - DAY_S,
        WINDOW_S,
    )
    reached = {row["number"] for row in rows}
    if number not in reached and len(reached) >= core.settings.whatsapp.messaging_limit:
        raise GraphRefused(131048, "The business has reached the number of people it may write to in 24 hours.")
