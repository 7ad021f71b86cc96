/**
 * The shapes which the modules of the page share. Nothing runs here; write `@param {import("./types.js").State} state`.
 *
 * Names with underscores are those of the wire (see docs/protocol.md); all others are the page's own.
 *
 * A unit is known by its index into a frame's `thumbnails`: every feature of the schema first (used or not), then the
 * units of the hidden layers, layer by layer, and the output last.
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
 * @property {string} place  on the page
 * @property {boolean} original  whether the original playground has it
 * @property {string[]} fields
 * @property {string[]} view
 * @property {string[]} commands
 */

/**
 * @typedef {object} Schema
 * @property {number} version
 * @property {Field[]} fields
 * @property {string[]} paired  activations whose units have several pieces, of which links show the first
 * @property {{name: string, label: string}[]} features
 * @property {{value: string, label: string}[]} speeds
 * @property {Control[]} controls  what can be hidden and locked, place by place
 * @property {{page_layers: number, page_units: number, layers: number, units: number, parameters: number, message_bytes: number}} limits
 * @property {string} static  URL prefix of the static files
 * @property {string} plotly  URL of Plotly's script
 */

/* ---- What the server sends ---- */

// generated: effect
/** What a change of the experiment rebuilds. @typedef {"nothing" | "live" | "training" | "network" | "data"} Effect */
// end generated

/**
 * Every field of the engine's Config.
 * @typedef {object} Config
 * @property {"classification" | "regression"} problem
 * @property {string} dataset
 * @property {string} regression_dataset
 * @property {number} noise  percent
 * @property {number} train_percent
 * @property {number} validation_percent
 * @property {number} example_count
 * @property {number} class_share
 * @property {number} outliers
 * @property {boolean} standardize
 * @property {string} seed
 * @property {string[]} features  those in use, in the schema's order
 * @property {number[]} hidden_layer_sizes
 * @property {string} activation
 * @property {string[]} layer_activations  of hidden layers; empty or missing: `activation`
 * @property {number} leaky_slope
 * @property {number} elu_alpha
 * @property {number} maxout_pieces
 * @property {string} loss
 * @property {string} initializer
 * @property {number} initializer_scale
 * @property {string} weight_seed  empty: the data seed
 * @property {number} weight_offset
 * @property {boolean} batch_norm
 * @property {number} learning_rate
 * @property {string} optimizer
 * @property {number} momentum
 * @property {number} beta2
 * @property {number} rho
 * @property {number} epsilon
 * @property {number} weight_decay
 * @property {string} schedule  of the learning rate
 * @property {number} schedule_decay
 * @property {number} schedule_factor
 * @property {number} schedule_period
 * @property {number} batch_size
 * @property {boolean} shuffle
 * @property {string} rest
 * @property {string} regularizer
 * @property {number} regularization_rate
 * @property {number} dropout
 * @property {(number | null)[]} layer_dropout  of hidden layers; null or missing: `dropout`
 * @property {number} max_norm
 * @property {number} clip_norm
 * @property {number} jitter
 * @property {number} patience
 */

/**
 * How the experiment is shown.
 * @typedef {OwnGoal & ViewItself} View
 *
 * @typedef {object} ViewItself
 * @property {boolean} show_test_data
 * @property {boolean} discretize
 * @property {boolean} [show_bias_units]  biases are drawn as links from a unit that is always 1
 * @property {boolean} hide_text
 * @property {string[]} hidden  names of hidden controls
 * @property {string[]} locked  names of locked controls
 * @property {Variant[]} compare  the rivals that are trained side by side
 */

/** A goal of one's own: what is to be reached, and with what; accuracy in per cent. Null: not asked for.
 * @typedef {{goal_test_loss?: number | null, goal_accuracy?: number | null, goal_gap?: number | null, goal_epochs?: number | null, goal_units?: number | null, goal_parameters?: number | null}} OwnGoal */

/** What a rival has otherwise: fields of the config. @typedef {Record<string, FieldValue>} Variant */
/** What a frame says of a variant; the rest is null before its network is there.
 * @typedef {{variant: Variant, epoch: number | null, train_loss: number | null, validation_loss: number | null, test_loss: number | null, train_accuracy: number | null, test_accuracy: number | null, diverged: Divergence | null}} VariantState */

/** What must hold: `words` says it to a reader. @typedef {{measure: string, bound: "at_most" | "at_least", value: number, words: string}} Condition */
/** Conditions that must hold together, for `lasting` epochs in a row; `reached` is the epoch in which they did.
 * @typedef {{name: string, label: string, medal: "bronze" | "silver" | "gold" | "own", reached: number | null, late: number | null, missed: boolean, obstacle: string, lasting: number, conditions: Condition[]}} Goal */

/** `retry` is where to go on from: before the loss rose, with a learning rate that holds there.
 * @typedef {{epoch: number, reason: string, hint: string, retry?: {epoch: number, learning_rate: number} | null}} Divergence */
