"""Lessons, each read from one Markdown file, validated, and turned into what the pages show.

A file begins with its front matter, TOML between two lines of `+++`. The text after it is split into steps at its
second-level headings. Each result a lesson states is an entry of the table `outcomes`, and the text quotes it from
there: `{name}` becomes "in about 8 of 10 runs", and `{name.epochs}` and `{name.bound}` are the numbers of the same
result. The shares are written by `python -m benchmarks.lessons --write`, which measures them; tests check every result
over other starts. Beside such a share is a button that trains the same experiment from 20 starts and counts those that
show the result, if that is a goal: a test loss or a test accuracy that is reached (`once`), see `starts.py`.

A link that begins with `#` lists only what differs from the lesson's own link. `[…](look:gradients)` is a button that
opens a panel, a block quote is a hint that unfolds, and a step's heading can be a link: the experiment of that step.
The first panel that a step names opens as the step begins.

A third-level heading asks for a prediction: a list of answers follows, one of them marked as right, and what comes
after is shown when the experiment has run (see `questions.py`). Such a step is ticked when its outcome was seen; one
without a question, when the goal of its link is reached, or its panel is open.
"""

from app.course.front import MEASURES, LessonError, Outcome
from app.course.lesson import Lesson, Prediction, Seen, Step
from app.course.reading import LAST_STEP, read_lesson, read_lessons

__all__ = [
    "LAST_STEP",
    "MEASURES",
    "Lesson",
    "LessonError",
    "Outcome",
    "Prediction",
    "Seen",
    "Step",
    "read_lesson",
    "read_lessons",
]
