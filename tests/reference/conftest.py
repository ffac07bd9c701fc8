from tests.reference.lists import official_lists

__all__ = ["official_lists"]
