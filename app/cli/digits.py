"""`playground digits`: train a network that reads handwritten digits, and report its losses and accuracies."""

import argparse
import sys
from collections.abc import Callable
from typing import Any

from app.cli.arguments import integer, number
from app.cli.console import CommandError
from app.cli.train import add_report_options, report
from app.link import new_seed, parse_link
from app.link.digits import LECTURE, SMALL
from app.settings import Settings
from app.text import quoted
from engine import FIELDS, Config, ConfigError, Trainer

_OPTIONS = {
    "hidden_layer_sizes": "--hidden",
    "learning_rate": "--learning-rate",
    "batch_size": "--batch-size",
    "loss": "--loss",
    "train_count": "--train-count",
    "seed": "--seed",
}
"""The options that set a field of the config; what is not given is as in the lecture."""


def add_digits(commands: Any) -> None:
    """Add the command to the others, the subparsers of an `argparse.ArgumentParser`."""
    digits = commands.add_parser(
        "digits",
        help="train a network that reads handwritten digits",
        description="Train the network of the classic lecture (Nielsen, 2015): 784-30-10 sigmoids that learn to read "
        "8,000 handwritten digits of 28 × 28 pixels, and are tested with 1,000 others.",
    )
    digits.set_defaults(run=run)
    digits.add_argument(
        "--hidden",
        dest="hidden_layer_sizes",
        type=_sizes,
        metavar="SIZES",
        help="hidden layers, such as 30 or 30,30; 0 for none (default: 30)",
    )
    digits.add_argument(
        "--epochs", type=integer(0, 10**9), default=30, metavar="N", help="epochs to train (default: 30)"
    )
    digits.add_argument("--learning-rate", type=number, metavar="RATE", help="learning rate (default: 3)")
    digits.add_argument(
        "--batch-size", type=_integer_of("batch_size"), metavar="N", help="digits in a minibatch (default: 10)"
    )
    digits.add_argument(
        "--loss",
        choices=["squared_error", "cross_entropy"],
        help="squared error with sigmoids (default), or cross-entropy with softmax, which needs a lower learning rate",
    )
    digits.add_argument(
        "--train-count",
        type=_integer_of("train_count"),
        metavar="N",
        help="train with the first N of the digits (default: 0, which is all)",
    )
    digits.add_argument("--seed", metavar="TEXT", help="seed of the parts and the weights (default: another each time)")
    digits.add_argument(
        "--small", action="store_true", help="use 1,797 digits of 8 × 8 pixels instead, which takes a tenth of the time"
    )
    add_report_options(digits)


def _integer_of(field: str) -> Callable[[str], int]:
    """Reads the values that a field of the config may have."""
    return integer(int(FIELDS[field].low or 0), int(FIELDS[field].high or 0))


def _sizes(text: str) -> tuple[int, ...]:
    try:
        sizes = tuple(map(int, text.split(",")))
    except ValueError:
        message = f"got {quoted(text)}; expected sizes such as 30 or 30,30, or 0 for no hidden layer"
        raise argparse.ArgumentTypeError(message) from None
    return () if sizes == (0,) else sizes


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Run the command, and return the exit code. Raises CommandError."""
    config = _config_of(options)
    trainer = Trainer(config)
    sizes = "-".join(map(str, config.layer_sizes))
    print(
        f"{sizes}, {trainer.train_size:,} digits to train, {trainer.test_size:,} to test, seed {config.seed}",
        file=sys.stderr,
    )
    options.every = options.every or 1
    report(0, trainer, options)
    return 0


def _config_of(options: argparse.Namespace) -> Config:
    """The lecture's config with what was given. Raises CommandError."""
    given = {field: value for field in _OPTIONS if (value := getattr(options, field)) is not None}
    try:
        return parse_link(SMALL if options.small else LECTURE).config.replace(**{"seed": new_seed(), **given})
    except ConfigError as error:
        raise CommandError(*(fault._replace(field=_OPTIONS[fault.field]).message for fault in error.errors)) from None
