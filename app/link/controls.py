"""The table of the page's controls: what each is called, where it is, what it is for, and what its lock covers.

A control of the bar, or any other, is one row here. Links hide it with `NAME_hide=true` and lock it with
`NAME_lock=true`; the class link builder lists it; pointing at its label shows its help. A field of the config
without a row here is an advanced setting: its row follows from the field.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from engine import FEATURES, FIELDS, Config
from engine.fields import Help


class Control(NamedTuple):
    """A control: its name in links, its label, the part of the page it is in, and what its lock covers.

    A lock covers `fields` of the config, fields of the `view`, and `commands` by type. If it covers only part of its
    fields, `part` returns that part of a config. `section` is "" for a control that the page does not have. The help of
    a control that shows one field of the config is that of the field. `data` is the kind of data whose page has the
    control, `points` or `pictures`, or "" if both have it.
    """

    name: str
    label: str
    section: str = ""
    fields: tuple[str, ...] = ()
    view: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    part: Callable[[Config], object] | None = None
    help: Help | None = None
    is_original: bool = False
    data: str = ""

    def held(self, config: Config) -> object:
        """The values of a config that a lock keeps."""
        return self.part(config) if self.part else tuple(getattr(config, name) for name in self.fields)


SECTIONS = ("Training", "Data", "Features", "Network", "Output", "More settings")
"""The parts of the page, in its order."""

TRAINING, DATA, INPUTS, NETWORK, OUTPUT, SETTINGS_SECTION = SECTIONS

_POINTS, _PICTURES = "points", "pictures"

LAYERS_WITH_BUTTONS = range(1, 7)
"""The hidden layers whose buttons for neurons can be hidden separately."""

FEATURE_NAMES = ("x", "y", "xTimesY", "xSquared", "ySquared", "cosX", "sinX", "cosY", "sinY")
"""The original's names of features, in the order of its links. No input belongs to `cosX` and `cosY`."""

_BY_LAYER: Mapping[str, str] = {"activation": "layer_activations", "dropout": "layer_dropout"}
"""Fields with a value for all layers, and the settings with those of single layers, which the same lock covers."""


def _field(name: str, section: str, field: str, *fields: str) -> Control:
    """The row of a control that shows a field of the config, called as the field is; its lock covers `fields`, too."""
    return Control(name, FIELDS[field].label, section, (field, *fields), data=FIELDS[field].data)


def _feature(name: str) -> Control:
    if name not in FEATURES:
        return Control(name, name)
    label = f"Input {FEATURES[name].label}"
    return Control(name, label, INPUTS, ("features",), part=lambda config: name in config.features, data=_POINTS)


def _layer_size(layer: int) -> Control:
    """The number of neurons in a hidden layer, counted from 1; nothing is covered of a layer that doesn't exist."""
    return Control(
        f"numNodes{layer}",
        f"Neurons in hidden layer {layer}",
        NETWORK,
        ("hidden_layer_sizes",),
        part=lambda config: config.hidden_layer_sizes[layer - 1 : layer],
    )


_ORIGINAL: tuple[Control, ...] = (
    Control(
        "showTestData",
        "Show test data",
        OUTPUT,
        view=("show_test_data",),
        help=Help(
            "Shows the examples that are held out from training.",
            "Points on the wrong color show where the network fails to generalize.",
            "test-set",
        ),
        data=_POINTS,
    ),
    Control(
        "discretize",
        "Discretize output",
        OUTPUT,
        view=("discretize",),
        help=Help(
            "Shows only two colors, with nothing in between.",
            "The decision boundary is easier to see, but confidence is no longer visible.",
            "decision-boundary",
        ),
        data=_POINTS,
    ),
    Control(
        "playButton",
        "Play and pause",
        TRAINING,
        commands=("play",),
        help=Help("Starts or pauses training.", "You can change any setting while it runs.", "training"),
    ),
    Control(
        "stepButton",
        "Step",
        TRAINING,
        commands=("advance",),
        help=Help(
            "Trains for one epoch, a single pass over the training data, and stops.",
            "Use it to follow how the weights change, step by step.",
            "epoch",
        ),
    ),
    Control(
        "resetButton",
        "Reset",
        TRAINING,
        commands=("reset", "rewind"),
        help=Help(
            "Goes back to epoch 0 with new initial weights.",
            "Different results show how much depends on initialization.",
            "initialisation",
        ),
    ),
    _field("learningRate", TRAINING, "learning_rate"),
    _field("activation", TRAINING, "activation", "layer_activations"),
    _field("regularization", TRAINING, "regularizer"),
    _field("regularizationRate", TRAINING, "regularization_rate"),
    _field("problem", TRAINING, "problem"),
    _field("dataset", DATA, "dataset", "regression_dataset"),
    _field("percTrainData", DATA, "train_percent"),
    _field("noise", DATA, "noise"),
    _field("batchSize", DATA, "batch_size"),
    Control(
        "numHiddenLayers",
        "Number of hidden layers",
        NETWORK,
        fields=("hidden_layer_sizes",),
        part=lambda config: len(config.hidden_layer_sizes),
    ),
    *map(_feature, FEATURE_NAMES),
    *map(_layer_size, LAYERS_WITH_BUTTONS),
)
"""The original's controls, in the order of its links."""

