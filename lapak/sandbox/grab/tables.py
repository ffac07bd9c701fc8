"""The tables behind practice Grab. Money is in minor units of the store's exponent, times are Unix seconds."""

TABLES = """
CREATE TABLE IF NOT EXISTS grab_store (
    merchant_id TEXT PRIMARY KEY, partner_merchant_id TEXT NOT NULL, name TEXT NOT NULL,
    service TEXT NOT NULL CHECK (service IN ('food', 'mart')), exponent INTEGER NOT NULL,
    accepts TEXT NOT NULL CHECK (accepts IN ('AUTO', 'MANUAL')), status TEXT NOT NULL,
    paused_until REAL NOT NULL DEFAULT 0, notified_at REAL NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS grab_token (token TEXT PRIMARY KEY, scope TEXT NOT NULL, until REAL NOT NULL);
CREATE TABLE IF NOT EXISTS grab_activation (
    token TEXT PRIMARY KEY, partner_merchant_id TEXT NOT NULL, service TEXT NOT NULL, until REAL NOT NULL);
CREATE TABLE IF NOT EXISTS grab_sync (
    job_id TEXT PRIMARY KEY, merchant_id TEXT NOT NULL REFERENCES grab_store ON DELETE CASCADE,
    created REAL NOT NULL, updated REAL NOT NULL, code TEXT NOT NULL, errors TEXT NOT NULL DEFAULT '[]',
    sections TEXT NOT NULL DEFAULT '[]');
CREATE TABLE IF NOT EXISTS grab_item (
    merchant_id TEXT NOT NULL REFERENCES grab_store ON DELETE CASCADE, item_id TEXT NOT NULL,
    place INTEGER NOT NULL, category TEXT NOT NULL, grab_item_id TEXT NOT NULL, name TEXT NOT NULL,
    price INTEGER NOT NULL, status TEXT NOT NULL, max_stock INTEGER CHECK (max_stock >= 0),
    spec TEXT NOT NULL, groups TEXT NOT NULL, batched_at REAL NOT NULL DEFAULT 0,
    PRIMARY KEY (merchant_id, item_id));
CREATE TABLE IF NOT EXISTS grab_order (
    order_id TEXT PRIMARY KEY, merchant_id TEXT NOT NULL REFERENCES grab_store ON DELETE CASCADE,
    day TEXT NOT NULL, state TEXT NOT NULL, placed_at REAL NOT NULL, ended_at REAL, allocated_at REAL,
    ready INTEGER NOT NULL DEFAULT 0, cancel_code INTEGER, payload TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS grab_order_day ON grab_order (merchant_id, day);
"""
# Children first, so that a reset meets no foreign key.
EMPTIED = ("grab_order", "grab_item", "grab_sync", "grab_activation", "grab_token", "grab_store")
