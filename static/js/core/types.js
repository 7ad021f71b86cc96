/**
 * The shapes which the modules of the page share. Nothing runs here; write `@param {import("./types.js").State} state`.
 *
 * Names with underscores are those of the wire (see docs/protocol.md); all others are the page's own.
 *
 * A unit is known by its number: every feature of the schema is counted first (used or not), then the units of the hidden
 * layers, layer by layer, and the output last.
 */

/* ---- The schema: what the server says about itself when it makes the page ---- */

/** @typedef {string | number | boolean | string[] | number[]} FieldValue */

/**
 * One thing that a user chooses about the experiment.
 * @typedef {object} Field
 * @property {string} name
 * @property {string} label
 * @property {"choice" | "number" | "integer" | "flag" | "text" | "choices" | "names" | "numbers" | "integers"} kind
 * @property {FieldValue} default
 * @property {{value: string, label: string}[] | null} choices
 * @property {FieldValue[] | null} offered  values that a select or slider offers; others are valid, too
 * @property {number | null} low
 * @property {number | null} high
 * @property {Effect} effect
 * @property {"data" | "model" | "training"} group
 * @property {"" | "points" | "pictures"} data  what it applies to: "" to any data
 * @property {{field: string, values: string[]}[]} needs  it changes something only if each of these fields has one of the values
 * @property {{field: string, value: string, preset: FieldValue}[]} [presets]  what it is set to where another field has a value
 * @property {string | null} key  the name that links use
 */

/**
 * A control that can be hidden and locked. A lock covers fields of the config and of the view, and commands by their
 * type; where it covers a part of a field only (one feature, the units of one layer), the name says which.
 * @typedef {object} Control
 * @property {string} name
 * @property {string} label
 * @property {string} section  on the page
 * @property {boolean} original  whether the original playground has it
 * @property {"" | "points" | "pictures"} data  whose page has it: "" both
 * @property {string[]} fields
 * @property {string[]} view
 * @property {string[]} commands
 */

/**
 * @typedef {object} Schema
 * @property {number} version
 * @property {Field[]} fields
 * @property {{value: string, label: string}[]} groups  of the fields
 * @property {string[]} paired  activations whose units have several pieces, of which links show the first
 * @property {string[]} switching  activations whose units switch where their weighted sum is 0
 * @property {{name: string, label: string, picture: import("../map/picture.js").Picture}[]} features
 * @property {{value: string, label: string}[]} speeds
 * @property {Control[]} controls  what can be hidden and locked, section by section
 * @property {{page_layers: number, page_units: number, layers: number, units: number, parameters: number, picture_units: number, picture_parameters: number, message_bytes: number}} limits
 * @property {string[]} frame_ancestors  sources, as of a Content-Security-Policy, whose pages may show this one in a frame
 * @property {string} plotly  where Plotly's script is, from the root of the server on
 * @property {"points" | "pictures"} [data]  what the page is about, which it adds itself
 */

/* ---- What the server sends ---- */

// generated: effect
/** What a change of the experiment rebuilds. @typedef {"nothing" | "live" | "training" | "network" | "data"} Effect */
// end generated