/** The validation loss was best at `best_epoch`, `epoch` was reached, and the best weights are back.
 * @typedef {{epoch: number, best_epoch: number, reason: string}} Stopped */
/** @typedef {{code: string, key: string, got: string | null, used: string | null, message: string}} Notice */
/** @typedef {{code: string, field: string | null, got: string | null, expected: string | null, message: string}} FieldError */

/** @typedef {{type: "welcome", version: number, session: string, resumed: "session" | "checkpoint" | "copy" | null, limits: Record<string, number>}} WelcomeMessage */
/** @typedef {{type: "config", revision: number, config: Config, view: View, link: string, layers: number[], effect: Effect, id?: number}} ConfigMessage */
/** The stop condition of a run at full speed, and the epoch in which it began.
 * @typedef {{until: string, epochs: number, patience: number, since: number}} RunUntil */
/** How such a run ended. @typedef {{epoch: number, cause: string, reason: string}} RunEnded */
/** The earlier epoch that is shown, the latest one, and the kept epochs before and after the one shown.
 * @typedef {{epoch: number, latest: number, previous: number | null, next: number | null}} Position */
/** @typedef {{playing: boolean, speed: string, diverged: Divergence | null, stopped: Stopped | null, position?: Position | null, run_until?: RunUntil | null, run_ended?: RunEnded | null}} Status */
/** @typedef {Omit<Status, "stopped"> & {type: "status", stopped?: Stopped | null, id?: number}} StatusMessage */
/** @typedef {{type: "notices", notices: Notice[]}} NoticesMessage */
/** @typedef {FieldError & {type: "error", errors: FieldError[], id?: number, fatal: boolean}} ErrorMessage */
/** @typedef {{type: "export", format: ExportFormat | "csv", filename: string, text: string, id?: number}} ExportMessage */
/** @typedef {{type: "goals", goals: Goal[]}} GoalsMessage */
/** @typedef {{type: "composed", link: string, id?: number}} ComposedMessage */
/** @typedef {{type: "animating", share: number | null, id?: number}} AnimatingMessage */
/** @typedef {{type: "animation", filename: string, mime: string, arrays: {file: Uint8Array<ArrayBuffer>}}} AnimationMessage */
/** @typedef {{type: "moved"}} MovedMessage */
/** @typedef {{type: "pong"}} PongMessage */

/**
 * `arrays` holds the message's arrays by name; those which this page does not know are there, too.
 * @typedef {object} DataMessage
 * @property {"data"} type
 * @property {number} revision
 * @property {number} train_size
 * @property {number} test_size
 * @property {number} [validation_size]  their examples stand between those for training and those for the test
 * @property {number} [classes]  0 in regression, else 2 or more
 * @property {1 | 2} [dimensions]  1: x2 is 0 everywhere, and a curve is drawn instead of a map
 * @property {string | null} [examples]  the code of the user's own examples, if these are the data
 * @property {string[]} [labels]  names of their classes, as far as they have any
 * @property {{points: Float32Array, targets: Float32Array, order?: Uint32Array, own_points?: Float64Array, own_targets?: Float64Array, own_parts?: Uint8Array}} arrays
 *   points: x1, x2, x1, x2, …, training first; targets: -1 and 1 with two classes, numbers of classes from 0 with more,
 *   values in regression; of the user's own examples also the list itself, and the place in it of every point
 * @property {Record<string, number[]>} shapes
 */

/**
 * @typedef {object} FrameArrays
 * @property {Uint8Array} surface  100 × 100, rows from the top
 * @property {Uint8Array} thumbnails  n × t × t
 * @property {Float64Array} params
 * @property {Uint32Array} [history_epochs]
 * @property {Float32Array} [history_train]
 * @property {Float32Array} [history_test]
 * @property {Float32Array} [history_validation]
 * @property {Uint8Array} [classes]  100 × 100, only with more than two classes while the whole output is shown: the
 *   likeliest class of each place; `surface` then holds 2p - 1 of its probability p
 * @property {Float32Array} [curve]  only with examples of one dimension: the selected unit's values at x1 from -6 to 6
 * @property {Float32Array} [summands]  only then, and with a single hidden layer: what each of its units adds to the output, one after the other
 * @property {Uint8Array} [dead]  1 where L1 has switched a link off for good
 */

