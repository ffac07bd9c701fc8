"""Chats of Messenger and Instagram: people who write first, a shop that may answer for a while, webhooks of both."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from sqlite3 import Row
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from lapak.sandbox import shoppers
from lapak.sandbox.meta import hooks
from lapak.sandbox.meta.graph import Call, GraphRefused, Handler, unknown
from lapak.sandbox.platform import Core

WINDOW_S, HUMAN_AGENT_S = 86_400, 7 * 86_400
SENDER_ACTIONS = ("typing_on", "typing_off", "mark_seen", "react", "unreact")
MESSAGING_TYPES = ("RESPONSE", "UPDATE", "MESSAGE_TAG")
ATTACHMENTS = ("image", "video", "audio", "file")
QUICK_REPLIES_MOST, QUICK_TITLE_CHARS = 13, 20
PAGE, PAGE_MOST = 25, 100
FIELDS = (
    *("messages", "messaging_postbacks", "message_echoes", "message_deliveries", "message_reads"),
    *("messaging_referrals", "messaging_optins", "message_reactions", "message_edits", "feed", "comments"),
)
# The code of a message outside the window is not in the documents at hand; integrators report this pair.
OUTSIDE_WINDOW = (10, 2018278)


@dataclass(frozen=True, kw_only=True)
class Side:
    """One platform's chats. `owner` is the shop's own id; `nodes` are the ids that may stand in a path for it."""

    slug: str
    word: str  # the webhook's `object`
    text_chars: int
    owner: Callable[[Core], str]
    nodes: Callable[[Core], tuple[str, ...]]
    callback: Callable[[Core], str]

    def routes(self, door: Callable[[str, Handler, str], Route]) -> list[Route]:
        """The chat's calls, for a mount."""
        return [
            door("/{version}/{node}/messages", self.messages, "POST"),
            door("/{version}/{node}/messages", self.thread, "GET"),
            door("/{version}/{node}/conversations", self.conversations, "GET"),
            door("/{version}/{node}/subscribed_apps", self.subscribe, "POST"),
            door("/{version}/{node}/subscribed_apps", self.subscribed, "GET"),
            door("/{version}/{node}/subscribed_apps", self.unsubscribe, "DELETE"),
        ]

    def _must_be_ours(self, call: Call) -> None:
        if call.node not in self.nodes(call.core):
            raise unknown(call.node)

    async def subscribe(self, call: Call) -> dict[str, Any]:
        """Choose what the app is told; without this it is told nothing."""
        self._must_be_ours(call)
        sent = call.params.values.get("subscribed_fields")
        fields = sent if isinstance(sent, list) else [part.strip() for part in str(sent or "").split(",")]
        if not fields or not set(map(str, fields)) <= set(FIELDS):
            raise GraphRefused(100, f"Param subscribed_fields must be of {', '.join(FIELDS)}")
        call.core.store.keep_setting(f"{self.slug}.fields", fields)
        return {"success": True}

    async def subscribed(self, call: Call) -> dict[str, Any]:
        """What the app is told now."""
        self._must_be_ours(call)
        fields = call.core.store.setting(f"{self.slug}.fields", [])
        app = {"id": call.core.settings.facebook.app_id, "name": "Aplikasi Latihan", "subscribed_fields": fields}
        return {"data": [app] if fields else []}

    async def unsubscribe(self, call: Call) -> dict[str, Any]:
        """The app is told nothing any more."""
        self._must_be_ours(call)
        call.core.store.keep_setting(f"{self.slug}.fields", [])
        return {"success": True}

    def tell(self, core: Core, field: str, person: str, event: dict[str, Any], *, from_person: bool) -> None:
        """Put one chat event in the outbox, if the app asked for such."""
        if field not in core.store.setting(f"{self.slug}.fields", []):
            return
        ours, now_ms = self.owner(core), int(core.clock.now() * 1000)
        sender, recipient = (person, ours) if from_person else (ours, person)
        whole = {"sender": {"id": sender}, "recipient": {"id": recipient}, "timestamp": now_ms, **event}
        hooks.tell(
            core,
            slug=self.slug,
            account=person,
            topic=field,
            url=self.callback(core),
            secret=core.settings.facebook.app_secret,
            whole={"object": self.word, "entry": [{"id": ours, "time": now_ms, "messaging": [whole]}]},
        )

    def meet(self, core: Core, person_id: str = "", name: str = "") -> Row:
        """The person of an id, made when first met; without an id a new one."""
        if not person_id:
            person_id = str(core.store.next_id(f"{self.slug}_person", start=6_100_001_887_000_001))
        core.store.run(
            "INSERT INTO meta_person (slug, id, name) VALUES (?, ?, ?) ON CONFLICT (slug, id) DO NOTHING",
            self.slug,
            person_id,
            name or shoppers.person(None)["name"],
        )
        row = self._person(core, person_id)
        assert row is not None  # it was written a moment ago
        return row

    def _person(self, core: Core, person_id: str) -> Row | None:
        return core.store.row("SELECT * FROM meta_person WHERE slug = ? AND id = ?", self.slug, person_id)

    def say(self, core: Core, person_id: str, text: str, *, name: str = "", payload: str = "") -> tuple[str, str]:
        """The person writes, or taps a quick reply (`payload`). Returns the person's id and the message's."""
        with core.store.transaction():
            who = self.meet(core, person_id, name)
            core.store.run(
                "UPDATE meta_person SET said_at = ? WHERE slug = ? AND id = ?", core.clock.now(), self.slug, who["id"]
            )
            mid = f"m_{secrets.token_urlsafe(32)}"
            message: dict[str, Any] = {"mid": mid, "text": text}
            if payload:
                message["quick_reply"] = {"payload": payload}
            self._keep(core, mid, who["id"], message, mine=True)
            self.tell(core, "messages", who["id"], {"message": message}, from_person=True)
        return who["id"], mid

    def _keep(self, core: Core, mid: str, person: str, message: dict[str, Any], *, mine: bool) -> None:
        core.store.run(
            "INSERT INTO meta_message (slug, mid, person, mine, at, text, payload) VALUES (?, ?, ?, ?, ?, ?, ?)",
            self.slug,
            mid,
            person,
            int(mine),
            core.clock.now(),
            str(message.get("text", "")),
            json.dumps(message),
        )

    async def messages(self, call: Call) -> dict[str, Any]:
        """Send a message, or show that one is being written."""
        self._must_be_ours(call)
        core, params = call.core, call.params
        who = self._person(core, params.inside("recipient").text("id"))
        if who is None:
            raise GraphRefused(100, "No matching user found")
        action = params.text("sender_action", default="").lower()
        if action:
            if action not in SENDER_ACTIONS:
                raise GraphRefused(100, "Param sender_action is not known")
            return {"recipient_id": who["id"]}
        self._check_window(core, who, params.one_of("messaging_type", MESSAGING_TYPES, default="RESPONSE"), call)
        message = self._checked(call)
        mid = f"m_{secrets.token_urlsafe(32)}"
        with core.store.transaction():
            self._keep(core, mid, who["id"], message, mine=False)
            echo = {"mid": mid, "is_echo": True, "app_id": int(core.settings.facebook.app_id), **message}
            self.tell(core, "message_echoes", who["id"], {"message": echo}, from_person=False)
            watermark = int(core.clock.now() * 1000)
            delivered = {"delivery": {"mids": [mid], "watermark": watermark}}
            self.tell(core, "message_deliveries", who["id"], delivered, from_person=True)
        return {"recipient_id": who["id"], "message_id": mid}

    def _check_window(self, core: Core, who: Row, kind: str, call: Call) -> None:
        """24 h after the person's last word anything goes; to the 7th day only a human may answer."""
        silent_s = core.clock.now() - who["said_at"]
        tag = call.params.text("tag", default="")
        if kind == "MESSAGE_TAG":
            if tag != "HUMAN_AGENT":
                raise GraphRefused(100, "Param tag must be HUMAN_AGENT")
            if silent_s < HUMAN_AGENT_S:
                return
        elif silent_s < WINDOW_S:
            return
        code, subcode = OUTSIDE_WINDOW
        raise GraphRefused(code, "This message is sent outside of allowed window.", subcode=subcode)

    def _checked(self, call: Call) -> dict[str, Any]:
        message = call.params.inside("message")
        if ("text" in message) == ("attachment" in message):
            raise GraphRefused(100, "Param message must have either text or attachment")
        message.text("text", default="", most=self.text_chars)
        attachment = message.maybe("attachment")
        if attachment is not None:
            attachment.one_of("type", ATTACHMENTS)
            if not attachment.inside("payload").text("url").startswith(("http://", "https://")):
                raise GraphRefused(100, "Param url must be absolute")
        for reply in message.each("quick_replies", low=0, high=QUICK_REPLIES_MOST):
            if reply.text("content_type") == "text":
                reply.text("title", most=QUICK_TITLE_CHARS)
                reply.text("payload", most=1000)
        return dict(message.values)

    async def conversations(self, call: Call) -> dict[str, Any]:
        """The chats, newest first, with their messages when `fields` asks for them."""
        self._must_be_ours(call)
        rows = call.core.store.rows(
            "SELECT p.*, max(m.at) AS last_at, count(m.seq) AS n FROM meta_person p JOIN meta_message m"
            " ON m.slug = p.slug AND m.person = p.id WHERE p.slug = ? GROUP BY p.id ORDER BY max(m.seq) DESC LIMIT ?",
            self.slug,
            min(call.params.whole("limit", default=PAGE, low=1), PAGE_MOST),
        )
        asked, ours = call.params.fields(), self.owner(call.core)
        found = []
        for row in rows:
            one: dict[str, Any] = {"id": f"t_{row['id']}", "updated_time": moment(row["last_at"])}
            if "message_count" in asked:
                one["message_count"] = row["n"]
            if "participants" in asked:
                one["participants"] = {"data": [{"id": row["id"], "name": row["name"]}, {"id": ours}]}
            if "messages" in asked:
                one["messages"] = {"data": self._listed(call.core, row["id"])}
            found.append(one)
        return {"data": found}

    async def thread(self, call: Call) -> dict[str, Any]:
        """The messages of one chat, newest first."""
        who = self._person(call.core, call.node.removeprefix("t_"))
        if who is None or not call.node.startswith("t_"):
            raise unknown(call.node)
        return {"data": self._listed(call.core, who["id"])}

    def _listed(self, core: Core, person: str) -> list[dict[str, Any]]:
        rows = core.store.rows(
            "SELECT * FROM meta_message WHERE slug = ? AND person = ? ORDER BY seq DESC LIMIT ?",
            self.slug,
            person,
            PAGE_MOST,
        )
        ours = self.owner(core)
        return [
            {
                "id": row["mid"],
                "created_time": moment(row["at"]),
                "message": row["text"],
                "from": {"id": person if row["mine"] else ours},
                "to": {"data": [{"id": ours if row["mine"] else person}]},
            }
            for row in rows
        ]

    def chat(self, core: Core, person: str) -> list[dict[str, Any]]:
        """One chat as its person sees it, oldest first."""
        rows = core.store.rows(
            "SELECT * FROM meta_message WHERE slug = ? AND person = ? ORDER BY seq", self.slug, person
        )
        found = []
        for row in rows:
            payload = json.loads(row["payload"])
            attachment = payload.get("attachment", {})
            answers = [one for one in payload.get("quick_replies", []) if one.get("content_type") == "text"]
            found.append(
                {
                    "mid": row["mid"],
                    "from_person": bool(row["mine"]),
                    "at": row["at"],
                    "text": row["text"] or f"[{attachment.get('type', 'pesan')}]",
                    "answers": [] if row["mine"] else answers,
                    "payload": payload,
                }
            )
        return found

    def people(self, core: Core) -> list[dict[str, Any]]:
        """Everybody who wrote, with their chats."""
        rows = core.store.rows("SELECT * FROM meta_person WHERE slug = ? ORDER BY rowid", self.slug)
        return [{"id": row["id"], "name": row["name"], "messages": self.chat(core, row["id"])} for row in rows]

    def portal(self, core: Core) -> Response:
        """What the app's dashboard shows."""
        fields = core.store.setting(f"{self.slug}.fields", [])
        return JSONResponse({"callback": self.callback(core), "subscribed_fields": fields})


def moment(at: float) -> str:
    """Unix seconds as Graph writes them: 2026-11-24T03:04:05+0000."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")