_OWN: tuple[Control, ...] = (
    Control(
        "speed",
        "Speed",
        TRAINING,
        commands=("set_speed",),
        help=Help(
            "How much is trained between two updates of the picture, from a single minibatch to as much as possible.",
            "It changes only what you see, never what the network learns.",
            "epoch",
        ),
    ),
    Control(
        "regenerate",
        "Regenerate",
        DATA,
        ("seed",),
        commands=("regenerate",),
        help=Help(
            "Generates new examples of the same type from a new data seed.",
            "The network keeps its weights, so you can see right away how well it generalizes.",
            "generalisation",
        ),
        data=_POINTS,
    ),
    # reset draws the next weights of the stream, rewind takes the same
    Control(
        "seeds", "Seeds", DATA, ("seed", "weight_seed", "weight_offset"), commands=("reseed", "regenerate", "reset")
    ),
    Control("weights", "Editing weights and biases", NETWORK, commands=("set_parameter",), data=_POINTS),
    Control(
        "biasUnits",
        "Show bias units",
        NETWORK,
        view=("show_bias_units",),
        help=Help(
            "Shows each layer's biases as links from an extra unit whose output is always 1.",
            "A bias is a weight like any other, on an input that never changes; θ = −b is the neuron's threshold.",
            "bias",
        ),
        data=_POINTS,
    ),
    Control(
        "changes",
        "Show what training changed",
        NETWORK,
        view=("show_changes",),
        help=Help(
            "Shows how far training has moved each weight from where it began, instead of the weights themselves.",
            "Large initial weights are noise that hides what a neuron has learned; the changes show what it looks for.",
            "initialisation",
        ),
        data=_PICTURES,
    ),
    Control(
        "words",
        "Describe in words",
        OUTPUT,
        view=("words",),
        help=Help(
            "Says what can be seen in this run, with the reason and, where there is one, something to try.",
            "A new remark comes at most every four seconds; screen readers read it out.",
            "learning-curve",
        ),
    ),
    Control(
        "sound",
        "Sound",
        OUTPUT,
        view=("sound",),
        help=Help(
            "Plays the training loss on the left and the test loss on the right, as long as training runs.",
            "A lower loss is a lower tone: two tones that drift apart are the sound of overfitting.",
            "learning-curve",
        ),
    ),
    # locked by the page itself, since it changes nothing but the picture
    Control(
        "surface",
        "3-D map",
        OUTPUT,
        help=Help(
            "Shows the map as a surface: the higher, the larger the output, with the examples as pins on it.",
            "In regression each pin reaches up or down to the value it should have, so its length is the error.",
            "decision-boundary",
        ),
        data=_POINTS,
    ),
    Control("ownData", "Your data", DATA, ("own_examples",), commands=("edit_examples",), data=_POINTS),
    Control(
        "lab",
        "More settings",
        SETTINGS_SECTION,
        help=Help(
            "Opens all the settings the original playground doesn't have, for data, model and training.",
            "If you change nothing there, this playground behaves exactly like the original.",
            "hyperparameter",
        ),
    ),
    Control(
        "lookInside",
        "Look inside",
        NETWORK,
        commands=("inspect",),
        help=Help(
            "Opens a panel that shows what happens inside the network: gradients, activations, weights and more.",
            "It updates live and never affects the training.",
            "backpropagation",
        ),
    ),
    Control(
        "runControl",
        "Run until…",
        TRAINING,
        commands=("run_until",),
        help=Help(
            "Trains at full speed for a number of epochs, until a goal is reached, or until the loss stops improving.",
            "It stops by itself and tells you why; you can cancel it at any time.",
            "epoch",
        ),
    ),
    Control(
        "timeTravel",
        "Time travel",
        OUTPUT,
        commands=("seek",),
        help=Help(
            "Goes back through this run to show the map, neurons, weights and losses at an earlier epoch.",
            "You can resume from any of these epochs; if you change nothing, training repeats exactly.",
            "time-travel",
        ),
    ),
    Control(
        "goals",
        "Goals",
        OUTPUT,
        view=("goals", "goal_test_loss", "goal_accuracy", "goal_gap", "goal_epochs", "goal_units", "goal_parameters"),
        help=Help(
            "Sets a target for the run, such as a test loss, and the limits for reaching it.",
            "A goal you have reached stays reached until training restarts; the link includes your goals.",
            "goal",
        ),
    ),
    # locked by the page itself, since no command changes the table
    Control(
        "runTable",
        "Runs",
        OUTPUT,
        help=Help(
            "Saves every run automatically: the settings you changed, the seeds, the losses and the final weights.",
            "You can restore any run or overlay its curves on the chart; everything stays in this browser.",
            "run",
        ),
    ),
    Control(
        "compare",
        "Compare",
        OUTPUT,
        view=("compare",),
        commands=("swap",),
        help=Help(
            "Trains up to three more networks next to this one: same data, same initial weights, one setting changed.",
            "Any difference between the pictures is due to that one change.",
            "comparison",
        ),
    ),
    Control(
        "luck",
        "Is it luck?",
        OUTPUT,
        view=("sweep",),
        commands=("try_starts",),
        help=Help(
            "Trains this experiment many times from other random starts, and shows how different the results are.",
            "A single run may have been lucky: only many of them show what is typical.",
            "luck",
        ),
    ),
    Control(
        "pictureExport",
        "Save picture",
        OUTPUT,
        commands=("animate",),
        help=Help(
            "Saves what is on the screen as a picture, or the run as an animation.",
            "The animation shows the map, or what neurons look for in pictures, at every saved epoch of this run; "
            "training continues while it is made.",
            "decision-boundary",
        ),
    ),
)
"""The controls that the original does not have."""


