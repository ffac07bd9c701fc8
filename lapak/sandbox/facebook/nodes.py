"""Reading single objects: the Page, its token, the catalogue, a product, a post."""

from __future__ import annotations

from typing import Any

from lapak.sandbox.facebook import posts
from lapak.sandbox.meta import catalogue
from lapak.sandbox.meta.graph import Call, unknown

LONG_LIVED_S = 5_184_000
TASKS = ("ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE", "MANAGE")
SCOPES = ("catalog_management", "business_management", "pages_show_list", "pages_manage_posts", "pages_messaging")


def _only(call: Call, whole: dict[str, Any], default: set[str]) -> dict[str, Any]:
    asked = call.params.fields() or default
    return {name: value for name, value in whole.items() if name in asked | {"id"} and value is not None}


async def node(call: Call) -> dict[str, Any]:
    """One object by its id; `me` is the Page for a Page token, else the system user."""
    core, ours, name = call.core, call.core.settings.facebook, call.node
    if name == "me" and call.token == ours.token:
        return {"id": "122000001887", "name": "Pengguna Sistem Latihan"}
    if name in (ours.page_id, "me"):
        whole: dict[str, Any] = {
            "id": ours.page_id,
            "name": ours.page_name,
            "link": f"https://www.facebook.com/{ours.page_id}",
            "access_token": ours.page_token if call.token == ours.token else None,
            "instagram_business_account": {"id": core.settings.instagram.user_id},
            "tasks": list(TASKS),
        }
        return _only(call, whole, {"id", "name"})
    if name == ours.catalog_id:
        count = len(catalogue.state(core))
        whole = {"id": name, "name": "Katalog Latihan", "product_count": count, "vertical": "commerce"}
        return _only(call, whole, {"id", "name"})
    row = core.store.row("SELECT * FROM meta_item WHERE id = ?", name)
    if row is not None:
        return catalogue.shown(catalogue.out(core, row), call.params)
    posts.settle(core)
    post = core.store.row("SELECT * FROM facebook_post WHERE id = ?", name)
    if post is None:
        raise unknown(name)
    return _only(call, posts.out(core, post), {"id", "message", "created_time"})


async def delete(call: Call) -> dict[str, Any]:
    """Take away a post or a product."""
    for statement in ("DELETE FROM facebook_post WHERE id = ?", "DELETE FROM meta_item WHERE id = ?"):
        if call.core.store.run(statement, call.node):
            return {"success": True}
    raise unknown(call.node)


async def accounts(call: Call) -> dict[str, Any]:
    """The Pages a user may act for, each with its own token."""
    ours = call.core.settings.facebook
    if call.node != "me" or call.token != ours.token:
        raise unknown(call.node)
    one = {"id": ours.page_id, "name": ours.page_name, "access_token": ours.page_token, "tasks": list(TASKS)}
    return {"data": [one | {"category": "Toko"}]}


async def catalogs(call: Call) -> dict[str, Any]:
    """The business's catalogues."""
    ours = call.core.settings.facebook
    if call.node not in (ours.business_id, "me"):
        raise unknown(call.node)
    return {"data": [{"id": ours.catalog_id, "name": "Katalog Latihan"}]}


async def debug_token(call: Call) -> dict[str, Any]:
    """What a token is good for. Practice tokens never expire."""
    ours, asked = call.core.settings.facebook, call.params.text("input_token")
    kinds = {ours.token: "SYSTEM_USER", ours.page_token: "PAGE", call.core.settings.instagram.token: "USER"}
    kind = kinds.get(asked)
    told: dict[str, Any] = {"app_id": ours.app_id, "is_valid": kind is not None, "scopes": list(SCOPES) if kind else []}
    if kind is not None:
        told |= {"type": kind, "expires_at": 0, "data_access_expires_at": 0, "granular_scopes": []}
    return {"data": told}
