"""The engine against an independent implementation: the same network in PyTorch, if it is installed."""

import importlib
from collections.abc import Callable
from typing import Any, cast

import numpy as np
import pytest

from engine import ACTIVATIONS, LOSSES, OPTIMIZERS, POINT_DATASETS, Config, Trainer
from engine.optimizers import RATES
from tests.reference import inputs_of

pytestmark = pytest.mark.exports

UPDATES = 200
FULL_BATCH = Config(dataset="xor", train_percent=20, batch_size=100, learning_rate=0.03)
MULTICLASS = [name for name, dataset in POINT_DATASETS.items() if dataset.classes > 2]


@pytest.fixture(name="torch")
def _torch() -> Any:
    return importlib.import_module("torch")


def optimizer(torch: Any, config: Config) -> Callable[[list[Any]], Any]:
    """PyTorch's optimizer with the config's hyperparameters, from the code in the registry."""
    call, arguments = OPTIMIZERS[config.optimizer].code.torch[:-1].split("(", 1)
    constants = {name.upper(): getattr(config, name) for name in RATES}
    build = eval(f"lambda parameters: {call}(parameters, {arguments})", {**vars(torch.optim), **constants})  # noqa: S307
    return cast("Callable[[list[Any]], Any]", build)


def activation(torch: Any, name: str, config: Config) -> Any:
    """PyTorch's activation, from the code in the registry."""
    if ACTIVATIONS[name].pieces > 1:
        return torch.nn.Identity()
    code = ACTIVATIONS[name].code
    constants = {setting.upper(): getattr(config, setting) for setting in ACTIVATIONS[name].settings}
    names = {"torch": torch, "nn": torch.nn, **constants}
    exec(code.torch_source, names)  # noqa: S102
    return eval(code.torch, names)  # noqa: S307