// generated: config-type
/**
 * Every field of the engine's Config but the own examples.
 * @typedef {object} Config
 * @property {"classification" | "regression"} problem  Problem
 * @property {string} dataset  Data set
 * @property {string} regression_dataset  Regression data set
 * @property {number} noise  Noise
 * @property {number} train_percent  Training data
 * @property {number} validation_percent  Validation data
 * @property {number} example_count  Number of examples
 * @property {number} class_share  Class balance (% blue)
 * @property {number} outliers  Outliers
 * @property {boolean} standardize  Standardize features
 * @property {string} seed  Data seed
 * @property {number} train_count  Training pictures
 * @property {string[]} features  Features
 * @property {number[]} hidden_layer_sizes  Hidden layer sizes
 * @property {string} activation  Activation
 * @property {string[]} layer_activations  Activation per layer
 * @property {number} leaky_slope  Leaky ReLU slope
 * @property {number} elu_alpha  ELU alpha
 * @property {number} maxout_pieces  Maxout pieces
 * @property {string} loss  Loss
 * @property {string} initializer  Initial weights
 * @property {number} initializer_scale  Initial weight std. dev.
 * @property {string} weight_seed  Weight seed
 * @property {number} weight_offset  Weights drawn earlier
 * @property {boolean} batch_norm  Batch normalization
 * @property {number} learning_rate  Learning rate
 * @property {string} optimizer  Optimizer
 * @property {number} momentum  Momentum (beta 1)
 * @property {number} beta2  Beta 2
 * @property {number} rho  Rho
 * @property {number} epsilon  Epsilon
 * @property {number} weight_decay  Weight decay
 * @property {string} schedule  Learning-rate schedule
 * @property {number} schedule_decay  Decay k
 * @property {number} schedule_factor  Schedule factor
 * @property {number} schedule_period  Schedule period (epochs)
 * @property {number} batch_size  Batch size
 * @property {boolean} shuffle  Shuffle every epoch
 * @property {string} rest  Incomplete last batch
 * @property {string} regularizer  Regularization
 * @property {number} regularization_rate  Regularization rate
 * @property {number} dropout  Dropout
 * @property {(number | null)[]} layer_dropout  Dropout per layer
 * @property {number} max_norm  Max-norm constraint
 * @property {number} clip_norm  Gradient clipping (max norm)
 * @property {number} jitter  Training data jitter
 * @property {number} patience  Early-stopping patience
 */
// end generated

// generated: view-type
/**
 * The sweep of a link.
 * @typedef {object} LinkSweep
 * @property {{key: string, field: string, values: any[], text: string}[]} axes
 * @property {number} starts
 * @property {string} vary
 * @property {number | null} epochs
 */

/**
 * How the experiment is shown.
 * @typedef {object} View
 * @property {boolean} show_test_data
 * @property {boolean} discretize
 * @property {boolean} hide_text
 * @property {boolean} show_bias_units
 * @property {boolean} show_changes
 * @property {boolean} words
 * @property {boolean} sound
 * @property {boolean} [collect_stats]
 * @property {string} [tutorial]
 * @property {string[]} hidden
 * @property {string[]} locked
 * @property {[string, number][]} [goals]
 * @property {number | null} [goal_test_loss]
 * @property {number | null} [goal_accuracy]
 * @property {number | null} [goal_gap]
 * @property {number | null} [goal_epochs]
 * @property {number | null} [goal_units]
 * @property {number | null} [goal_parameters]
 * @property {Variant[]} compare
 * @property {LinkSweep | null} [sweep]
 */
// end generated

/** What a variant changes: fields of the config. @typedef {Record<string, FieldValue>} Variant */
/** Of goals by name: since which epoch they hold, and in which they were reached. @typedef {Record<string, (number | null)[]>} GoalProgress */

// generated: message-types
/**
 * Where a run that diverged can be retried: before the loss rose.
 * @typedef {object} Retry
 * @property {number} epoch
 * @property {number} learning_rate  A learning rate that works from there.
 */

/**
 * Training diverged: the loss became infinite.
 * @typedef {object} Diverged
 * @property {number} epoch
 * @property {string} reason
 * @property {string} hint  What to do about it.
 * @property {Retry | null} retry  What is changed now is changed at this epoch, and training goes on from there.
 */

/**
 * Early stopping has ended training and restored the best weights.
 * @typedef {object} Stopped
 * @property {number} epoch
 * @property {number} best_epoch
 * @property {string} reason
 */

/**
 * The stop condition of a run at full speed.
 * @typedef {object} RunCondition
 * @property {string} until
 * @property {number} epochs
 * @property {number} patience
 * @property {number} since  The epoch in which the run began.
 */

/**
 * How a run until a stop condition ended.
 * @typedef {object} RunEnded
 * @property {number} epoch
 * @property {string} cause  Its stop condition, or `diverged`, `stopped`, `canceled`, `longest`.
 * @property {string} reason  The same as a clause.
 */

