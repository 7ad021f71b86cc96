"""The playground in the cell of a notebook.

>>> from app.notebook import show
>>> show("#dataset=spiral&noise=10", height=700)
"""

from app.notebook.frame import Frame, show
from app.notebook.server import ServerError, stop

__all__ = ["Frame", "ServerError", "show", "stop"]
