"""Checks an outgoing message against the documented limits and says how the phone shows it."""

from __future__ import annotations

from typing import Any

from lapak.sandbox.platform import Core
from lapak.sandbox.whatsapp import media, selling
from lapak.sandbox.whatsapp.approved import APPROVED, Template
from lapak.sandbox.whatsapp.graph import GraphRefused

TEXT_CHARS, INTERACTIVE_CHARS, LIST_BODY_CHARS, HEADER_CHARS, FOOTER_CHARS = 4096, 1024, 4096, 60, 60
BUTTONS_MOST, BUTTON_CHARS, BUTTON_ID_CHARS = 3, 20, 256
SECTIONS_MOST, ROWS_MOST, ROW_CHARS, ROW_NOTE_CHARS, ROW_ID_CHARS, SECTION_CHARS = 10, 10, 24, 72, 200, 24
PRODUCTS_MOST = 30
URL_CHARS, FILE_NAME_CHARS = 2000, 240
INTERACTIVE = ("button", "list", "product", "product_list", "catalog_message")


def _object(holder: dict[str, Any], name: str) -> dict[str, Any]:
    value = holder.get(name)
    if value is None:
        raise GraphRefused(131008, f"Parameter {name} is required.")
    if not isinstance(value, dict):
        raise GraphRefused(131009, f"Parameter {name} must be an object.")
    return value


def _text(holder: dict[str, Any], name: str, most: int) -> str:
    value = holder.get(name)
    if value in (None, ""):
        raise GraphRefused(131008, f"Parameter {name} is required.")
    if not isinstance(value, str) or len(value) > most:
        raise GraphRefused(131009, f"Parameter {name} must be text of at most {most} characters.")
    return value


def _list(holder: dict[str, Any], name: str, most: int) -> list[dict[str, Any]]:
    value = holder.get(name)
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise GraphRefused(131008 if value is None else 131009, f"Parameter {name} must be a list of objects.")
    if not 1 <= len(value) <= most:
        raise GraphRefused(131009, f"Parameter {name} must have 1 to {most} entries.")
    return value


def _unique(values: list[str], what: str) -> None:
    if len(set(values)) < len(values):
        raise GraphRefused(131009, f"Each {what} must be unique.")


def shown_text(_core: Core, message: dict[str, Any]) -> str:
    """A text message's body."""
    return _text(_object(message, "text"), "body", TEXT_CHARS)


def shown_media(core: Core, message: dict[str, Any]) -> str:
    """A picture, sound or paper: uploaded before (`id`) or fetched by WhatsApp (`link`); its caption."""
    kind = message["type"]
    sent = _object(message, kind)
    if ("id" in sent) == ("link" in sent):
        raise GraphRefused(131009, f"Parameter {kind} takes either id or link.")
    if "id" in sent:
        row = media.find(core, str(sent["id"]))
        if row is None or row["media_type"] not in media.KINDS[kind][0]:
            raise GraphRefused(131053, f"Media {sent['id']} does not exist or is no {kind}.")
    elif not _text(sent, "link", URL_CHARS).startswith(("http://", "https://")):
        raise GraphRefused(131009, "Parameter link must be a URL.")
    if "filename" in sent:
        _text(sent, "filename", FILE_NAME_CHARS)
    if kind == "audio" and "caption" in sent:
        raise GraphRefused(131009, "An audio message takes no caption.")
    return _text(sent, "caption", INTERACTIVE_CHARS) if "caption" in sent else ""


def shown_interactive(core: Core, message: dict[str, Any]) -> str:
    """An interactive message's words; its buttons and products stay in the payload."""
    interactive = _object(message, "interactive")
    kind = interactive.get("type")
    if kind not in INTERACTIVE:
        raise GraphRefused(131009, f"The practice phone shows interactive types {', '.join(INTERACTIVE)} only.")
    body = ""
    if kind != "product" or "body" in interactive:
        body = _text(_object(interactive, "body"), "text", LIST_BODY_CHARS if kind == "list" else INTERACTIVE_CHARS)
    if "header" in interactive:
        if kind == "product":
            raise GraphRefused(131009, "A product message takes no header.")
        header = _object(interactive, "header")
        if header.get("type") == "text":
            body = f"*{_text(header, 'text', HEADER_CHARS)}*\n{body}"
        elif kind == "product_list":
            raise GraphRefused(131009, "A product list needs a header of type text.")
    elif kind == "product_list":
        raise GraphRefused(131008, "Parameter header is required.")
    if "footer" in interactive:
        body = f"{body}\n{_text(_object(interactive, 'footer'), 'text', FOOTER_CHARS)}"
    _check_action(core, kind, _object(interactive, "action"))
    return body