/**
 * Which earlier epoch is shown.
 * @typedef {object} Position
 * @property {number} epoch
 * @property {number} latest  The epoch that training has reached.
 * @property {number | null} previous  The kept epoch before the one shown.
 * @property {number | null} next  The kept epoch after the one shown.
 */

/**
 * Something that a link asked for and did not get.
 * @typedef {object} LinkWarning
 * @property {"ignored" | "changed" | "clamped" | "unused" | "refused" | "locked"} code
 * @property {string} key
 * @property {string | null} got
 * @property {string | null} used  What is used instead.
 * @property {string} message
 */

/**
 * What is wrong with one field.
 * @typedef {object} FieldError
 * @property {string} code  One of the [codes of errors](#codes-of-errors).
 * @property {string | null} field
 * @property {string | null} got  What came, at most 64 characters of it.
 * @property {string | null} expected  What is accepted, in words.
 * @property {string} message  All of it in a sentence.
 */

/**
 * What must hold for a goal.
 * @typedef {object} GoalCondition
 * @property {string} measure  One of `train_loss`, `test_loss`, `accuracy` (in percent), `gap`, `epochs`, `units`, `parameters`.
 * @property {"at_most" | "at_least"} bound
 * @property {number} value
 * @property {string} words  The condition as a reader sees it.
 */

/**
 * A goal and whether it has been reached.
 * @typedef {object} Goal
 * @property {string} name
 * @property {string} label
 * @property {"bronze" | "silver" | "gold" | "own"} medal
 * @property {number} lasting  Epochs in a row for which all conditions must hold.
 * @property {number | null} reached  The epoch in which it was reached.
 * @property {number | null} late  The epoch in which it was reached after its limit of epochs.
 * @property {boolean} missed  Whether that limit has passed.
 * @property {string} obstacle  Why this network and these data cannot reach it, or `""`.
 * @property {GoalCondition[]} conditions
 */

/**
 * How far a run until a stop condition has come; each is null where that is unknown.
 * @typedef {object} RunProgress
 * @property {number | null} share  From 0 to 1; of a `plateau`, the share of its patience.
 * @property {number | null} seconds_left
 */

/**
 * Something to try, for one button.
 * @typedef {object} Remedy
 * @property {string} label  The words of the button.
 * @property {"configure" | "seek" | "retry"} action  `configure` with these `changes`; `seek` to this `epoch`; or `retry` before a divergence: `configure` with these `changes`, then `play`.
 * @property {Partial<Config>} changes
 * @property {number | null} epoch
 */

/**
 * Something that can be seen in the run, in words.
 * @typedef {object} Remark
 * @property {string} name  Of the rule that found it.
 * @property {string} sentence  What is seen, with its number.
 * @property {string} reason
 * @property {Remedy | null} remedy
 */

/**
 * What resuming from a frame needs besides its arrays.
 * @typedef {object} FrameCheckpoint
 * @property {number} epoch
 * @property {number} step
 * @property {number} batch
 * @property {number} carried  Examples of the last batch that are carried over to the next epoch.
 * @property {string[]} arrays  The names of the arrays that are part of it.
 * @property {GoalProgress} [goals]  By name of a goal: the epoch since which it holds, and the one in which it was reached.
 */

/**
 * What a panel of "Look inside" shows.
 * @typedef {object} PanelView
 * @property {PanelName} panel
 * @property {Record<string, any>} values
 */

/**
 * A network that is trained for comparison; all but the variant is null before it exists.
 * @typedef {object} VariantState
 * @property {Variant} variant
 * @property {number | null} epoch
 * @property {number | null} train_loss
 * @property {number | null} validation_loss
 * @property {number | null} test_loss
 * @property {number | null} train_accuracy
 * @property {number | null} test_accuracy
 * @property {Diverged | null} diverged
 */

