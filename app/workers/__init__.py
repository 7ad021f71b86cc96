"""BETWEEN: processes that train or read tables, as the front starts and watches them, and as they run."""
