"""Tables of examples as text: parsed from what spreadsheets write, and written so that they can read it.

Parsing rejects a row rather than guess what it means, and reports why for each of them; if any is rejected, nothing is
imported.
"""

from app.tables.encoding import MAX_BYTES
from app.tables.options import BadOption, ImportOptions, read_options
from app.tables.parser import read_table
from app.tables.report import ROLES, Report, TableError
from app.tables.writer import write_table

__all__ = [
    "MAX_BYTES",
    "ROLES",
    "BadOption",
    "ImportOptions",
    "Report",
    "TableError",
    "read_options",
    "read_table",
    "write_table",
]
