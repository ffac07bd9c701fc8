"""Opens channels from their manifests. Nobody imports a connector by name.

`settings` is what `LAPAK_CHANNELS` holds for the channel; a key that is missing or empty takes the manifest's default.
"""

from collections.abc import Mapping
from functools import cache
from importlib import import_module, resources
from typing import Any, cast

import httpx2

import lapak.channels
from lapak.channels.kit.errors import KeysRefused
from lapak.channels.kit.manifest import Manifest, parse
from lapak.channels.kit.protocol import Application, Connector, GrantKeeper, OpenPhoto, SendsMessages


@cache
def channels() -> tuple[Manifest, ...]:
    """Every channel of this build, by slug."""
    folders = sorted(resources.files(lapak.channels).iterdir(), key=lambda folder: folder.name)
    files = [(folder.name, folder / "channel.toml") for folder in folders if folder.is_dir()]
    return tuple(parse(file.read_text("utf-8"), slug=slug) for slug, file in files if file.is_file())


def manifest(slug: str) -> Manifest:
    """The manifest of a channel. Raises KeyError for one that is not in this build."""
    return {known.slug: known for known in channels()}[slug]


def application(
    slug: str, *, settings: Mapping[str, str], transport: httpx2.BaseTransport | None = None
) -> Application:
    """Our application on a channel: ask `isinstance(…, AsksConsent)` and so on. Raises KeysRefused, KeyError."""
    return cast(Application, _open(slug, "application", settings, transport=transport))


def connector(
    slug: str,
    *,
    settings: Mapping[str, str],
    shop_external_id: str,
    keeper: GrantKeeper,
    open_photo: OpenPhoto,
    transport: httpx2.BaseTransport | None = None,
) -> Connector:
    """One shop on a channel; close it after use. Raises KeysRefused when a setting it needs is empty, KeyError."""
    return cast(
        Connector,
        _open(
            slug,
            "connector",
            settings,
            shop_external_id=shop_external_id,
            keeper=keeper,
            open_photo=open_photo,
            transport=transport,
        ),
    )


def messenger(
    slug: str, *, settings: Mapping[str, str], transport: httpx2.BaseTransport | None = None
) -> SendsMessages:
    """A channel that carries words to a phone. Raises KeysRefused, KeyError."""
    return cast(SendsMessages, _open(slug, "messenger", settings, transport=transport))


def filled(channel: Manifest, settings: Mapping[str, str]) -> dict[str, str]:
    """The settings with the manifest's defaults. Raises KeysRefused naming the required ones that are empty."""
    whole = {key: settings.get(key) or default for key, default in channel.settings.items()}
    missing = [key for key in channel.required if not whole[key]]
    if missing:
        raise KeysRefused(channel=channel.name, why="settings", missing=", ".join(missing))
    return whole


def _open(slug: str, what: str, settings: Mapping[str, str], **parts: Any) -> object:  # Any: each class has its own
    channel = manifest(slug)
    module, _, name = channel.opens[what].partition(":")
    kind = getattr(import_module(f"lapak.channels.{slug}.{module}"), name)
    return kind(settings=filled(channel, settings), **parts)
