"""Tables of examples as text: read from what spreadsheets write, and written so that they can read it.

Reading refuses a row rather than guess what it means, says of every refused one why, and then takes nothing at all.
"""

from app.tables.reading import read_table
from app.tables.report import ROLES, Report, TableError, Wishes
from app.tables.text import MAX_BYTES
from app.tables.wishes import BadWish, read_wishes
from app.tables.writing import write_table

__all__ = [
    "MAX_BYTES",
    "ROLES",
    "BadWish",
    "Report",
    "TableError",
    "Wishes",
    "read_table",
    "read_wishes",
    "write_table",
]
