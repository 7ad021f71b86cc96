"""The client and the server of `tests.support`, by the names that these tests have for them."""

from tests.support.client import PATIENCE, SMALL, Message
from tests.support.client import Client as Player
from tests.support.server import ServerThread as Server

__all__ = ["PATIENCE", "SMALL", "Message", "Player", "Server"]