/**
 * One of many starts, trained.
 * @typedef {object} StartResult
 * @property {number} index  Its number, from 0.
 * @property {string} seed
 * @property {string} weight_seed
 * @property {number} weight_offset
 * @property {number} epoch
 * @property {number | null} train_loss  Losses and accuracies are null without such examples; of a start that diverged they are the last finite ones.
 * @property {number | null} validation_loss
 * @property {number | null} test_loss
 * @property {number | null} train_accuracy
 * @property {number | null} test_accuracy
 * @property {number | null} diverged  The epoch in which it diverged.
 * @property {number | null} stopped  The epoch in which early stopping ended it.
 * @property {number | null} reached  The epoch in which all goals were reached; null if they were not, or there are none.
 */

/**
 * A setting that a sweep varies.
 * @typedef {object} Axis
 * @property {string} key  Its name in links.
 * @property {string} field  The field of the config.
 * @property {any[]} values
 * @property {string[]} texts  The values as links write them.
 */

/**
 * Whose network a page in a class watches.
 * @typedef {object} Watched
 * @property {number | null} seat  The student's; null is the teacher's.
 * @property {string | null} name  The student's name, if it may be seen.
 */

/**
 * The answer to `hello`.
 * @typedef {object} WelcomeMessage
 * @property {"welcome"} type
 * @property {number} version
 * @property {string} session  A secret: it is the right to go on with this session.
 * @property {"session" | "checkpoint" | "copy" | null} resumed  What goes on; `copy` is a checkpoint whose session another page has.
 * @property {Record<string, number>} limits
 * @property {Watched} [watching]  Whose network comes from now on, if it is not this page's own: the page can only look.
 */

/**
 * The experiment in force.
 * @typedef {object} ConfigMessage
 * @property {"config"} type
 * @property {number} revision  Grows with every accepted change. A frame or data of another revision are of another network: drop them.
 * @property {Config} config  Every field of the config but the own examples, which come with the data.
 * @property {View} view
 * @property {string} link  The canonical link, with `#`.
 * @property {number[]} layers  Units per layer: inputs, hidden layers, output.
 * @property {Effect} effect  What the change rebuilt. Up to `training` the weights stay.
 * @property {number} [id]
 */

/**
 * Whether and how the network is trained, and which epoch is shown.
 * @typedef {object} StatusMessage
 * @property {"status"} type
 * @property {boolean} playing
 * @property {string} speed
 * @property {Diverged | null} diverged
 * @property {Stopped | null} stopped
 * @property {Position | null} position  The earlier epoch that is shown; null while the latest one is.
 * @property {RunCondition | null} run_until  The run until a stop condition that is going on.
 * @property {RunEnded | null} run_ended  How the last such run ended, until something else is trained.
 * @property {number} [id]
 */

/**
 * What a link asked for and did not get.
 * @typedef {object} WarningsMessage
 * @property {"warnings"} type
 * @property {LinkWarning[]} warnings
 */

/**
 * A command was refused. On top is the first of the `errors`.
 * @typedef {object} ErrorMessage
 * @property {"error"} type
 * @property {string} code
 * @property {string | null} field
 * @property {string | null} got
 * @property {string | null} expected
 * @property {string} message
 * @property {FieldError[]} errors
 * @property {boolean} fatal  Whether the connection ends with this.
 * @property {number} [id]
 */

/**
 * The goals. Sent after `data` if there are any, and whenever something in it has changed.
 * @typedef {object} GoalsMessage
 * @property {"goals"} type
 * @property {Goal[]} goals
 */

/**
 * What is said of the run from now on, while the view has `words`: a new remark at most every four seconds.
 * @typedef {object} RemarkMessage
 * @property {"remark"} type
 * @property {Remark | null} remark  Null takes back the last one, which is not true any more.
 */

/**
 * The answer to `export`.
 * @typedef {object} ExportMessage
 * @property {"export"} type
 * @property {"numpy" | "pytorch" | "keras" | "csv"} format
 * @property {string} filename
 * @property {string} text  A program that holds the weights and the examples, or a table of the examples.
 * @property {string} [archive]  The file name of an archive with the program and the pictures and weights that it reads; only with pictures.
 * @property {number} [id]
 */