def own_name(field: str) -> str:
    """The name in links of a field that the original does not have: `layer_dropout` is `layerDropout`."""
    head, *tail = field.split("_")
    return head + "".join(word.capitalize() for word in tail)


_PLACED = {name for control in (*_ORIGINAL, *_OWN) for name in control.fields} - set(_BY_LAYER.values())

SETTINGS: Mapping[str, str] = {own_name(name): name for name in FIELDS if name not in _PLACED}
"""The fields without a row above, by their names in links; on the page they are under "More settings"."""


def _rows() -> Iterator[Control]:
    yield from (control._replace(is_original=True) for control in _ORIGINAL)
    for control in _OWN:
        yield control._replace(fields=tuple(SETTINGS.values())) if control.name == "lab" else control
    for name, field in SETTINGS.items():
        covered = (field, _BY_LAYER[field]) if field in _BY_LAYER else (field,)
        yield Control(name, FIELDS[field].label, SETTINGS_SECTION, covered, data=FIELDS[field].data)


CONTROLS: Mapping[str, Control] = {control.name: control for control in _rows()}
"""All controls that links hide and lock, by name, in the order of links: the original's, and then ours."""

HIDEABLE: tuple[str, ...] = tuple(CONTROLS)
"""Every NAME that `NAME_hide=true` may hide, and `NAME_lock=true` lock."""


def controls_on_page() -> tuple[Control, ...]:
    """The controls that the page has, by the part of the page they are in."""
    return tuple(control for section in SECTIONS for control in CONTROLS.values() if control.section == section)


_OTHERS = (
    Control(
        "rewind",
        "Rewind",
        help=Help(
            "Goes back to epoch 0 with the same initial weights.",
            "Change one setting and train again: any difference is due to that setting alone.",
            "initialisation",
        ),
    ),
    Control(
        "neuron",
        "Neurons",
        help=Help(
            "Each small picture shows the output of one neuron across the whole plane.",
            "Hover over it to see it on the large map, and click it to keep it there.",
            "unit",
        ),
        data=_POINTS,
    ),
    Control(
        "contributions",
        "Show each neuron’s contribution",
        help=Help(
            "Shows each hidden neuron's activation times its output weight as a thin line.",
            "Together with the output bias, these lines add up to the network's curve.",
            "universal-approximation",
        ),
        data=_POINTS,
    ),
    Control(
        "logScale",
        "Logarithmic scale",
        help=Help(
            "Switches the loss chart between a linear and a logarithmic axis.",
            "The logarithmic axis shows progress even when the loss is already small.",
            "learning-curve",
        ),
    ),
    Control(
        "share",
        "Share",
        help=Help(
            "Shows a link that contains the whole experiment.",
            "Anyone who opens it gets the same data, the same initial weights and the same curve.",
            "link",
        ),
    ),
    Control(
        "theme",
        "Light or dark theme",
        help=Help("Switches between light and dark colors.", "Orange and blue mean the same in both.", "colours"),
    ),
    Control(
        "presentation",
        "Presentation mode",
        help=Help(
            "Fills the screen and enlarges everything for a projector; hides seeds, your data and goals.",
            "Nothing about the experiment changes.",
            "colours",
        ),
    ),
    Control(
        "help",
        "Help",
        help=Help(
            "Lists actions and keyboard shortcuts.",
            "The glossary explains the terms used on this page.",
            "hyperparameter",
        ),
    ),
)

OTHER_CONTROLS: Mapping[str, Control] = {control.name: control for control in _OTHERS}
"""Controls and pictures that have help and that links neither hide nor lock by themselves."""
