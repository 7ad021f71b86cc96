"""The controls of the page, by the names with which links hide and lock them."""

from collections.abc import Mapping

from app.link.keys import FEATURE_NAMES, SETTINGS
from engine import FEATURES, FIELDS

CONTROLS: Mapping[str, str] = {
    "showTestData": "Show test data",
    "discretize": "Discretize output",
    "playButton": "Play button",
    "stepButton": "Step button",
    "resetButton": "Reset button",
    "learningRate": "Learning rate",
    "activation": "Activation",
    "regularization": "Regularization",
    "regularizationRate": "Regularization rate",
    "problem": "Problem type",
    "dataset": "Which dataset",
    "percTrainData": "Ratio of training to test data",
    "noise": "Noise level",
    "batchSize": "Batch size",
    "numHiddenLayers": "Number of hidden layers",
}
"""The original's controls which `NAME_hide=true` hides, with their labels, in the page's order."""

OWN_CONTROLS: Mapping[str, str] = {
    "speed": "Speed",
    "regenerate": "Regenerate",
    "seeds": "Seeds",
    "weights": "Editing weights and biases",
    "biasUnits": "Biases as units",
    "ownData": "Own data",
    "lab": "More settings",
    "lookInside": "Look inside",
    "runControl": "Run until …",
    "timeTravel": "Time travel",
    "goals": "Goals of one’s own",
    "runTable": "Runs",
    "compare": "Side by side",
    "pictureExport": "Save picture",
    **{name: FIELDS[field].label for name, field in SETTINGS.items()},
}
"""The same for controls that the original does not have; each of the settings is one."""

LAYERS_WITH_BUTTONS = range(1, 7)
"""The hidden layers whose buttons for units can be hidden, each by itself."""

HIDEABLE: tuple[str, ...] = (
    *CONTROLS,
    *FEATURE_NAMES,
    *(f"numNodes{layer}" for layer in LAYERS_WITH_BUTTONS),
    *OWN_CONTROLS,
)
"""Every NAME that `NAME_hide=true` may hide, and `NAME_lock=true` lock: controls, features, the buttons of layers."""

LABELS: Mapping[str, str] = {
    **CONTROLS,
    **{name: f"Input {feature.label}" for name, feature in FEATURES.items()},
    **{f"numNodes{layer}": f"Number of units in layer {layer}" for layer in LAYERS_WITH_BUTTONS},
    **OWN_CONTROLS,
}
"""What these are called, as far as the page has them: there are no inputs behind `cosX` and `cosY`."""
