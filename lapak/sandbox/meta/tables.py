"""Tables that practice Facebook, Instagram and WhatsApp share. Money is whole rupiah, times are Unix seconds."""

CATALOGUE = """
CREATE TABLE IF NOT EXISTS meta_item (
    retailer_id TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, data TEXT NOT NULL, price_idr INTEGER NOT NULL,
    stock INTEGER CHECK (stock >= 0), image_status TEXT NOT NULL, verdict TEXT NOT NULL, rejected_for TEXT NOT NULL,
    review_until REAL NOT NULL, created REAL NOT NULL, updated REAL NOT NULL);
CREATE TABLE IF NOT EXISTS meta_batch (
    handle TEXT PRIMARY KEY, made_at REAL NOT NULL, due_at REAL NOT NULL, requests TEXT NOT NULL,
    done INTEGER NOT NULL DEFAULT 0, errors TEXT NOT NULL DEFAULT '[]', invalid_ids TEXT NOT NULL DEFAULT '[]');
"""
CATALOGUE_EMPTIED = ("meta_item", "meta_batch")
CHATS = """
CREATE TABLE IF NOT EXISTS meta_person (
    slug TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, said_at REAL NOT NULL DEFAULT 0, PRIMARY KEY (slug, id));
CREATE TABLE IF NOT EXISTS meta_message (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, slug TEXT NOT NULL, mid TEXT NOT NULL UNIQUE, person TEXT NOT NULL,
    mine INTEGER NOT NULL CHECK (mine IN (0, 1)), at REAL NOT NULL, text TEXT NOT NULL, payload TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS meta_message_person ON meta_message (slug, person, seq);
"""


def chats_emptied(slug: str) -> tuple[str, ...]:
    """What a reset of one platform empties: its own rows."""
    return (f"meta_message WHERE slug = '{slug}'", f"meta_person WHERE slug = '{slug}'")
