"""Plain data that channels and modules share. Frozen, typed, without Django and without behaviour of any module."""
