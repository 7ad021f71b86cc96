"""The health of the server: `GET /healthz`, for load balancers, containers and `playground health`."""

import asyncio
import json

from fastapi import Response

from app import __version__
from app.rooms.rooms import Rooms
from app.web.connections import ConnectionRegistry
from app.workers.pool import WorkerPool

READY = "ready"


class Health:
    """Whether new pages are welcome, and how many are there."""

    def __init__(self, rooms: Rooms, workers: WorkerPool, registry: ConnectionRegistry) -> None:
        self.is_stopping = False
        """Whether the server has been told to stop. It still answers for a moment."""
        self._rooms = rooms
        self._workers = workers
        self._registry = registry

    @property
    def status(self) -> str:
        """`ready`, or why not: `starting`, `degraded` while engine processes are missing or hang, or `stopping`."""
        return "stopping" if self.is_stopping or self._rooms.is_closing else self._workers.state

    async def answer(self) -> Response:
        """The status and some numbers; 503 unless the server is ready. The connection that asks is not counted."""
        status = self.status
        state = {
            "status": status,
            "version": __version__,
            "sessions": len(self._rooms),
            "connections": self._registry.others,
            "pages": self._rooms.connections,
            "tasks": len(asyncio.all_tasks()),
            "workers": len(self._workers.processes),
        }
        code = 200 if status == READY else 503
        return Response(json.dumps(state), code, media_type="application/json", headers={"Cache-Control": "no-store"})
