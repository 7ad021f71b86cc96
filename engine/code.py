"""How entries of the registries are spelled in NumPy, PyTorch and Keras: plain text, nothing of which runs here.

The entries hold these texts so that everything about, say, an activation is in one place. What makes whole programs of
them is not the engine's business. Settings appear in capitals (`LEAKY_SLOPE`): constants of the program.
"""

from collections.abc import Mapping
from typing import NamedTuple


class FunctionCode(NamedTuple):
    """An activation in code.

    `numpy` is its value at `z`, `slope` its derivative there; `before` is a line that both of them need. `torch` is a
    module, `keras` what `keras.layers.Activation` takes. `torch_source` and `keras_source` define these where the
    library has nothing of the kind (`torch_module` and `keras_function` write them).
    """

    numpy: str
    slope: str
    torch: str
    keras: str
    torch_source: str = ""
    keras_source: str = ""
    before: str = ""


class LossCode(NamedTuple):
    """A loss in code: in NumPy its mean, in PyTorch its mean, in Keras that of each example.

    `delta` is its derivative by z in NumPy. `has_output` says whether the networks of PyTorch and Keras end with the
    output's activation or with z; what then makes an output of z are `torch_output` and `keras_output`. `encode` makes
    the targets of their `{targets}`. `torch_value` is the loss that is shown, if it is not the one descended; `before`
    is a line that `numpy` needs.
    """

    numpy: str
    delta: str
    torch: str
    keras: str
    encode: str = "np.array({targets})[:, None]"
    has_output: bool = False
    torch_output: str = "outputs"
    keras_output: str = "z"
    torch_value: str = "criterion(outputs, targets).item()"
    before: str = ""


class OptimizerCode(NamedTuple):
    """An optimizer in code: its lines in NumPy, its object in PyTorch and in Keras.

    `memory` names what it remembers of each parameter, and the list of all of these in NumPy. `keras_step` are its
    lines in a Keras optimizer of our own, where Keras's differs: `keras_differs` says how, if it always does, and
    `keras_remembers_rates` whether it does under a schedule. `decoupled` is a PyTorch optimizer that does the same and
    whose `weight_decay` shrinks weights just as the page's L2 penalty does, if there is one.
    """

    numpy: tuple[str, ...]
    torch: str
    keras: str
    keras_step: tuple[str, ...]
    memory: Mapping[str, str] = {}
    keras_differs: str = ""
    keras_remembers_rates: bool = False
    decoupled: str = ""


class ScheduleCode(NamedTuple):
    """A schedule in code: the factor on the learning rate in `epoch`.

    `torch` is PyTorch's own scheduler, if it has one that does the same from epoch 0 on, with the arguments that follow
    the optimizer; `until` is the epoch up to which it does, if that is not forever.
    """

    factor: str
    torch: str = ""
    until: str = ""


def torch_module(name: str, text: str, value: str) -> str:
    """The source of a PyTorch module: `value` is what it makes of `z`, `text` its docstring."""
    return f'''class {name}(nn.Module):
    """{text}"""

    def forward(self, z):
        return {value}'''


def keras_function(name: str, text: str, value: str) -> str:
    """The source of a Keras function: `value` is what it makes of `z`, `text` its docstring."""
    return f'''def {name}(z):
    """{text}"""
    return {value}'''


def steps(memory: Mapping[str, str], *lines: str) -> tuple[str, ...]:
    """The lines of a rule in NumPy, applied to each parameter with its gradient and what is remembered of it."""
    lists = {"parameter": "PARAMETERS", "gradient": "gradients", **memory}
    return (f"for {', '.join(lists)} in zip({', '.join(lists.values())}):", *(f"    {line}" for line in lines))
