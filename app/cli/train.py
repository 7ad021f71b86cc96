"""`playground train`: train the experiment of a link, and report its losses and accuracies."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

from app.cli.arguments import integer
from app.cli.bar import Bar
from app.cli.console import lines_of
from app.cli.tables import cell
from app.link import parse_link
from app.settings import Settings
from engine import Trainer
from engine.stopping import before_rise

TABLE_ROWS = 10

Record = dict[str, Any]
"""One line of the report of a run; see `_records`."""


def add_train(commands: Any) -> None:
    """Add the command to the others, the subparsers of an `argparse.ArgumentParser`."""
    train = commands.add_parser(
        "train", help="train a link’s experiment without a browser", description="Train the experiment of a link."
    )
    train.set_defaults(run=run)
    train.add_argument(
        "link",
        metavar="LINK",
        help="a link to this or the original playground; - reads one link per line",
    )
    train.add_argument("--epochs", type=integer(0, 10**9), required=True, metavar="N", help="epochs to train")
    add_report_options(train)


def add_report_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what is reported, and how."""
    parser.add_argument(
        "--every", type=integer(1, 10**9), metavar="K", help="report every K epochs, and the first and last"
    )
    parser.add_argument(
        "--json", action="store_true", help="one JSON object per line, every epoch unless --every is given"
    )


def run(options: argparse.Namespace, settings: Settings) -> int:
    """Run the command, and return the exit code."""
    limits = settings.limits
    several = options.link == "-"
    for number, text in enumerate(lines_of(sys.stdin.buffer) if several else [options.link]):
        link = parse_link(text, limits)
        for warning in link.warnings:
            print(f"run {number}: {warning.message}" if several else warning.message, file=sys.stderr)
        report(number, Trainer(link.config), options)
    return 0


def report(number: int, trainer: Trainer, options: argparse.Namespace) -> None:
    """Train a run, and print what happens, as the options `epochs`, `every` and `json` ask for."""
    every = options.every or (1 if options.json else max(1, options.epochs // TABLE_ROWS))
    write = _report_json if options.json else _report_table
    write(number, trainer, options.epochs, every)


def _records(
    run: int, trainer: Trainer, epochs: int, every: int, tick: Callable[[int], None] = lambda epoch: None
) -> Iterator[Record]:
    """The report of a run: epoch 0, every `every` epochs, and the last one, even after divergence or early stopping.

    `tick` is called with the number of every epoch.
    """
    losses: list[float] = []
    while True:
        if trainer.divergence is not None:
            rise = f" The loss began to rise after epoch {before_rise(losses)}." if losses else ""
            yield {
                "run": run,
                "epoch": trainer.divergence.epoch,
                "train_loss": None,
                "test_loss": None,
                "diverged": True,
                "reason": f"{trainer.divergence.reason}: {trainer.divergence.hint}{rise}",
            }
            return
        losses += [] if trainer.train_loss is None else [trainer.train_loss]
        stopped = trainer.stopped
        if trainer.epoch % every == 0 or trainer.epoch == epochs or stopped:
            validation = {name: getattr(trainer, name) for name in ("validation_loss", "validation_accuracy")}
            yield {
                "run": run,
                "epoch": trainer.epoch,
                "train_loss": trainer.train_loss,
                "test_loss": trainer.test_loss,
                "train_accuracy": trainer.train_accuracy,
                "test_accuracy": trainer.test_accuracy,
                **(validation if trainer.validation_size else {}),
                **({"stopped": True, "best_epoch": stopped.best_epoch, "reason": stopped.reason} if stopped else {}),
            }
        if trainer.epoch >= epochs or stopped:
            return
        trainer.run_epoch()
        tick(trainer.epoch)


def _report_json(run: int, trainer: Trainer, epochs: int, every: int) -> None:
    for record in _records(run, trainer, epochs, every):
        print(json.dumps(record, allow_nan=False), flush=True)


def _report_table(run: int, trainer: Trainer, epochs: int, every: int) -> None:
    """Print a table to standard output and, if standard error is a terminal, a progress bar there."""
    print(f"{'epoch':>9}  {'train loss':>10}  {'test loss':>10}  {'train acc.':>10}  {'test acc.':>10}")
    bar = Bar(epochs, "epochs")
    for record in _records(run, trainer, epochs, every, bar.draw):
        bar.clear()
        if record.get("diverged"):
            print(f"{record['epoch']:>9,}  diverged: {record['reason']}", flush=True)
            continue
        losses = (cell(record[name], ".5f") for name in ("train_loss", "test_loss"))
        shares = (cell(record[name], ".1%") for name in ("train_accuracy", "test_accuracy"))
        print(f"{record['epoch']:>9,}  {'  '.join((*losses, *shares))}", flush=True)
