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
