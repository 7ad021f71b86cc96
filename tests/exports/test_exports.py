"""Exported programs match the engine to rounding error: sixty hard configs in each library, five epochs each.

PyTorch and Keras have their own test group: `make exports`.
"""

from typing import Any

import pytest

from engine import Trainer
from tests.exports.configs import FROM_ZEROS, LONE_EXAMPLE, MAXOUT, hard_configs, started
from tests.exports.programs import assert_answers_alike, assert_trains_alike, run_programs

EPOCHS = 5
CONFIGS = {
    **hard_configs(),
    "perceptron from zeros": FROM_ZEROS,
    "last minibatch of one": LONE_EXAMPLE,
    "normalized maxout": MAXOUT,
}
LIBRARIES = [
    "numpy",
    pytest.param("pytorch", marks=pytest.mark.exports),
    pytest.param("keras", marks=pytest.mark.exports),
]


@pytest.fixture(scope="module")
def originals() -> dict[str, Trainer]:
    return {name: started(config) for name, config in CONFIGS.items()}


@pytest.fixture(scope="module", params=LIBRARIES)
def programs(
    request: pytest.FixtureRequest, originals: dict[str, Trainer], tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, dict[str, Any]]:
    return request.param, run_programs(originals, request.param, tmp_path_factory.mktemp(request.param), EPOCHS)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", CONFIGS)
def test_exported_program_trains_like_engine(
    name: str, programs: tuple[str, dict[str, Any]], originals: dict[str, Trainer]
) -> None:
    library, results = programs
    assert_answers_alike(originals[name], results[name])
    # PyTorch's clipping adds 1e-6 to the norm, as the exported program notes
    is_exact = library != "pytorch" or not CONFIGS[name].clip_norm
    assert_trains_alike(originals[name], results[name], 1e-8 if is_exact else 2e-5, EPOCHS)
