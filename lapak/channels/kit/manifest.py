"""A channel's `channel.toml`, read and checked: what it does, how far we have seen it work, and what it asks of us."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from lapak.channels.kit.tiers import RULES, Tier

PROMISES = (
    "takes_listings",
    "has_categories",
    "gives_orders",
    "sends_messages",
    "asks_consent",
    "takes_keys",
    "tells_of_consent",
    "pushes_orders",
    "tells_of_messages",
    "takes_menu",
    "asks_seller",
    "fetches_menu",
)
OPENS = ("application", "connector", "messenger")


class Seen(StrEnum):
    """How far a channel has been seen to work. No tier outranks it."""

    DOCUMENTS = "documents"
    SANDBOX = "sandbox"
    LIVE = "live"


HIGHEST_TIER = {Seen.DOCUMENTS: Tier.BRONZE, Seen.SANDBOX: Tier.SILVER, Seen.LIVE: Tier.GOLD}


class ManifestWrong(ValueError):
    """A `channel.toml` that cannot be used. A mistake of ours, found by the tests, never by an owner."""


@dataclass(frozen=True, kw_only=True)
class Api:
    """Which version of the platform's interface was read, when, and where."""

    version: str
    read_on: date
    url: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A channel as its folder describes it.

    opens: what can be opened → "module:Class" below the channel's package. rules: rule → "done", "todo" or
    "exempt: why". settings: key → default; required and secret: keys of settings.
    """

    slug: str
    name: str
    does: tuple[str, ...]
    tier: Tier
    evidence: Seen
    api: Api
    opens: Mapping[str, str]
    limits: Mapping[str, int] = field(default_factory=dict)
    rules: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()

    def exempt(self, rule: str) -> bool:
        return self.rules.get(rule, "todo").startswith("exempt: ")

    def todo(self) -> tuple[str, ...]:
        """Rules still to be met, in the order of the tiers."""
        return tuple(rule for rule in RULES if self.rules[rule] == "todo")


def parse(text: str, *, slug: str) -> Manifest:
    """Read a manifest. `slug` is the folder it lies in. Raises ManifestWrong, which says what to mend."""
    try:
        told = tomllib.loads(text)["channel"]
        manifest = Manifest(
            slug=told["slug"],
            name=told["name"],
            does=tuple(told["does"]),
            tier=Tier(told["tier"]),
            evidence=Seen(told["evidence"]),
            api=Api(**told["api"]),
            opens=told["opens"],
            limits=told.get("limits", {}),
            rules={rule: _rule(rule, word) for rule, word in told["rules"].items()},
            settings=told.get("settings", {}),
            required=tuple(told.get("required", ())),
            secret=tuple(told.get("secret", ())),
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as fault:
        raise ManifestWrong(f"{slug}/channel.toml: {fault}") from fault
    for ill, what in _ills(manifest, slug):
        if ill:
            raise ManifestWrong(f"{slug}/channel.toml: {what}")
    return manifest


def _rule(rule: str, word: object) -> str:
    match word:
        case "done" | "todo":
            return str(word)
        case {"exempt": str(why)} if why.strip():
            return f"exempt: {why}"
    raise ManifestWrong(f'rule {rule} must be "done", "todo" or {{ exempt = "why" }}')


def _ills(manifest: Manifest, slug: str) -> list[tuple[bool, str]]:
    settings = set(manifest.settings)
    return [
        (manifest.slug != slug, f"slug must be {slug}"),
        (not manifest.does, "a channel that does nothing"),
        (not set(manifest.does) <= set(PROMISES), f"does may hold {', '.join(PROMISES)}"),
        (len(set(manifest.does)) != len(manifest.does), "a promise is named twice"),
        (not manifest.opens or not set(manifest.opens) <= set(OPENS), f"opens may hold {', '.join(OPENS)}"),
        (set(manifest.rules) != set(RULES), f"rules must name each of {', '.join(RULES)}"),
        (manifest.tier > HIGHEST_TIER[manifest.evidence], f"tier outranks the evidence {manifest.evidence}"),
        (any(type(limit) is not int for limit in manifest.limits.values()), "limits are whole numbers"),
        (any(type(value) is not str for value in manifest.settings.values()), "defaults of settings are text"),
        (not {*manifest.required, *manifest.secret} <= settings, "required and secret must be among the settings"),
        (any(manifest.settings.get(key) for key in manifest.secret), "a secret has no default"),
    ]
