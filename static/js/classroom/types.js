/**
 * The shapes of what a class's connection brings. Nothing runs here; names with underscores are those of the wire (see
 * docs/classes.md).
 *
 * @typedef {import("../core/types.js").StartResult} StartResult
 */

// generated: class-types
/**
 * What the teacher has handed out.
 * @typedef {object} Task
 * @property {number} number  Grows with every task.
 * @property {string} text  A sentence of instruction, or `""`.
 * @property {string} link  The experiment; of a lesson, its own.
 * @property {string | null} lesson  The name of the lesson, if it is one.
 * @property {string} title  The lesson's title, or `""`.
 * @property {number} first  The first step that is open, from 0.
 * @property {number | null} last  The last step that is open; null for all.
 * @property {number | null} go  The step that everyone was brought to last.
 * @property {number} moves  Grows whenever everyone is brought to a step.
 */

/**
 * Whose network the class follows.
 * @typedef {object} Shown
 * @property {number | null} seat  The student; null is the teacher.
 * @property {string | null} name  The student's name, if it is shown.
 */

/**
 * What the teacher has asked.
 * @typedef {object} Question
 * @property {number} number
 * @property {string} text
 * @property {string[]} answers  None: everyone draws.
 * @property {"boundary" | "digit" | null} draws  What everyone draws; null: nothing, there are answers to choose from.
 * @property {number | null} digit  The digit that everyone draws; null: if one is drawn, each says which.
 * @property {number} side  Pixels of a side of a drawn digit; 0 if none is drawn.
 * @property {number} answered  How many have answered.
 * @property {boolean} revealed
 * @property {number[] | null} counts  How many chose each answer; only the teacher knows before they are revealed.
 * @property {number | null} right  The right answer, once it is revealed; the teacher always knows it.
 */

/**
 * What a student has answered.
 * @typedef {object} OwnAnswer
 * @property {number} question
 * @property {number | null} choice
 * @property {number[][][] | null} strokes  Of a drawn boundary: lines, each a list of points [x1, x2].
 * @property {string} [drawing]  Of a drawn digit: base64 of its pixels.
 * @property {number} [digit]  The digit that it is meant to be.
 * @property {number} [read]  The digit that the teacher's network reads in it now; null: it has not read it.
 */

/**
 * A digit that a student has drawn.
 * @typedef {object} DrawnDigit
 * @property {number} number  From 0, in the order in which the students answered first.
 * @property {string} name  The student's name, if it may be seen, or else `""`.
 * @property {number} digit  The digit that it is meant to be.
 * @property {number | null} read  The digit that the teacher's network reads in it; null: it has not read it.
 * @property {number | null} certainty  The output for that digit, from 0 to 1.
 */

/**
 * A network that the teacher has kept.
 * @typedef {object} Snapshot
 * @property {number} number
 * @property {number | null} seat  Whose it was; null is the teacher.
 * @property {string | null} name  The student's name, if it may be seen.
 * @property {string} note
 * @property {string} link
 * @property {number} epoch
 * @property {number | null} train_loss
 * @property {number | null} test_loss
 * @property {number | null} test_accuracy
 * @property {number} classes  Of the data, for the colors.
 * @property {number} dimensions  1 for one-dimensional data, whose picture is a curve; 0 for pictures, where it shows changes of weights.
 */

/**
 * How the class works.
 * @typedef {object} SettingOfClass
 * @property {"given" | "free" | "list"} names  `given`: friendly names; `free`: their own; `list`: from the teacher's list.
 * @property {string[]} name_list  Only the teacher knows it.
 * @property {boolean} names_visible  Whether students see each other's names.
 * @property {boolean} names_on_screen  Whether the screen shows names.
 * @property {boolean} waiting_room  Whether the teacher lets everyone in.
 * @property {boolean} locked  Whether nobody new may come.
 * @property {boolean} may_try  Whether those who follow may try it themselves.
 */

/**
 * A setting in which a student's experiment differs from the task.
 * @typedef {object} Difference
 * @property {string} field
 * @property {string} label
 * @property {string} value
 */

