"""A ListingSpec as JSON and back, and the digest that tells whether it changed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from lapak.core.ids import ProductId, VariantId
from lapak.domain.listing import ListingSpec, VariantSpec


def spec_to_json(spec: ListingSpec) -> dict[str, Any]:
    facts = asdict(spec)
    facts["product_id"] = str(spec.product_id)
    for variant in facts["variants"]:
        variant["variant_id"] = str(variant["variant_id"])
    return facts


def spec_from_json(facts: Mapping[str, Any]) -> ListingSpec:
    known = dict(facts)
    known["product_id"] = ProductId(UUID(known["product_id"]))
    for name in ("photos", "option_names"):
        known[name] = tuple(known[name])
    if known.get("package_cm"):
        known["package_cm"] = tuple(known["package_cm"])
    known["variants"] = tuple(
        VariantSpec(**{**row, "variant_id": VariantId(UUID(row["variant_id"])), "options": tuple(row["options"])})
        for row in known["variants"]
    )
    return ListingSpec(**known)


def digest_of(spec: ListingSpec) -> str:
    """A digest of all but stock and price: those travel on their own, by the newest wish."""
    facts = spec_to_json(spec)
    for variant in facts["variants"]:
        del variant["stock"], variant["price_idr"]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
