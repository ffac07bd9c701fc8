"""Which tier a channel has earned. A rule counts when a test says it proves it, not when a manifest says so.

Bronze: the contract of every promise passes over scenes written from the documents. Silver: also against the
sandbox under faults, signs in again, keeps to the rate. Gold: also seen live.
"""

from collections.abc import Callable, Collection
from enum import IntEnum
from typing import TypeVar


class Tier(IntEnum):
    """How far a channel may be trusted. Higher includes lower."""

    NONE = 0
    BRONZE = 1
    SILVER = 2
    GOLD = 3

    @classmethod
    def _missing_(cls, value: object) -> "Tier | None":
        return next((tier for tier in cls if tier.name.lower() == value), None)


RULES: dict[str, Tier] = {
    "faults_say_who_acts": Tier.BRONZE,
    "redacts_secrets": Tier.BRONZE,
    "twice_is_once": Tier.BRONZE,
    "never_crashes_on_nonsense": Tier.BRONZE,
    "survives_faults": Tier.SILVER,
    "signs_in_again": Tier.SILVER,
    "keeps_to_the_rate": Tier.SILVER,
    "seen_live": Tier.GOLD,
}
"""Rule → the tier that asks for it."""

Proof = TypeVar("Proof", bound=Callable[..., object])


def proves(rule: str) -> Callable[[Proof], Proof]:
    """Mark a test as the proof of a rule. Raises KeyError for a rule that does not exist."""
    RULES[rule]

    def mark(test: Proof) -> Proof:
        test.__dict__.setdefault("proves", set()).add(rule)
        return test

    return mark


def earned(
    *, promised: Collection[str], kept: Collection[str], proven: Collection[str], exempt: Collection[str]
) -> Tier:
    """The tier a channel has earned.

    Args:
        promised, kept: promises of the manifest, and those whose contract suite the channel's tests take.
        proven: rules that a test proves. exempt: rules the manifest excuses, with a reason.
    """
    if not set(promised) <= set(kept):
        return Tier.NONE
    met = {*proven, *exempt}
    reached = Tier.NONE
    for tier in (Tier.BRONZE, Tier.SILVER, Tier.GOLD):
        if not {rule for rule, asks in RULES.items() if asks is tier} <= met:
            break
        reached = tier
    return reached
