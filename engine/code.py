"""The code of registry entries in NumPy, PyTorch and Keras: plain text, none of which runs here.

The entries hold these texts so that everything about, say, an activation is in one place. Assembling whole programs is
not the engine's job. Settings appear in capitals (`LEAKY_SLOPE`): they are constants of the program.
"""

from collections.abc import Mapping
from typing import NamedTuple


class FunctionCode(NamedTuple):
    """An activation in code.

    `numpy` is its value at `z`, `slope` its derivative there; `before` is a line that both need. `torch` is a module,
    `keras` the argument of `keras.layers.Activation`. `torch_source` and `keras_source` define these where the library
    has no equivalent (`torch_module` and `keras_function` write them).
    """

    numpy: str
    slope: str
    torch: str
    keras: str
    torch_source: str = ""
    keras_source: str = ""
    before: str = ""


class LossCode(NamedTuple):
    """A loss in code: its mean in NumPy and PyTorch, and the loss of each example in Keras.

    `delta` is its derivative by z in NumPy. `has_output` says whether PyTorch and Keras networks end with the output
    activation or with z; if with z, `torch_output` and `keras_output` compute the outputs. `encode` computes the
    targets from the data's, which replace `{targets}`. `torch_value` is the reported loss, if it is not the one that is
    minimized; `before` is a line that `numpy` needs.
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
    """An optimizer in code: its lines in NumPy, and its object in PyTorch and Keras.

    `memory` names the values that it remembers for each parameter, and their lists in NumPy. `keras_step` are its lines
    in a custom Keras optimizer, where Keras's own differs: `keras_differs` says how, if it always does, and
    `keras_remembers_rates` whether it does under a schedule. `decoupled` is an equivalent PyTorch optimizer whose
    `weight_decay` shrinks weights exactly as the page's L2 penalty does, if there is one.
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
    """A schedule in code: the learning rate factor in `epoch`.

    `torch` is PyTorch's own scheduler, if one does the same from epoch 0 on, with the arguments that follow the
    optimizer; `until` is the last epoch for which it does, if there is one.
    """

    factor: str
    torch: str = ""
    until: str = ""


def torch_module(name: str, text: str, value: str) -> str:
    """The source of a PyTorch module: `value` computes its output from `z`, `text` is its docstring."""
    return f'''class {name}(nn.Module):
    """{text}"""

    def forward(self, z):
        return {value}'''


def keras_function(name: str, text: str, value: str) -> str:
    """The source of a Keras function: `value` computes its output from `z`, `text` is its docstring."""
    return f'''def {name}(z):
    """{text}"""
    return {value}'''


def steps(memory: Mapping[str, str], *lines: str) -> tuple[str, ...]:
    """The NumPy lines of a rule, applied to each parameter with its gradient and its remembered values."""
    lists = {"parameter": "PARAMETERS", "gradient": "gradients", **memory}
    return (f"for {', '.join(lists)} in zip({', '.join(lists.values())}):", *(f"    {line}" for line in lines))