/**
 * One instant of the training.
 * @typedef {object} Frame
 * @property {"frame"} type
 * @property {number} seq
 * @property {number} revision
 * @property {number} [run]  grows whenever the losses begin anew
 * @property {number} epoch
 * @property {number} step  updates so far
 * @property {number} batch  minibatches of the present epoch that are done
 * @property {number | null} train_loss  null: there are no training examples
 * @property {number | null} test_loss  null: there are no test examples
 * @property {number | null} train_accuracy  0 … 1; null in regression
 * @property {number | null} test_accuracy
 * @property {number | null} [validation_loss]  null: there are no validation examples
 * @property {number | null} [validation_accuracy]
 * @property {number} [learning_rate]  in force now, after the schedule
 * @property {readonly number[]} [layers]  units per layer of the network that it shows, as the page knew it when it came
 * @property {number} selected  the unit whose picture `surface` is
 * @property {number} epochs_per_second
 * @property {boolean} [past]  it shows an earlier epoch than now
 * @property {{share: number | null, seconds_left: number | null} | null} [progress]  of a run until a condition
 * @property {{epoch: number, step: number, batch: number, carried: number, arrays: string[], goals?: GoalProgress}} checkpoint
 * @property {{panel: PanelName, values: Record<string, any>}} [inside]  only now and then, while a panel looks inside; its arrays' names begin with "inside_"
 * @property {VariantState[]} [variants]  the names of their arrays begin with "variant_" and their index
 * @property {FrameArrays & Record<string, Uint8Array | Uint32Array | Float32Array | Float64Array>} arrays
 * @property {Record<string, number[]>} shapes
 * @property {number} thumbnailSize  t: pixels of a side
 */

/** @typedef {WelcomeMessage | ConfigMessage | StatusMessage | NoticesMessage | ErrorMessage | ExportMessage | GoalsMessage | ComposedMessage | AnimatingMessage | AnimationMessage | MovedMessage | PongMessage | DataMessage | Frame} Decoded */

/** What `hello` hands back to go on from: see "Checkpoints" in docs/protocol.md.
 * @typedef {{link: string, epoch: number, step: number, batch: number, carried: number, arrays: Record<string, string>, goals?: GoalProgress}} Checkpoint */
/** Of goals by name: since which epoch they hold, and in which they were reached. @typedef {Record<string, (number | null)[]>} GoalProgress */

/* ---- The page's own ---- */

// generated: panel-name
/** The panels of "Look inside". @typedef {"gradients" | "activations" | "weights" | "space" | "landscape" | "regions" | "step" | "confusion" | "code"} PanelName */
// end generated
/** @typedef {"numpy" | "pytorch" | "keras"} ExportFormat */
/** What a look is about. @typedef {{unit?: number | null, example?: number | null, parameter?: number | null, threshold?: number, compute?: boolean, directions?: string}} LookOptions */

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
 * @property {string} link  with "#"
 * @property {number[]} layers  units per layer: inputs, hidden layers, output
 * @property {number} revision
 * @property {Effect} effect
 * @property {Status} status
 * @property {"connecting" | "open" | "waiting" | "moved" | "full" | "outdated"} connection
 * @property {number | null} retryAt  time of the next attempt, as `performance.now()`
 * @property {string} reason  why the server has no place, in its own words
 * @property {import("../net/diagnosis.js").Cause | null} cause  why attempts to connect come to nothing, if that is known
 * @property {import("../net/resume.js").StorageError | null} storageError  with what this browser saves
 * @property {Notice[]} notices
 * @property {FieldError[]} errors
 * @property {string | null} session
 * @property {number | null} hovered  unit under the pointer or the focus
 * @property {number | null} selected  pinned unit; null: the output
 * @property {Data | null} data
 * @property {Inside} inside
 * @property {Goal[]} goals
 * @property {ExportMessage | null} exported
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
 */

/** The user's own examples as they are shown: what the server has, and what it has yet to be told.
 * @typedef {{list: import("../data/examples.js").List, labels: string[], canUndo: boolean, canRedo: boolean}} Own */

/** One verb of the user. @typedef {{name: string, label: string, key: string | null, run: () => void}} Action */

/**
 * What views call. Unit and layer are indices; layers count the hidden ones from 0.
 * @typedef {object} Actions
 * @property {(changes: Partial<Config>) => void} configure
 * @property {(changes: Partial<View>) => void} setView
 * @property {(unit: number | null) => void} select  pins a unit; null: the output
 * @property {(unit: number | null) => void} hover
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
 *   - `createNetwork` (views/network.js) fills `#network`: headings, layer headers with `#add-layers`, `#remove-layers`
 *     and `#num-layers`, units, links, call-outs and `#hovercard`. It measures its element and needs no size given;
 *   - `createHeatmap` (views/heatmap.js) fills `#heatmap`: map, points, axes, legend and the readout under the pointer;
 *   - `createChart` (views/charts.js) fills `#linechart`: legend, linear/log switch and the chart.
 * Their elements are empty in the HTML. Their styles are in css/network.css and css/output.css, and take their colours
 * from the tokens --bg --panel --ink --soft --line --accent --neg --zero --pos (and `data-theme` on <html>).
 * @typedef {object} Drawing
 * @property {(frame: Frame | null, state: State) => void} draw  at most once per animation frame; also to be called
 *   again with the same frame when the state, the theme or the size of the window has changed
 */

export {};
