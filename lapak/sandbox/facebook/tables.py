"""The tables behind practice Facebook: posts and photos of the Page. Times are Unix seconds."""

from lapak.sandbox.meta.tables import CATALOGUE, CATALOGUE_EMPTIED, CHATS, chats_emptied

TABLES = (
    CATALOGUE
    + CHATS
    + """
CREATE TABLE IF NOT EXISTS facebook_post (
    id TEXT PRIMARY KEY, at REAL NOT NULL, publish_at REAL NOT NULL, published INTEGER NOT NULL,
    message TEXT NOT NULL, link TEXT NOT NULL, photos TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS facebook_photo (
    id TEXT PRIMARY KEY, at REAL NOT NULL, url TEXT NOT NULL, caption TEXT NOT NULL, bytes BLOB);
"""
)
EMPTIED = ("facebook_post", "facebook_photo", *CATALOGUE_EMPTIED, *chats_emptied("facebook"))