/**
 * The answer to `compose`.
 * @typedef {object} ComposedMessage
 * @property {"composed"} type
 * @property {string} link
 * @property {number} [id]
 */

/**
 * How much of an animation has been drawn.
 * @typedef {object} AnimatingMessage
 * @property {"animating"} type
 * @property {number | null} share  From 0 to 1; null when it was canceled.
 * @property {number} [id]
 */

/**
 * The answer to `read`: what the present network makes of a picture.
 * @typedef {object} ReadingMessage
 * @property {"reading"} type
 * @property {number} answer  The digit that it reads: the output unit with the largest activation, from 0.
 * @property {number[][]} activations  Of the units of each layer: the hidden ones, then the outputs.
 * @property {number | null} example  The example that was read; null for a picture that came with the command.
 * @property {number | null} label  The digit that it is, if that is known.
 * @property {number} [id]
 */

/**
 * The answer to `estimate_starts`, measured on this experiment.
 * @typedef {object} StartsCostMessage
 * @property {"starts_cost"} type
 * @property {number} epoch_seconds  What an epoch of one start adds to the time of many, which the processes of this server share.
 * @property {number} start_seconds  What each start adds besides.
 * @property {number} [id]
 */

/**
 * The answer to `ping`.
 * @typedef {object} PongMessage
 * @property {"pong"} type
 * @property {number} [id]
 */

/**
 * A newer connection has taken the session over; the server closes this one (4409).
 * @typedef {object} MovedMessage
 * @property {"moved"} type
 */

/**
 * One instant of training.
 * @typedef {object} FrameHeader
 * @property {"frame"} type
 * @property {number} seq  The frame's number, for `ack`.
 * @property {number} revision
 * @property {number} run  Grows whenever the loss series starts over; what is resumed keeps its number.
 * @property {number} epoch
 * @property {number} step  Updates so far.
 * @property {number} batch  Minibatches of this epoch that are done.
 * @property {number} learning_rate  As the schedule has it.
 * @property {number | null} train_loss  Losses and accuracies are null without such examples.
 * @property {number | null} validation_loss
 * @property {number | null} test_loss
 * @property {number | null} train_accuracy  From 0 to 1, also in regression.
 * @property {number | null} validation_accuracy
 * @property {number | null} test_accuracy
 * @property {number} selected  The number of the feature or unit whose picture `surface` is; -1 where the examples are pictures.
 * @property {number} epochs_per_second
 * @property {boolean} past  Whether it shows an earlier epoch than the latest.
 * @property {RunProgress | null} progress
 * @property {FrameCheckpoint} [checkpoint]  Where the examples are pictures, it is large, and only some frames have one: a page keeps the last of these.
 * @property {PanelView} [inside]  Only now and then, while a panel is open. The names of its arrays begin with `inside_`.
 * @property {VariantState[]} [variants]  In the order of the view's `compare`, if there are any.
 */

/**
 * The examples.
 * @typedef {object} DataHeader
 * @property {"data"} type
 * @property {number} revision
 * @property {number} train_size
 * @property {number} validation_size  Their examples are between those for training and those for the test.
 * @property {number} test_size
 * @property {number} classes  0 in regression, else 2 or more.
 * @property {1 | 2} dimensions  With 1, x2 is 0 everywhere.
 * @property {string | null} examples  The code of the user's own examples, also while others are shown; null if there are none.
 * @property {string[]} labels  The names of their classes (`""`: none), or empty.
 * @property {number} [side]  Only where the examples are pictures: pixels of a side of each.
 * @property {number} [content]  Only where the examples are pictures: names those in the arrays, which are left out for a page that has them.
 */

/**
 * An animation that is ready; its only array is `file`.
 * @typedef {object} AnimationHeader
 * @property {"animation"} type
 * @property {string} filename
 * @property {string} mime
 */

