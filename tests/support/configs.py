"""Random configs: all valid values of every field."""

from typing import Any

from hypothesis import strategies as st

from engine import FIELDS, Field
from engine.own_examples import edited, encode, no_examples

OWN = [
    edited(no_examples(classes), [], [(x / 3, -x, x % max(classes, 2), part) for x in range(-6, count)])
    for classes, count, part in ((2, 30, ""), (5, 12, ""), (0, 3, "test"), (2, -5, "train"))
]


def values_of(field: Field) -> st.SearchStrategy[Any]:
    """All valid values of a field, kept small enough to train quickly."""
    low, high = field.low or 0, field.high or 0
    choices = st.sampled_from(list(field.choices or [""]))
    offered = st.sampled_from(field.offered or (field.default,))
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "choice": choices,
        "choices": st.lists(choices, unique=True),
        "flag": st.booleans(),
        "names": st.lists(st.just("") | choices, max_size=4),
        "numbers": st.lists(st.none() | offered, max_size=4),
        "text": st.text(st.characters(exclude_categories=["Cs"]), min_size=int(low), max_size=20),
        "integers": st.lists(st.integers(1, 12), max_size=4),
        "examples": st.sampled_from(["", *map(encode, OWN)]),
    }
    if field.kind == "number":
        return offered | st.floats(low, high, exclude_min=field.above)
    if field.kind == "integer":
        return offered | st.integers(int(low), int(min(high, 300)))
    return kinds[field.kind]


CONFIGS = st.fixed_dictionaries({}, optional={name: values_of(field) for name, field in FIELDS.items()})
