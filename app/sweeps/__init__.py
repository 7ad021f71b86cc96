"""Sweeps: an experiment trained for several values of some settings, from many starts each.

A *row* is one start of one *cell*, which is a combination of values. Rows depend on nothing but their sweep and their
number: they can be trained in any order, in tasks of any size, in any process, and come out the same, bit for bit.
"""

from app.sweeps.rows import Start, every_of, points_of
from app.sweeps.sweep import Sweep
from app.sweeps.task import Task, tasks_of, train

__all__ = ["Start", "Sweep", "Task", "every_of", "points_of", "tasks_of", "train"]
