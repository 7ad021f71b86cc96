"""What each control is for: two sentences, and the glossary entry that explains more.

The small "i" next to a control shows them. The glossary itself is `templates/glossary.html`.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Help(NamedTuple):
    """Two sentences about a control, and the anchor of its glossary entry.

    `zero` is what the page shows instead of the number 0; `unit` follows any other number.
    """

    what: str
    why: str
    term: str
    zero: str = ""
    unit: str = ""


HELP: Mapping[str, Help] = {
    # data
    "problem": Help(
        "In classification, the network predicts the class of each point; in regression, it predicts a number.",
        "Changing the problem changes the data, the output and the loss.",
        "classification",
    ),
    "dataset": Help(
        "Each picture is a type of data set, generated at random from the data seed.",
        "Some can be separated by a straight line; others need hidden layers or extra features.",
        "data-set",
    ),
    "regression_dataset": Help(
        "Each picture is a type of data set, generated at random from the data seed.",
        "The network tries to predict the value at each point as closely as it can.",
        "data-set",
    ),
    "noise": Help(
        "Adds randomness to the examples: points are moved, or labels are flipped.",
        "With a lot of noise, no rule can get everything right, and a large network tends to memorize the noise.",
        "noise",
    ),
    "train_percent": Help(
        "The percentage of the examples used for training.",
        "The rest are held out to test whether the network has learned the underlying pattern.",
        "training-set",
    ),
    "own_examples": Help(
        "Draw your own points on the map, or upload a table of them.",
        "Training continues as you add and remove points, so you can watch the network adapt.",
        "own-data",
    ),
    "validation_percent": Help(
        "Sets aside part of the examples for making decisions, such as when to stop training.",
        "They are used neither for training nor for testing, so the test loss stays an honest estimate.",
        "validation-set",
        zero="None",
        unit="%",
    ),
    "example_count": Help(
        "How many examples are generated before they are split into training, validation and test sets.",
        "With only a few, the network can easily memorize them all without learning the pattern.",
        "example",
        zero="Default",
    ),
    "class_share": Help(
        "The percentage of examples that are blue; the larger class is reduced to match.",
        "When one class is rare, a network can be correct most of the time and still miss it completely.",
        "class-balance",
        unit="%",
    ),
    "outliers": Help(
        "The percentage of examples given a wrong label or, in regression, a value that is far off.",
        "Losses differ in how strongly a single outlier affects them.",
        "outlier",
        zero="None",
        unit="%",
    ),
    "standardize": Help(
        "Shifts and scales each feature to mean 0 and standard deviation 1 over the training data.",
        "When features have similar scales, one learning rate works for all weights, and training is faster.",
        "standardisation",
    ),
    "seed": Help(
        "Seed of the random generator that creates the data: the same seed always gives exactly the same examples.",
        "Choosing another data set picks a new seed, as in the original playground.",
        "seed",
    ),
    # model
    "features": Help(
        "The inputs of the network: the coordinates of a point, or simple functions of them.",
        "A good feature can replace an entire layer.",
        "feature",
    ),
    "hidden_layer_sizes": Help(
        "Adds or removes hidden layers, and neurons within them.",
        "More neurons make a good solution easier to find, but each epoch takes longer and overfitting is more likely.",
        "hidden-layer",
    ),
    "activation": Help(
        "The nonlinear function each hidden neuron applies to its weighted sum.",
        "Without a nonlinearity, a network with many layers can do no more than one with no hidden layers.",
        "activation",
    ),
    "layer_activations": Help(
        "Sets a different activation for individual hidden layers.",
        "All other layers use the main activation setting.",
        "activation",
    ),
    "leaky_slope": Help(
        "The slope of leaky ReLU for negative inputs.",
        "At 0 it is the same as ReLU; at 1 it is linear.",
        "leaky-relu",
    ),
    "elu_alpha": Help(
        "ELU approaches minus this value for large negative inputs.",
        "At 1, its two pieces join smoothly.",
        "elu",
    ),
    "maxout_pieces": Help(
        "How many weighted sums each maxout neuron computes; its output is the largest one.",
        "With three or more, a single neuron can enclose a region, but each piece adds a full set of weights.",
        "maxout",
    ),
    "loss": Help(
        "Measures how far the output is from the target, as a single number that training minimizes.",
        "Cross-entropy pairs with a sigmoid output and still gives a strong gradient where squared error goes flat.",
        "loss",
    ),
    "initializer": Help(
        "How the initial weights are chosen.",
        "Well-scaled weights keep sums and gradients similar in size across layers; zeros make all neurons identical.",
        "initialisation",
    ),
    "initializer_scale": Help(
        "The standard deviation of normally distributed initial weights.",
        "Large weights saturate sigmoid and tanh, and saturated neurons barely learn.",
        "initialisation",
    ),
    "weight_seed": Help(
        "Seed of the random generator that creates the initial weights.",
        "Change only this seed to see how much of a result was luck.",
        "seed",
    ),
    "weight_offset": Help(
        "How many weights were drawn from this seed before the current ones.",
        "The link includes it, so it restores the same initial weights.",
        "seed",
    ),
    "batch_norm": Help(
        "Normalizes each neuron's sum to zero mean and unit variance over the minibatch, then scales and shifts it.",
        "This lets deep networks train with larger learning rates and makes them less sensitive to initialization.",
        "batch-normalisation",
    ),
    # training
    "learning_rate": Help(
        "How far the weights move in each step.",
        "If it is too small, training is slow; if it is too large, steps overshoot the minimum or training diverges.",
        "learning-rate",
    ),
    "optimizer": Help(
        "The rule that turns gradients into weight updates.",
        "Momentum builds up speed from step to step; adaptive methods give each weight its own step size.",
        "optimizer",
    ),
    "momentum": Help(
        "The fraction of the previous step that carries over into the next; in Adam, this is beta 1.",
        "Near 1, small gradients add up along a valley, but the run may overshoot the minimum.",
        "momentum",
    ),
    "beta2": Help(
        "How slowly Adam's average of squared gradients forgets older ones.",
        "Values near 1 give steady step sizes; smaller values follow recent gradients more closely.",
        "adam",
    ),
    "rho": Help(
        "How slowly the average of squared gradients forgets older ones.",
        "Values near 1 give steady step sizes; smaller values follow recent gradients more closely.",
        "rmsprop",
    ),
    "epsilon": Help(
        "A small number that prevents division by zero.",
        "It shortens the steps where gradients are smaller than it is; in AdaDelta, it lengthens the first steps.",
        "adam",
    ),
    "weight_decay": Help(
        "Shrinks all parameters toward zero in AdamW, separately from the gradient step.",
        "Unlike an L2 penalty in the loss, it affects weights with large and small gradients equally.",
        "weight-decay",
    ),
    "schedule": Help(
        "How the learning rate changes over the epochs.",
        "Large steps find the valley; smaller steps then settle at the bottom.",
        "schedule",
    ),
    "schedule_decay": Help(
        "The k in 1 / (1 + k · epoch).",
        "At k = 0.01, the learning rate is halved after 100 epochs.",
        "schedule",
    ),
    "schedule_factor": Help(
        "The learning rate is multiplied by this factor, either every epoch or at each step down.",
        "At 0.95 per epoch, the learning rate is halved after about 14 epochs.",
        "schedule",
    ),
    "schedule_period": Help(
        "The number of epochs between two steps down, or the length of the cosine decay or the warm-up.",
        "Match it to the length of your run: once the cosine decay ends, the learning rate is 0 and learning stops.",
        "schedule",
    ),
    "batch_size": Help(
        "The number of examples used for each update.",
        "Small batches give many noisy steps; large batches give fewer, smoother ones.",
        "minibatch",
    ),
    "shuffle": Help(
        "Shuffles the training examples before every epoch.",
        "This keeps the order of the examples from influencing what is learned.",
        "epoch",
    ),
    "rest": Help(
        "What happens to leftover examples at the end of an epoch that don't fill a minibatch.",
        "The original adds them to the next epoch's first batch; most libraries train on a smaller last batch.",
        "minibatch",
    ),
    "regularizer": Help(
        "A penalty that pulls all weights toward zero.",
        "L2 keeps weights small; L1 sets useless ones to exactly zero, and such a link stays off.",
        "regularization",
    ),
    "regularization_rate": Help(
        "The strength of the regularization.",
        "If it is too strong, the weights stay near zero no matter what the data say.",
        "regularization",
    ),
    "dropout": Help(
        "During training, drops each hidden neuron with this probability, at random for every example.",
        "Neurons can't rely on one another too much, which makes it harder to memorize the examples.",
        "dropout",
        zero="Off",
    ),
    "layer_dropout": Help(
        "Sets a different dropout rate for individual hidden layers.",
        "All other layers use the main dropout setting; inputs are never dropped.",
        "dropout",
        zero="Off",
    ),
    "max_norm": Help(
        "The maximum norm of each neuron's weight vector; longer vectors are scaled back after every step.",
        "It keeps the weights bounded even at large learning rates.",
        "max-norm",
        zero="Off",
    ),
    "clip_norm": Help(
        "The maximum norm of the gradient; a longer gradient is scaled down and keeps its direction.",
        "It prevents one steep spot from throwing the weights far away.",
        "gradient-clipping",
        zero="Off",
    ),
    "jitter": Help(
        "Standard deviation of the noise added to the position of each training example, different in every epoch.",
        "The network can't memorize exact positions, so its decision boundary becomes smoother.",
        "augmentation",
        zero="Off",
    ),
    "patience": Help(
        "Stops training when the validation loss hasn't improved for this many epochs, and restores the best weights.",
        "Without a validation set it uses the test set, whose loss is then no longer an honest estimate.",
        "early-stopping",
        zero="Off",
        unit="\u00a0epochs",
    ),
}
"""By the name of a field of the config. All other controls are in the table of controls."""
