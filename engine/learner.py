"""What can be asked of any network in training: its losses and accuracies on each part of the examples."""

from abc import abstractmethod

PARTS = ("train", "validation", "test")


class Learner:
    """A network in training, alone or in an ensemble, which says how well it does on each of `PARTS`."""

    __slots__ = ()

    @abstractmethod
    def loss_on(self, part: str) -> float | None:
        """The mean loss over a part of the examples; None if it is empty."""

    @abstractmethod
    def accuracy_on(self, part: str) -> float | None:
        """The fraction of a part that is classified correctly; None in regression, or if it is empty."""

    @property
    def train_loss(self) -> float | None:
        """The mean loss over the training examples; None if there are none."""
        return self.loss_on("train")

    @property
    def validation_loss(self) -> float | None:
        """The mean loss over the validation examples; None if there are none."""
        return self.loss_on("validation")

    @property
    def test_loss(self) -> float | None:
        """The mean loss over the test examples; None if there are none."""
        return self.loss_on("test")

    @property
    def train_accuracy(self) -> float | None:
        """The fraction of training examples classified correctly; None in regression or without any."""
        return self.accuracy_on("train")

    @property
    def validation_accuracy(self) -> float | None:
        """The fraction of validation examples classified correctly; None in regression or without any."""
        return self.accuracy_on("validation")

    @property
    def test_accuracy(self) -> float | None:
        """The fraction of test examples classified correctly; None in regression or without any."""
        return self.accuracy_on("test")