def largest(torch: Any, pieces: list[Any]) -> Any:
    """A layer that outputs the maximum of its pieces."""

    class Largest(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.pieces = torch.nn.ModuleList(pieces)

        def forward(self, inputs: Any) -> Any:
            return torch.stack([piece(inputs) for piece in self.pieces]).max(dim=0).values

    return Largest()


def losses(torch: Any, config: Config) -> Callable[[Any, Any], Any]:
    """The loss as a function of the output's preactivations (n, outputs) and the targets (n,)."""
    functional = torch.nn.functional
    if config.has_pictures and config.loss == "squared_error":
        return lambda z, t: 0.5 * ((torch.sigmoid(z) - torch.eye(10)[t.long()]) ** 2).sum(dim=1).mean()
    if config.classes > 2:
        return lambda z, t: functional.cross_entropy(z, t.long())
    if config.problem == "regression":
        return lambda z, t: 0.5 * functional.mse_loss(z[:, 0], t)
    return {
        "squared_error": lambda z, t: 0.5 * functional.mse_loss(torch.tanh(z[:, 0]), t),
        "cross_entropy": lambda z, t: functional.binary_cross_entropy_with_logits(z[:, 0], (t + 1) / 2),
        "hinge": lambda z, t: torch.relu(1 - z[:, 0] * t).mean(),
    }[config.loss]


class Twin:
    """A trainer's network in PyTorch."""

    def __init__(self, torch: Any, trainer: Trainer) -> None:
        config, nn, layers = trainer.config, torch.nn, trainer.pieces()
        self.torch, self.trainer = torch, trainer
        modules: list[Any] = []
        for number, pieces in enumerate(layers):
            is_hidden = number < len(layers) - 1
            modules.append(largest(torch, [self.piece(*piece, is_hidden and config.batch_norm) for piece in pieces]))
            modules += [activation(torch, config.activations[number], config)] if is_hidden else []
        self.network = nn.Sequential(*modules)
        self.loss = losses(torch, config)
        self.optimizer = optimizer(torch, config)(list(self.network.parameters()))
        self.inputs = self.tensor(inputs_of(trainer, trainer.inputs))
        self.targets = self.tensor(trainer.targets)

    def piece(self, weights: Any, biases: Any, is_normed: bool) -> Any:
        """A linear layer, followed by batch normalization if `is_normed`."""
        nn = self.torch.nn
        linear = nn.Linear(weights.shape[1], weights.shape[0]).double()
        linear.weight.data, linear.bias.data = self.tensor(weights), self.tensor(biases)
        return nn.Sequential(linear, *([nn.BatchNorm1d(len(biases)).double()] if is_normed else []))

    def tensor(self, array: Any) -> Any:
        return self.torch.tensor(array.tolist(), dtype=self.torch.float64)

    def run_epoch(self) -> None:
        n, size = self.trainer.train_size, self.trainer.config.batch_size
        self.network.train()
        for start in range(0, n, size):
            self.update(start, start + size)

    def update(self, start: int, end: int) -> None:
        self.optimizer.zero_grad()
        self.loss(self.network(self.inputs[start:end]), self.targets[start:end]).backward()
        if self.trainer.config.clip_norm:
            self.torch.nn.utils.clip_grad_norm_(self.network.parameters(), self.trainer.config.clip_norm)
        self.optimizer.step()

    @property
    def params(self) -> Any:
        """All parameters, in the engine's public order."""
        layers = [m.pieces for m in self.network if hasattr(m, "pieces")]
        parts: list[Any] = []
        for number in (0, 1):
            pieces = [pieces[number] for pieces in layers if len(pieces) > number]
            norms = [piece[1] for piece in pieces if len(piece) > 1]
            parts += [np.c_[np.array(p[0].weight.tolist()), np.array(p[0].bias.tolist())].ravel() for p in pieces]
            parts += [*(m.weight.tolist() for m in norms), *(m.bias.tolist() for m in norms)]
        return np.concatenate(parts)

    def losses(self) -> tuple[float, float]:
        self.network.eval()
        z, n = self.network(self.inputs), self.trainer.train_size
        start = n + self.trainer.validation_size
        return self.loss(z[:n], self.targets[:n]).item(), self.loss(z[start:], self.targets[start:]).item()


def assert_agrees(torch: Any, config: Config, epochs: int, tolerance: float = 1e-9) -> None:
    trainer = Trainer(config)
    twin = Twin(torch, trainer)
    for _ in range(epochs):
        trainer.run_epoch()
        twin.run_epoch()
    np.testing.assert_allclose(trainer.state().arrays["params"], twin.params, rtol=0, atol=tolerance)
    assert (trainer.train_loss, trainer.test_loss) == pytest.approx(twin.losses(), rel=0, abs=tolerance)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers_match_pytorch(torch: Any, name: str) -> None:
    assert_agrees(torch, FULL_BATCH.replace(optimizer=name), UPDATES)


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("name", [name for name, activation in ACTIVATIONS.items() if activation.is_exact])
def test_activations_match_pytorch(torch: Any, name: str, batch_norm: bool) -> None:
    config = FULL_BATCH.replace(activation=name, batch_norm=batch_norm, leaky_slope=0.1, elu_alpha=0.7)
    assert_agrees(torch, config, 20)


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize(
    "problem",
    [
        *({"loss": name} for name, loss in LOSSES.items() if loss.is_exact),
        {"problem": "regression", "example_count": 500},
        *({"dataset": name} for name in MULTICLASS),
        *({"dataset": "uci", "train_count": 100, "loss": loss} for loss in ("squared_error", "cross_entropy")),
    ],
)
def test_losses_match_pytorch(torch: Any, problem: dict[str, object], batch_norm: bool) -> None:
    assert_agrees(torch, FULL_BATCH.replace(batch_norm=batch_norm, optimizer="momentum", **problem), 50)


@pytest.mark.parametrize("batch_size", [2, 5, 20])
def test_batch_norm_statistics_match_pytorch(torch: Any, batch_size: int) -> None:
    assert_agrees(torch, FULL_BATCH.replace(dataset="spiral", batch_norm=True, batch_size=batch_size), 20)


def test_gradient_clipping_matches_pytorch(torch: Any) -> None:
    """Up to the 1e-6 that PyTorch adds to the norm."""
    assert_agrees(torch, FULL_BATCH.replace(clip_norm=0.05), 50, 1e-5)


def test_standardized_features_match_pytorch(torch: Any) -> None:
    assert_agrees(torch, FULL_BATCH.replace(standardize=True, features=("x", "ySquared")), 50)
