"""A ChannelOrder as JSON and back, and the version that tells two sights of it apart."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from lapak.domain.order import ChannelOrder, ChannelOrderLine, ChannelOrderState


def version_of(order: ChannelOrder) -> str:
    """Grows with each change the channel makes; the state is part of it, since two changes can share a second."""
    return f"{order.changed_at:%Y%m%dT%H%M%SZ}-{order.their_state or order.state}-{order.tracking_no}"[:80]


def order_to_json(order: ChannelOrder) -> dict[str, Any]:
    facts = asdict(order)
    for name in ("placed_at", "changed_at", "ship_by"):
        facts[name] = facts[name].isoformat() if facts[name] else None
    return facts


def order_from_json(facts: Mapping[str, Any]) -> ChannelOrder:
    known = dict(facts)
    for name in ("placed_at", "changed_at", "ship_by"):
        known[name] = datetime.fromisoformat(known[name]) if known[name] else None
    known["state"] = ChannelOrderState(known["state"])
    known["lines"] = tuple(ChannelOrderLine(**line) for line in known["lines"])
    return ChannelOrder(**known)
