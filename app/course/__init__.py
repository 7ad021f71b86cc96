"""Lessons: read from one Markdown file each, checked, and made into what the pages show.

A file begins with its front matter, TOML between two lines of `+++`; the text after it is cut into steps at its
headings of the second level. What a lesson claims is in its table `outcomes`, and the text quotes it from there:
`{name}` becomes "in about 8 of 10 starts", `{name.epochs}` and `{name.bound}` the numbers of the same claim. The shares
are written by `python -m benchmarks.lessons --write`, which measures them; tests try every claim over other starts.

A link that begins with `#` names only what differs from the lesson's own link. `[…](look:gradients)` is a button that
opens a panel, a quoted block is a hint, folded, and the heading of a step may be a link: the experiment of this step.
"""

from app.course.lesson import MEASURES, Lesson, LessonError, Outcome
from app.course.reading import LAST_STEP, read_lesson, read_lessons

__all__ = ["LAST_STEP", "MEASURES", "Lesson", "LessonError", "Outcome", "read_lesson", "read_lessons"]
