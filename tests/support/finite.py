"""Whether all that goes out is made of finite numbers."""

import numpy as np

from app.protocol.containers import decode_container


def assert_finite(container: bytes) -> None:
    """Nothing in a container is anything but a finite number."""
    message, arrays = decode_container(container)
    for name, array in arrays.items():
        assert np.isfinite(array).all(), name
    assert_finite_json(message)


def assert_finite_json(value: object) -> None:
    """The same of a message; JSON that Python has read may hold what JSON does not have."""
    if isinstance(value, float):
        assert np.isfinite(value)
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        assert_finite_json(child)