/**
 * A student on the wall.
 * @typedef {object} Tile
 * @property {number} seat
 * @property {string} name
 * @property {"waiting" | "away" | "diverged" | "reached" | "stuck" | "training" | "resting"} state
 * @property {boolean} hand
 * @property {number} epoch
 * @property {number | null} train_loss
 * @property {number | null} test_loss
 * @property {number | null} train_accuracy
 * @property {number | null} test_accuracy
 * @property {Record<string, number>} reached  Goals by name, and the epoch in which each was reached.
 * @property {Difference[]} differs  What differs from the task.
 * @property {Record<string, string>} chosen  What was chosen: config field → text, for the bars.
 * @property {number} parameters  Weights and biases of the network.
 * @property {number} classes
 * @property {number} dimensions  0 if the data are pictures.
 */

/**
 * What a student has reached.
 * @typedef {object} Result
 * @property {number} seat
 * @property {string} name
 * @property {string} link
 * @property {number} epoch
 * @property {number | null} train_loss
 * @property {number | null} test_loss
 * @property {number | null} train_accuracy
 * @property {number | null} test_accuracy
 * @property {Record<string, number>} reached
 * @property {number[]} layers  Units per layer: inputs, hidden layers, output.
 * @property {number} parameters
 * @property {Record<string, string>} chosen
 */

/**
 * One run of the class's experiment.
 * @typedef {object} Cell
 * @property {number} index
 * @property {number | null} seat  Who trains it; null is the server.
 * @property {Record<string, any>} values  The settings of its place in the grid; empty for a start.
 * @property {number} share  How much of it is trained, from 0 to 1.
 * @property {StartResult | null} result  Its result, once it is done.
 */

/**
 * The answer to a student's `join` without a name: what names are possible. `join` comes again with one.
 * @typedef {object} DoorMessage
 * @property {"door"} type
 * @property {"given" | "free" | "list"} names
 * @property {string[]} choices  Names to choose from; of the teacher's list, those that are free. Empty if the name is free.
 * @property {boolean} waiting_room
 * @property {number} [id]
 */

/**
 * The connection belongs to the class. It comes again when what it says has changed.
 * @typedef {object} JoinedMessage
 * @property {"joined"} type
 * @property {"teacher" | "student" | "screen"} role
 * @property {string} code
 * @property {number | null} seat  The student's number.
 * @property {string} name
 * @property {boolean} waiting  Whether the student is in the waiting room.
 * @property {boolean} hand
 * @property {boolean} trying  Whether the student tries for themselves while the others follow.
 * @property {OwnAnswer} [answer]  The student's own answer to the question, if there is one.
 * @property {string} [secret]  The class's secret, for a teacher whose class has a new one.
 * @property {string} [screen]  The screen's secret, for a teacher and for a screen: a new code brings a new one.
 * @property {string} [instance]  The name of the server that the class is on, which it makes at random when it starts.
 * @property {number} [id]
 */

/**
 * The class as this connection may know it. It comes whenever something in it has changed.
 * @typedef {object} ClassStateMessage
 * @property {"class"} type
 * @property {string} code
 * @property {"explore" | "follow" | "pause"} mode
 * @property {number} present  How many students are here.
 * @property {number} seats  How many students the class has, here or away.
 * @property {string[]} names  For students who see each other's names: those of all who are here, in alphabetical order; otherwise empty.
 * @property {boolean} teacher  Whether the teacher is here.
 * @property {SettingOfClass} settings
 * @property {Shown | null} shown  Whose network is followed, in the mode `follow`.
 * @property {Task | null} task
 * @property {Question | null} question
 * @property {Snapshot[]} snapshots  All of them for the teacher; for the others those that are shown side by side.
 * @property {number[]} side_by_side  The numbers of the snapshots that are shown.
 * @property {boolean} may_take  Whether students may go on with one of these.
 * @property {boolean} experiment  Whether there is a class experiment.
 * @property {"auto" | "join" | "network" | "wall" | "question" | "experiment" | "snapshots"} screen
 * @property {number} hands  How many hands are up; only the teacher knows, others get 0.
 * @property {number} waiting  How many are in the waiting room; only the teacher knows, others get 0.
 * @property {number} screens  How many screens are connected; only the teacher knows, others get 0.
 */

/**
 * A command of the class that had an `id` was carried out, and no other message answers it.
 * @typedef {object} DoneMessage
 * @property {"done"} type
 * @property {number} id
 */

/**
 * What the teacher points at, for those who follow.
 * @typedef {object} PointedMessage
 * @property {"pointed"} type
 * @property {string | null} hovered
 * @property {string | null} panel
 * @property {number} [example]  The picture of the data that the teacher's network reads.
 * @property {string} [drawing]  Any other picture that it reads: base64 of its pixels.
 */

