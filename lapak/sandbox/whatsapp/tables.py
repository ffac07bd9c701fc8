"""The tables behind practice WhatsApp. Numbers are digits with country code and without a plus."""

TABLES = """
CREATE TABLE IF NOT EXISTS whatsapp_person (
    number TEXT PRIMARY KEY, user_id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, said_at REAL NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS whatsapp_message (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, number TEXT NOT NULL,
    mine INTEGER NOT NULL CHECK (mine IN (0, 1)), at REAL NOT NULL, type TEXT NOT NULL, payload TEXT NOT NULL,
    shown TEXT NOT NULL, template TEXT NOT NULL DEFAULT '', failed INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS whatsapp_message_number ON whatsapp_message (number, seq);
CREATE TABLE IF NOT EXISTS whatsapp_media (
    id TEXT PRIMARY KEY, media_type TEXT NOT NULL, sha256 TEXT NOT NULL, made_at REAL NOT NULL, bytes BLOB NOT NULL);
"""
EMPTIED = ("whatsapp_message", "whatsapp_person", "whatsapp_media")
