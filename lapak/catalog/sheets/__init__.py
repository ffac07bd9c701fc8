"""Product sheets, in and out. Pure: bytes to drafts with faults, and rows to workbooks; no table is touched here."""