def _check_action(core: Core, kind: str, action: dict[str, Any]) -> None:
    if kind == "button":
        replies = [_object(button, "reply") for button in _list(action, "buttons", BUTTONS_MOST)]
        _unique([_text(reply, "title", BUTTON_CHARS) for reply in replies], "button title")
        _unique([_text(reply, "id", BUTTON_ID_CHARS) for reply in replies], "button id")
    elif kind == "list":
        _check_list(action)
    else:
        _check_products(core, kind, action)


def _check_products(core: Core, kind: str, action: dict[str, Any]) -> None:
    """Products must stand in the connected catalogue now."""
    named: list[str] = []
    if kind == "catalog_message":
        if action.get("name") != "catalog_message":
            raise GraphRefused(131009, "Parameter name must be catalog_message.")
        if "parameters" in action:
            named = [_text(_object(action, "parameters"), "thumbnail_product_retailer_id", 100)]
    else:
        if _text(action, "catalog_id", 64) != selling.connected(core):
            raise GraphRefused(131009, "Parameter catalog_id is not the connected catalogue.")
        if kind == "product":
            named = [_text(action, "product_retailer_id", 100)]
    if kind == "product_list":
        sections = _list(action, "sections", SECTIONS_MOST)
        for section in sections:
            if len(sections) > 1 or "title" in section:
                _text(section, "title", SECTION_CHARS)
            items = _list(section, "product_items", PRODUCTS_MOST)
            named += [_text(item, "product_retailer_id", 100) for item in items]
        if len(named) > PRODUCTS_MOST:
            raise GraphRefused(131009, f"A product list has at most {PRODUCTS_MOST} products in total.")
    if not selling.connected(core):
        raise GraphRefused(131009, "No catalogue is connected to this account.")
    offered = {one["retailer_id"] for one in selling.shelf(core)}
    if missing := [one for one in named if one not in offered]:
        raise GraphRefused(131009, f"Products not found in the catalogue: {', '.join(missing)}")


def _check_list(action: dict[str, Any]) -> None:
    _text(action, "button", BUTTON_CHARS)
    sections = _list(action, "sections", SECTIONS_MOST)
    rows = [row for section in sections for row in _list(section, "rows", ROWS_MOST)]
    if len(rows) > ROWS_MOST:
        raise GraphRefused(131009, f"A list has at most {ROWS_MOST} rows in total.")
    for section in sections:
        if len(sections) > 1 or "title" in section:
            _text(section, "title", SECTION_CHARS)
    for row in rows:
        _text(row, "title", ROW_CHARS)
        if "description" in row:
            _text(row, "description", ROW_NOTE_CHARS)
    _unique([_text(row, "id", ROW_ID_CHARS) for row in rows], "row id")


def template_of(message: dict[str, Any]) -> Template:
    """The approved template a message names. Raises GraphRefused 132001."""
    template = _object(message, "template")
    name, language = _text(template, "name", 512), _text(_object(template, "language"), "code", 16)
    found = APPROVED.get(name)
    if found is None or found.language != language:
        raise GraphRefused(132001, f"template name ({name}) does not exist in {language}")
    return found


def shown_template(_core: Core, message: dict[str, Any]) -> str:
    """A template's words with its parameters in place."""
    template, components = template_of(message), message["template"].get("components", [])
    if not isinstance(components, list) or not all(isinstance(part, dict) for part in components):
        raise GraphRefused(132012, "components must be a list of objects.")
    texts = _parameters(components, "body")
    if len(texts) != template.parameters:
        raise GraphRefused(
            132000,
            f"body: number of localizable_params ({len(texts)}) does not match the expected"
            f" number of params ({template.parameters})",
        )
    buttons = [part for part in components if part.get("type") == "button"]
    if len(buttons) != int(template.copy_code):
        raise GraphRefused(132000, f"button: {len(buttons)} sent, {int(template.copy_code)} expected")
    if template.copy_code:
        if buttons[0].get("sub_type") not in ("url", "copy_code") or str(buttons[0].get("index")) != "0":
            raise GraphRefused(132012, "The button of an authentication template is sub_type url with index 0.")
        if _parameters(buttons, "button") != texts:
            raise GraphRefused(132012, "The button must carry the same code as the body.")
    return template.filled(texts)


def _parameters(components: list[dict[str, Any]], kind: str) -> list[str]:
    part = next((part for part in components if part.get("type") == kind), {})
    parameters = part.get("parameters", [])
    if not isinstance(parameters, list) or not all(isinstance(one, dict) for one in parameters):
        raise GraphRefused(132012, f"{kind}: parameters must be a list of objects.")
    if any(one.get("type") != "text" for one in parameters):
        raise GraphRefused(132012, f"{kind}: parameters must be of type text.")
    return [_text(one, "text", INTERACTIVE_CHARS) for one in parameters]


SHOWN = {
    "text": shown_text,
    "interactive": shown_interactive,
    "template": shown_template,
    **dict.fromkeys(media.KINDS, shown_media),
}
