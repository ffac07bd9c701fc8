"""The tables behind practice Instagram. Times are Unix seconds."""

from lapak.sandbox.meta.tables import CATALOGUE, CHATS, chats_emptied

TABLES = (
    CATALOGUE
    + CHATS
    + """
CREATE TABLE IF NOT EXISTS instagram_container (
    id TEXT PRIMARY KEY, at REAL NOT NULL, ready_at REAL NOT NULL, kind TEXT NOT NULL, child INTEGER NOT NULL,
    spec TEXT NOT NULL, fault TEXT NOT NULL DEFAULT '', published_at REAL);
CREATE TABLE IF NOT EXISTS instagram_media (
    id TEXT PRIMARY KEY, container TEXT NOT NULL, at REAL NOT NULL, kind TEXT NOT NULL, spec TEXT NOT NULL,
    tags TEXT NOT NULL);
"""
)
EMPTIED = ("instagram_container", "instagram_media", *chats_emptied("instagram"))