/**
 * An archive that `export` was asked for; its only array is `file`.
 * @typedef {object} ArchiveHeader
 * @property {"archive"} type
 * @property {string} filename
 * @property {string} mime
 */

/**
 * How far many starts have come, and those that were finished since the last message.
 * @typedef {object} StartsHeader
 * @property {"starts"} type
 * @property {number} total  All starts, of all cells.
 * @property {number} count  Starts of each cell.
 * @property {number} epochs
 * @property {"weights" | "data" | "both"} vary
 * @property {Axis[]} axes  What is swept; empty for starts of the present settings alone.
 * @property {boolean} until_goal  Whether a start is trained no longer once all goals are reached.
 * @property {number} every  Epochs between two points of `losses`.
 * @property {number} share  The part that has been trained, from 0 to 1.
 * @property {number | null} seconds_left
 * @property {"done" | "canceled" | "changed" | "failed" | null} ended  Why no more will come; `changed` if the experiment is another one now.
 * @property {string | null} notice  What somebody who waits for them should know, such as why they failed.
 * @property {StartResult[]} starts
 * @property {number} [id]
 */
// end generated

/** What the page keeps of a status. @typedef {Omit<StatusMessage, "type" | "id">} Status */

/** Pictures of the starts, one after the other: surfaces of 48 × 48 bytes; and their losses at the same epochs, NaN after the end.
 * Where the examples are pictures, there are instead the digits that are read in those for testing, and the digits that they are.
 * @typedef {{surfaces?: Uint8Array, classes?: Uint8Array, curves?: Float32Array, losses?: Float32Array, answers?: Uint8Array, labels?: Uint8Array}} StartsArrays */
/** @typedef {StartsHeader & {arrays: StartsArrays}} StartsMessage */

/** @typedef {AnimationHeader & {arrays: {file: Uint8Array<ArrayBuffer>}}} AnimationMessage */
/** @typedef {ArchiveHeader & {arrays: {file: Uint8Array<ArrayBuffer>}}} ArchiveMessage */

/**
 * Points are x1, x2, x1, x2, …, training first. Targets are -1 and 1 with two classes, numbers of classes from 0 with
 * more, values in regression. Of the user's own examples there are also the list itself, and the index in it of every point.
 * Where the examples are pictures, there are only those for the test, one after the other, and the digit of each.
 * @typedef {{points?: Float32Array, targets?: Float32Array, order?: Uint32Array, own_points?: Float64Array, own_targets?: Float64Array, own_parts?: Uint8Array, pictures?: Uint8Array, labels?: Uint8Array}} DataArrays
 */
/** `arrays` also holds arrays that this page does not know.
 * @typedef {DataHeader & {arrays: DataArrays, shapes: Record<string, number[]>}} DataMessage */

/**
 * @typedef {object} FrameArrays
 * @property {Uint8Array} surface  100 × 100 (50 × 50 where the connection lags), rows from the top; the centers of the outermost pixels are the edges of the plane
 * @property {Uint8Array} thumbnails  n × t × t: of every unit, but not of the features
 * @property {Float64Array} params
 * @property {Uint32Array} [history_epochs]
 * @property {Float32Array} [history_train]
 * @property {Float32Array} [history_test]
 * @property {Float32Array} [history_validation]
 * @property {Uint8Array} [classes]  as large, only with more than two classes while the whole output is shown: the
 *   likeliest class of each place; `surface` then holds 2p - 1 of its probability p
 * @property {Float32Array} [curve]  only with examples of one dimension: the selected unit's values at x1 from -6 to 6
 * @property {Float32Array} [summands]  only then, and with a single hidden layer: what each of its units adds to the output, one after the other
 * @property {Uint8Array} [alive]  only with L1: 0 where it has switched a link off for good, else 1
 */