/**
 * What a teacher's page keeps, and sends in `join`, so that a server that has lost the class opens it again.
 * @typedef {object} KeepMessage
 * @property {"keep"} type
 * @property {Record<string, any>} state
 */

/**
 * The connection ends: `ended` with the class, `removed` by the teacher, `left` by the student.
 * @typedef {object} EndedMessage
 * @property {"ended"} type
 * @property {"ended" | "removed" | "left"} why
 */

/**
 * What has changed on the wall, at most twice a second. Its arrays have a row for each seat in `pictures`: `surfaces` (k, 48, 48) uint8 are the outputs, or of a network that reads pictures how training has changed the weights of its first neurons; `classes` (k, 48, 48) uint8, if any has several, the likeliest classes; `curves` (k, 200) float32, if any data are one-dimensional, the outputs from x1 = -6 to 6. A row that does not apply to its seat is zero.
 * @typedef {object} WallHeader
 * @property {"wall"} type
 * @property {boolean} whole  Whether these are all tiles, and others are gone.
 * @property {Tile[]} tiles
 * @property {number[]} gone  Seats that are no longer there.
 * @property {number[]} pictures
 */

/**
 * A snapshot with its picture: `surface`, and `classes` or `curve` as in `wall`, without the first axis.
 * @typedef {object} SnapshotHeader
 * @property {"snapshot"} type
 * @property {Snapshot} snapshot
 * @property {number} [id]
 */

/**
 * The teacher's examples when a question was asked whose answer is drawn: everybody draws over the same ones. `points` (n, 2) and `targets` (n,) float32 are those for training, as in `data`.
 * @typedef {object} ExamplesHeader
 * @property {"examples"} type
 * @property {number} question
 * @property {number} classes  0 in regression, else 2 or more.
 * @property {number} dimensions  With 1, x2 is 0 everywhere.
 */

/**
 * The drawn predictions: `points` (n, 2) float32 of all lines, one after another. `lines` (m,) uint32 is the number of points of each line, `owners` (m,) uint32 whose it is: numbers from 0 without a meaning of their own.
 * @typedef {object} DrawingsHeader
 * @property {"drawings"} type
 * @property {number} question
 */

/**
 * The drawn digits, and what the teacher's network reads in them now. It comes at most once a second. `drawings` (k, side, side) uint8 has a row for each number in `pictures`: 0 is paper, 255 is ink.
 * @typedef {object} DigitsHeader
 * @property {"digits"} type
 * @property {number} question
 * @property {number} side  Pixels of a side of a drawing.
 * @property {DrawnDigit[]} drawn  All of them.
 * @property {boolean} whole  Whether these are all pictures; or else others are as they were.
 * @property {number[]} pictures
 * @property {number | null} epoch  Of the network when it read them; null: it has not, or does not read pictures of this size.
 * @property {number | null} test_accuracy
 */

/**
 * How far the class's experiment has come: the cells that have changed, at most once a second. Its arrays have a row for each cell in `pictures`, as in `wall`.
 * @typedef {object} ExperimentHeader
 * @property {"experiment"} type
 * @property {number} number  Grows with every experiment.
 * @property {number} task  The number of the task that was handed out when it started; 0 for none.
 * @property {string} link
 * @property {number} epochs
 * @property {number} total
 * @property {string | null} vary  What differs between starts; null for a grid.
 * @property {Record<string, any[]>} grid  Field → values, in the order of rows and columns; empty for starts.
 * @property {boolean} whole  Whether these are all cells.
 * @property {Cell[]} cells
 * @property {number[]} pictures
 * @property {boolean} canceled
 */

/**
 * What all students have reached. `points` (n, 2) float32 are the loss curves, epoch and test loss. `lines` (k,) uint32 is the number of points of each result's curve, in their order.
 * @typedef {object} ResultsHeader
 * @property {"results"} type
 * @property {Task | null} task
 * @property {Result[]} results
 * @property {number} [id]
 */
// end generated

/** Arrays of a container. @typedef {Record<string, any>} Arrays */
/** @typedef {DoorMessage | JoinedMessage | ClassStateMessage | PointedMessage | KeepMessage | EndedMessage} TextMessage */
/** @typedef {(WallHeader | SnapshotHeader | ExamplesHeader | DrawingsHeader | ExperimentHeader | ResultsHeader) & {arrays: Arrays, shapes: Record<string, number[]>}} ContainerMessage */
/** @typedef {TextMessage | ContainerMessage} ClassMessage */

export {};
