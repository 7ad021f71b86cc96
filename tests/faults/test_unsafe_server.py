"""The unsafe server still removes what it says from the code as it is now."""

import pytest

from tests.faults.unsafe_server import SAFEGUARDS


@pytest.mark.parametrize("name", SAFEGUARDS)
def test_safeguard_to_remove_still_exists(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    SAFEGUARDS[name](monkeypatch.setattr)