/**
 * What a frame shows of a network that reads pictures. Units are counted layer by layer: the hidden ones, then the outputs.
 * @typedef {object} FrameDigits
 * @property {number} side  pixels of a side of a picture
 * @property {Uint8Array} pictures  units × side × side: what each unit looks for in every pixel; 128 is 0, 255 the scale of its layer
 * @property {Float32Array} scales  layers: how much 255 is, in units of the weighted sum per full ink
 * @property {Uint8Array} answers  test pictures: the digit that is read in each
 * @property {Uint8Array} certainty  test pictures: 255 times the largest output
 * @property {Float32Array} biases  units
 * @property {Float32Array} links  all weights and biases after the first layer of units, in the order of `params`
 * @property {Float32Array | null} activations  units: of the picture that is being read; null: there is none
 */

/**
 * What the page adds to a frame.
 * @typedef {object} FrameExtras
 * @property {readonly number[]} [layers]  units per layer of the network that it shows, as the page knew it when it came
 * @property {FrameArrays & Record<string, Uint8Array | Uint32Array | Float32Array | Float64Array>} arrays
 * @property {Record<string, number[]>} shapes
 * @property {number} thumbnailSize  pixels of a side of each of the `thumbnails`; 0 where the examples are pictures
 * @property {FrameDigits | null} digits  where the examples are pictures; then there are neither `surface` nor `thumbnails`, and `params` only with a checkpoint
 * @property {Frame} [whole]  of a frame without a checkpoint: the last one of the same network that had one
 */
/** One instant of training. @typedef {FrameHeader & FrameExtras} Frame */

/** @typedef {WelcomeMessage | ConfigMessage | StatusMessage | WarningsMessage | ErrorMessage | ExportMessage | GoalsMessage | RemarkMessage | ComposedMessage | AnimatingMessage | AnimationMessage | ArchiveMessage | StartsMessage | StartsCostMessage | ReadingMessage | MovedMessage | PongMessage | DataMessage | Frame} Decoded */

/** What `hello` hands back to go on from: see "Checkpoints" in docs/protocol.md.
 * @typedef {{link: string, epoch: number, step: number, batch: number, carried: number, arrays: Record<string, string>, goals?: GoalProgress}} Checkpoint */
/* ---- The page's own ---- */

// generated: panel-name
/** The panels of "Look inside". @typedef {"gradients" | "activations" | "weights" | "space" | "landscape" | "regions" | "step" | "confusion" | "code" | "mistakes" | "follow"} PanelName */
// end generated
/** @typedef {"numpy" | "pytorch" | "keras"} ExportFormat */
/** What a look is about. @typedef {{unit?: number | null, example?: number | null, parameter?: number | null, threshold?: number, compute?: boolean, directions?: string, label?: number | null}} LookOptions */

/**
 * @typedef {object} Inside
 * @property {PanelName | null} panel  that is open
 * @property {PanelName} last  that was open last
 * @property {Partial<Record<PanelName, LookOptions>>} options  what was chosen in each panel
 * @property {ExportFormat} format  of the code
 */

/**
 * @typedef {object} State
 * @property {Schema} schema
 * @property {Config} config
 * @property {View} view
 * @property {string} lockReason  what locked controls say of themselves
 * @property {string} link  with "#"
 * @property {number[]} layers  units per layer: inputs, hidden layers, output
 * @property {number} revision
 * @property {Effect} effect
 * @property {Status} status
 * @property {"connecting" | "joining" | "open" | "waiting" | "moved" | "full" | "outdated" | "ended"} connection  joining, ended: of a class
 * @property {number | null} retryAt  time of the next attempt, as `performance.now()`
 * @property {string} reason  why the server has no place, in its own words
 * @property {import("../net/diagnosis.js").Cause | null} cause  why attempts to connect come to nothing, if that is known
 * @property {import("../net/resume.js").StorageError | null} storageError  with what this browser saves
 * @property {LinkWarning[]} warnings
 * @property {FieldError[]} errors
 * @property {string | null} session
 * @property {number | null} hovered  unit under the pointer or the focus
 * @property {number | null} marked  weight or bias that is pointed at: an index into `params`
 * @property {number | null} selected  pinned unit; null: the output
 * @property {Data | null} data
 * @property {Inside} inside
 * @property {Goal[]} goals
 * @property {Remark | null} remark  on what can be seen in the run
 * @property {import("../data/reading.js").Picture | null} followed  the picture that is being read
 * @property {Reading | null} reading  the last that was made of a picture; frames then hold its present activations
 * @property {ExportMessage | null} exported
 * @property {ArchiveMessage | null} archive  the last that was asked for
 * @property {Own | null} own
 * @property {ExportMessage | null} table  the last that was asked for of the examples
 * @property {import("../runs/actions.js").Overlay[]} overlays  runs whose curves are in the loss chart, too
 * @property {boolean} logScale  of the loss chart
 * @property {string} theme
 * @property {boolean} presentation
 */

