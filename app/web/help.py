"""What every control of the page is for: two sentences each, and the word of the glossary that says more.

The texts are told by the small "i" beside a control. The words themselves are in `templates/glossary.html`.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Help(NamedTuple):
    """Two sentences about a control, and the anchor of a word in the glossary.

    `zero` is what a page shows where the number 0 stands for something else; `unit` follows any other number.
    """

    what: str
    why: str
    term: str
    zero: str = ""
    unit: str = ""


HELP: Mapping[str, Help] = {
    # data
    "problem": Help(
        "In classification the network tells to which class a place belongs, in regression which value it has.",
        "The choice brings other data, and with them another output and another loss.",
        "classification",
    ),
    "dataset": Help(
        "Each picture is a kind of examples, drawn anew from the data seed.",
        "Some can be parted by a straight line, others need hidden layers or further features.",
        "data-set",
    ),
    "regression_dataset": Help(
        "Each picture is a kind of examples, drawn anew from the data seed.",
        "The network is to come as close as it can to the value at each place.",
        "data-set",
    ),
    "noise": Help(
        "Adds randomness to the examples: points are moved, or labels flipped.",
        "With much noise no rule gets everything right, and a large network tends to memorize the noise.",
        "noise",
    ),
    "train_percent": Help(
        "The share of the examples that the network learns from.",
        "The others are kept back, to show whether it has understood the rule.",
        "training-set",
    ),
    "own_examples": Help(
        "Here you put your own points on the map, or open a table of them.",
        "The network goes on learning while points come and go, so you see at once what it makes of them.",
        "own-data",
    ),
    "validation_percent": Help(
        "Sets a part of the examples aside to make choices by, such as when to stop.",
        "They are neither learned from nor counted in the test, so the test stays honest.",
        "validation-set",
        zero="None",
        unit="\u00a0%",
    ),
    "example_count": Help(
        "How many examples are drawn before they are split into training, validation and test.",
        "With few of them it is easy to memorize them all, and hard to find the rule.",
        "example",
        zero="As usual",
    ),
    "class_share": Help(
        "How many of the examples are blue; the class that there is too much of is thinned out.",
        "Where one class is rare, a network can be right most of the time and still not find it.",
        "class-balance",
        unit="\u00a0%",
    ),
    "outliers": Help(
        "Gives so many of the examples a wrong label, or a value that is far off.",
        "Losses differ in how much they let single wrong examples pull.",
        "outlier",
        zero="None",
        unit="\u00a0%",
    ),
    "standardize": Help(
        "Shifts and scales each feature to mean 0 and deviation 1 over the training data.",
        "With features of similar size, one learning rate suits all the weights, and the loss is no narrow valley.",
        "standardisation",
    ),
    "seed": Help(
        "The text that all randomness in the data comes from: one seed gives the same examples, to the last digit.",
        "Choosing another data set draws a new seed, as in the original.",
        "seed",
    ),
    "regenerate": Help(
        "Draws new examples of the same kind, with a new data seed.",
        "The network is kept, and shows at once whether what it has learned holds for others, too.",
        "generalisation",
    ),
    # model
    "features": Help(
        "What the network is told about a place: its coordinates, or something simple made of them.",
        "A good feature can do the work of a whole layer.",
        "feature",
    ),
    "hidden_layer_sizes": Help(
        "Adds or takes away hidden layers, and units in each of them.",
        "More units make a good solution easier to find; each epoch takes longer, though, and overfitting is easier.",
        "hidden-layer",
    ),
    "activation": Help(
        "The nonlinear function applied to each hidden unit's weighted sum.",
        "Without a nonlinearity, a network of many layers could do no more than one without hidden layers.",
        "activation",
    ),
    "layer_activations": Help(
        "Gives single hidden layers an activation of their own.",
        "Where nothing is chosen, the layer takes the one in the bar.",
        "activation",
    ),
    "leaky_slope": Help(
        "How much of a negative sum leaky ReLU lets through.",
        "At 0 it is ReLU itself, at 1 it is no bend at all.",
        "leaky-relu",
    ),
    "elu_alpha": Help(
        "The depth to which ELU falls for large negative sums.",
        "At 1 its two halves meet without a corner.",
        "elu",
    ),
    "maxout_pieces": Help(
        "How many weighted sums each maxout unit has; the largest of them is its answer.",
        "With three or more, a single unit can enclose a region; each piece adds as many weights as the first has.",
        "maxout",
    ),
    "loss": Help(
        "How far off an answer is, as one number that learning makes smaller.",
        "Cross-entropy goes with a sigmoid at the output and keeps pulling where squared error has gone flat.",
        "loss",
    ),
    "initializer": Help(
        "How the starting weights are drawn.",
        "Weights of the right size keep sums and gradients alike from layer to layer; zeros leave all units the same.",
        "initialisation",
    ),
    "initializer_scale": Help(
        "The standard deviation of normal starting weights.",
        "Large ones drive sigmoid and tanh into their flat ends, where hardly anything is learned.",
        "initialisation",
    ),
    "weight_seed": Help(
        "The text from which the starting weights are drawn.",
        "Change it alone, and you see how much of a result was luck at the start.",
        "seed",
    ),
    "weight_offset": Help(
        "How many weights were drawn from the same seed before these.",
        "The link keeps it, so that the same starting weights come back.",
        "seed",
    ),
    "batch_norm": Help(
        "Normalizes each hidden unit's sum to mean 0 and deviation 1 over the minibatch, then scales and shifts it.",
        "Deep networks then bear larger learning rates, and depend less on how they start.",
        "batch-normalisation",
    ),
    "unit": Help(
        "Each small picture shows what one unit answers at every place of the plane.",
        "Rest on it to see it in the large map, and click it to keep it there.",
        "unit",
    ),
    "show_bias_units": Help(
        "Draws each layer's biases as links from one more unit, whose output is always 1.",
        "A bias is a weight like the others, on an input that never changes; θ = −b is the unit's threshold.",
        "bias",
    ),
    # training
    "play": Help(
        "Starts the training, and stops it again.",
        "All that stands on the page can be changed while it runs.",
        "training",
    ),
    "advance": Help(
        "Trains a single epoch, once through all training data, and stops.",
        "So you can follow step by step what the weights do.",
        "epoch",
    ),
    "rewind": Help(
        "Goes back to epoch 0 with the very same starting weights.",
        "Change one setting, run again, and what differs comes from that setting alone.",
        "initialisation",
    ),
    "reset": Help(
        "Goes back to epoch 0 and draws new starting weights.",
        "Different results show how much depends on initialization.",
        "initialisation",
    ),
    "speed": Help(
        "How much is trained between two pictures, from a single minibatch to as much as possible.",
        "It changes only what you see, never what is learned.",
        "epoch",
    ),
    "learning_rate": Help(
        "How far the weights move in one step.",
        "Too small, and nothing seems to happen; too large, and the steps jump over the goal or grow without end.",
        "learning-rate",
    ),
    "optimizer": Help(
        "The rule that makes a step out of the gradient.",
        "Momentum keeps its speed from step to step; the adaptive rules give each weight a step length of its own.",
        "optimizer",
    ),
    "momentum": Help(
        "The share of the last step that goes into the next; in Adam it is beta 1.",
        "Near 1 small gradients add up along a valley, and the run may shoot past its end.",
        "momentum",
    ),
    "beta2": Help(
        "How slowly Adam forgets the squares of earlier gradients.",
        "Near 1 the step lengths are steady; smaller values follow the last gradients.",
        "adam",
    ),
    "rho": Help(
        "How slowly the mean of squared gradients forgets.",
        "Near 1 the step lengths are steady; smaller values follow the last gradients.",
        "rmsprop",
    ),
    "epsilon": Help(
        "A small number that keeps the rule from dividing by zero.",
        "Where gradients are smaller than it, steps become shorter; in AdaDelta it makes the first steps longer.",
        "adam",
    ),
    "weight_decay": Help(
        "The pull of all parameters toward zero in AdamW, separate from the step itself.",
        "Unlike L2 in the loss, it is the same for weights with large and with small gradients.",
        "weight-decay",
    ),
    "schedule": Help(
        "How the learning rate changes from epoch to epoch.",
        "Large steps find the valley, and small ones afterwards find its ground.",
        "schedule",
    ),
    "schedule_decay": Help(
        "The k of 1 / (1 + k · epoch).",
        "At k = 0.01 the learning rate has halved after 100 epochs.",
        "schedule",
    ),
    "schedule_factor": Help(
        "What the learning rate is multiplied by, in each epoch or at each step down.",
        "At 0.95 in each epoch, it has halved after about 14 epochs.",
        "schedule",
    ),
    "schedule_period": Help(
        "How many epochs there are from one step down to the next, or until the cosine or the warm-up has ended.",
        "Fit it to the length of your run: once the cosine has ended, the learning rate is 0 and learning stops.",
        "schedule",
    ),
    "batch_size": Help(
        "How many examples are looked at before each step.",
        "Small batches make many rough steps, large ones few and smooth steps.",
        "minibatch",
    ),
    "shuffle": Help(
        "Takes the training examples in a new order in every epoch.",
        "Then no order can leave a mark on what is learned.",
        "epoch",
    ),
    "rest": Help(
        "What becomes of the examples at the end of an epoch that do not fill a minibatch.",
        "The original adds them to the first batch of the next epoch; most libraries make a smaller batch of them.",
        "minibatch",
    ),
    "regularizer": Help(
        "A pull of all weights toward zero.",
        "L2 keeps them small, and L1 makes useless ones exactly zero, so that such a link stays off for good.",
        "regularization",
    ),
    "regularization_rate": Help(
        "How strong the pull of the regularization is.",
        "Too strong, and the weights hardly leave zero, whatever the examples say.",
        "regularization",
    ),
    "dropout": Help(
        "In training, leaves each hidden unit out with this probability, chosen at random for every example.",
        "No unit can then rely on a single other one, which makes it harder to memorize the examples.",
        "dropout",
        zero="Off",
    ),
    "layer_dropout": Help(
        "Gives single hidden layers a dropout of their own.",
        "Where nothing is chosen, the layer takes the one for all; inputs are never left out.",
        "dropout",
        zero="Off",
    ),
    "max_norm": Help(
        "An upper bound on the length of each unit's vector of weights; longer ones are cut back after the step.",
        "It holds the weights in bounds even at large learning rates.",
        "max-norm",
        zero="Off",
    ),
    "clip_norm": Help(
        "An upper bound on the length of the gradient; a longer one is shortened and keeps its direction.",
        "It stops a single steep place from throwing the weights far away.",
        "gradient-clipping",
        zero="Off",
    ),
    "jitter": Help(
        "Moves every training example a little at random, anew in each epoch, with this deviation.",
        "The network cannot memorize exact places, and its boundary becomes smoother.",
        "augmentation",
        zero="Off",
    ),
    "patience": Help(
        "Ends training when the validation loss has not improved for this many epochs, and restores the best weights.",
        "Without a validation set it goes by the test set, which then is no longer an honest test.",
        "early-stopping",
        zero="Off",
        unit="\u00a0epochs",
    ),
    # what is seen
    "show_test_data": Help(
        "Draws the examples that the network does not learn from.",
        "Where they are on the wrong color, the network has learned something that does not hold.",
        "test-set",
    ),
    "summands": Help(
        "Draws each hidden neuron's activation times its weight to the output, as a thin line.",
        "Together with the output's bias, these lines add up to the network's curve.",
        "universal-approximation",
    ),
    "discretize": Help(
        "Paints only the two colors, with nothing in between.",
        "The decision boundary is easier to see, but confidence is no longer visible.",
        "decision-boundary",
    ),
    "log_scale": Help(
        "Draws the losses on a linear or on a logarithmic axis.",
        "The logarithmic one shows what still happens when the loss is already small.",
        "learning-curve",
    ),
    "picture": Help(
        "Saves network and map as they are on the screen, as a picture or a drawing, or the run as an animation.",
        "The animation shows the map over all epochs that are kept of this run, and is drawn while training goes on.",
        "decision-boundary",
    ),
    "runs": Help(
        "Writes down every run by itself: what was changed, the seeds, the losses, and the weights at its end.",
        "A run can be restored as it was, its curves can be put into the chart, and the table stays in this browser.",
        "run",
    ),
    "time_travel": Help(
        "Goes back through this run: map, units, links and losses as they were.",
        "From any of these epochs you can go on, changed or unchanged; unchanged, the same will happen again.",
        "time-travel",
    ),
    "run": Help(
        "Trains at full speed for so many epochs, until the goal is reached, or until nothing improves any more.",
        "It ends by itself and says why, and can be cancelled at any time.",
        "epoch",
    ),
    "compare": Help(
        "Trains up to three more networks beside this one, from the same start, on the same data, one thing changed.",
        "What differs between the pictures then comes from that one change alone.",
        "comparison",
    ),
    "goals": Help(
        "Says what a run is to reach, such as a loss on the test examples, and with how much at most.",
        "What has been reached stays reached until the training begins anew, and the link brings the goal to others.",
        "goal",
    ),
    "lab": Help(
        "Opens everything that the original playground does not have: data, model and training in detail.",
        "As long as nothing there is changed, the playground does exactly what the original does.",
        "hyperparameter",
    ),
    "inside": Help(
        "Opens a drawer with what goes on in the network: gradients, activations, weights and more.",
        "It is drawn live, and looking changes nothing.",
        "backpropagation",
    ),
    "share": Help(
        "Shows a link that holds the whole experiment.",
        "Whoever opens it gets the same data, the same starting weights and the same curve.",
        "link",
    ),
    "theme": Help(
        "Switches between light and dark colors.",
        "Orange and blue mean the same in both.",
        "colours",
    ),
    "presentation": Help(
        "Makes text, lines and map larger, for a projector.",
        "Nothing about the experiment changes.",
        "colours",
    ),
    "help": Help(
        "Opens a list of what can be done, and of the keys.",
        "The words that are used here are explained in the glossary.",
        "hyperparameter",
    ),
}
"""By the name of a field of the config, or of another control."""
