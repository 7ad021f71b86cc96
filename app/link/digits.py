"""The links of handwritten digits: the lecture's network, and its like for the small pictures."""

LECTURE = (
    "#dataset=mnist&activation=sigmoid&networkShape=30&learningRate=3&initializer=normal_biases&shuffle=true"
    "&showChanges=true"
)
"""784-30-10, sigmoids, squared error, minibatches of 10 and learning rate 3: the example of Nielsen's lecture."""

SMALL = LECTURE.replace("dataset=mnist", "dataset=uci")
"""64-30-10: the same with pictures of 8 × 8 pixels, for slow machines."""

NETWORKS = f"{LECTURE}&compare=networkShape%3D30,30%3BnetworkShape%3D30,30,30"
"""The three networks of the lecture side by side, with one, two and three hidden layers: does depth help?"""