/**
 * The examples: those for training first, then those for validation, then those for the test.
 * @typedef {object} Data
 * @property {number} trainSize
 * @property {number} validationSize
 * @property {number} classes  0 in regression
 * @property {1 | 2} dimensions
 * @property {Float32Array} points  x1, x2, x1, x2, …
 * @property {Float32Array} targets
 * @property {Uint32Array | null} order  of the user's own examples: the place in their list of each of these
 * @property {string | null} examples  the code of the user's own examples
 * @property {{points: Float64Array, targets: Float64Array, parts: Uint8Array, labels: string[]} | null} own  their list
 * @property {number} side  where the examples are pictures: pixels of a side of each, and `points` are empty; else 0
 * @property {number} testSize
 * @property {Uint8Array} pictures  those for the test, side² bytes each: 0 for paper to 255 for ink; the number of the
 *   first of them as an example is trainSize + validationSize
 * @property {Uint8Array} labels  of each of them the digit that it is
 */

/** What the network made of a picture: see `reading` in docs/protocol.md. 
 * `after` is the number of the last frame before it. @typedef {Omit<ReadingMessage, "type" | "id"> & {after: number}} Reading */

/** The user's own examples as they are shown: those the server has, and edits that are still to be sent.
 * @typedef {{list: import("../data/examples.js").List, labels: string[], canUndo: boolean, canRedo: boolean}} Own */

/** One verb of the user. @typedef {{name: string, label: string, key: string | null, run: () => void}} Action */

/**
 * What views call. Unit and layer are indices; layers count the hidden ones from 0.
 * @typedef {object} Actions
 * @property {(changes: Partial<Config>) => void} configure
 * @property {(changes: Partial<View>) => void} setView
 * @property {(unit: number | null) => void} select  pins a unit; null: the output
 * @property {(unit: number | null) => void} hover
 * @property {(index: number | null) => void} mark
 * @property {(index: number, value: number) => void} setParameter
 * @property {(message: string) => void} refuse  says that an entry was not taken
 * @property {(name: string) => void} toggleFeature
 * @property {() => void} addLayer
 * @property {() => void} removeLayer
 * @property {(layer: number) => void} addUnit
 * @property {(layer: number) => void} removeUnit
 * @property {(logScale: boolean) => void} setLogScale
 */

/**
 * A part of the page which draws. Each is made by a function `(element, {actions, schema}) → Drawing`:
 *   - `createNetwork` (network/network.js) fills `#network`: headings, layer headers with `#add-layers`, `#remove-layers`
 *     and `#num-layers`, units, links, call-outs and `#hovercard`. It measures its element and needs no size given;
 *   - `createHeatmap` (map/heatmap.js) fills `#heatmap`: map, points, axes, legend and the readout under the pointer;
 *   - `createChart` (chart/chart.js) fills `#linechart`: legend, linear/log switch and the chart.
 * Their elements are empty in the HTML. Their styles are in css/network.css and css/output.css, and take their colors
 * from the tokens --bg --panel --ink --soft --line --accent --neg --zero --pos (and `data-theme` on <html>).
 * @typedef {object} Drawing
 * @property {(frame: Frame | null, state: State) => void} draw  at most once per animation frame; also to be called
 *   again with the same frame when the state, the theme or the size of the window has changed
 */

export {};
