"""How the page shows a run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """Display options of the run: the theme, and the states of the page's checkboxes."""

    theme: str = "light"
    show_test_data: bool = False
    discretize: bool = False
    show_changes: bool = False
