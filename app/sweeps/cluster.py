"""The workers of a Dask cluster as an executor. Dask is imported only when it is asked for: it is an extra."""

import asyncio
import hashlib
import importlib
import importlib.util
import logging
import signal
import threading
import warnings
from collections.abc import Callable, Mapping
from concurrent import futures
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple, ParamSpec, TypeVar

import numpy as np

import app
import engine
from app.sweeps.cancel import watch
from app.sweeps.process import yield_to_others

P = ParamSpec("P")
T = TypeVar("T")

LOCAL = "local"
"""The address for workers on this machine, started for the occasion."""

CONNECT_WITHIN = 5.0
"""Seconds in which a scheduler must answer."""

ALONE_FOR = 20.0
"""Seconds without any worker after which a cluster counts as lost."""

_LOOK_EVERY = 1.0
"""Seconds between two looks at the workers."""

_CODE = (engine, "."), (app, "link"), (app, "sweeps"), (app, "training")
"""The packages, and folders in them, that decide what a row is."""


class ClusterError(Exception):
    """A cluster cannot be used; the text says why, and what to do about it."""


class ClusterLostError(BrokenExecutor):
    """The cluster is gone, or can no longer be used; tasks can be carried out elsewhere."""


class Installed(NamedTuple):
    """What is installed somewhere, as far as the rows of a sweep depend on it."""

    version: str
    code: str
    numpy: str


@cache
def installed() -> Installed:
    """What is installed here. `code` is a digest of the modules that train, and of the pictures that they read."""
    digest = hashlib.sha256()
    for package, folder in _CODE:
        root = Path(package.__file__ or "").parent / folder
        for path in sorted(path for pattern in ("*.py", "*.npz") for path in root.rglob(pattern)):
            digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return Installed(app.__version__, digest.hexdigest()[:12], np.__version__)


def cluster(address: str, jobs: int) -> "Cluster":
    """An executor of the workers of a Dask scheduler, such as `tcp://10.0.0.5:8786`.

    The address `local` starts `jobs` workers on this machine. Blocks for up to `CONNECT_WITHIN` seconds and a little
    more. Raises ClusterError if there is no such cluster, or if its workers have another version than we.
    """
    if importlib.util.find_spec("distributed") is None:
        raise ClusterError("A cluster needs Dask, which is not installed. Install it with: pip install distributed")
    _quiet()
    return _connected(_started(jobs) if address == LOCAL else _Scheduler(_found(address)))


def _quiet() -> None:
    """Keep Dask from reporting on standard error what we say in a sentence."""
    # it sets the levels of these loggers when it is imported
    importlib.import_module("distributed")
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def dask_setup(worker: object) -> None:
    """Called by Dask in each worker that we start on this machine."""
    # Ctrl+C reaches every process; this one ends when we do
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield_to_others()


class _Scheduler(NamedTuple):
    """The address of a scheduler, and how to end it if we have started it."""

    address: str
    end: Callable[[], None] = lambda: None


def _started(jobs: int) -> _Scheduler:
    from distributed import LocalCluster  # noqa: PLC0415 - an extra

    try:
        local = LocalCluster(
            n_workers=jobs,
            threads_per_worker=1,
            # without an address, it would warn if another cluster has Dask's usual port
            dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
            silence_logs=logging.CRITICAL,
            preload=[__name__],
        )
    except (OSError, RuntimeError, TimeoutError) as error:
        raise ClusterError(f"No workers could be started on this machine: {_reason(error)}") from error
    return _Scheduler(local.scheduler_address, local.close)


def _found(address: str) -> str:
    """The address of a scheduler that answers. Raises ClusterError."""
    try:
        kind = asyncio.run(_kind_of(address))
    except (TimeoutError, OSError):
        raise ClusterError(
            f"No Dask scheduler answers at {address} within {CONNECT_WITHIN:.0f} seconds. "
            "Is it running, and can this machine reach it?"
        ) from None
    except (ValueError, TypeError) as error:
        raise ClusterError(
            f"{address} is not the address of a Dask scheduler, such as tcp://10.0.0.5:8786: {_reason(error)}"
        ) from None
    if kind != "Scheduler":
        raise ClusterError(f"{address} is a Dask {kind.lower()}; give the address of its scheduler.")
    return address


async def _kind_of(address: str) -> str:
    """What answers at an address: `Scheduler`, `Worker` or `Nanny`."""
    from distributed import rpc  # noqa: PLC0415 - an extra

    async with asyncio.timeout(CONNECT_WITHIN), rpc(address, timeout=CONNECT_WITHIN) as there:
        return str((await there.identity())["type"])


def _connected(scheduler: _Scheduler) -> "Cluster":
    from distributed import Client  # noqa: PLC0415 - an extra

    try:
        with warnings.catch_warnings():
            # versions that matter are compared below
            warnings.simplefilter("ignore")
            client = Client(scheduler.address, timeout=CONNECT_WITHIN, set_as_default=False)
    except (OSError, TimeoutError) as error:
        scheduler.end()
        raise ClusterError(f"{scheduler.address} does not let us in: {_reason(error)}") from error
    try:
        return Cluster(client, scheduler.end)
    except BaseException:
        client.close()
        scheduler.end()
        raise


class Cluster(Executor):
    """An executor of the workers that `client`, a `distributed.Client`, knows; `end` is called at the shutdown.

    Workers may come, go and die: Dask gives their tasks to others, so a task may run twice. If the scheduler is lost,
    or there has been no worker for `ALONE_FOR` seconds, all futures raise `ClusterLostError`. Raises ClusterError if
    there are no workers, or if they have another version than we.
    """

    def __init__(self, client: Any, end: Callable[[], None]) -> None:
        self._client = client
        self._end = end
        found = client.run(installed, on_error="return")
        self._check(found)
        self.jobs = len(found)
        """The number of workers, not older than a second or two; each carries out one task at a time."""
        self._inner = client.get_executor(pure=False)
        self._waiting: set[Future[Any]] = set()
        self._lost = ""
        self._is_closed = threading.Event()
        self._watching = threading.Thread(target=self._watch, daemon=True)
        self._watching.start()

    def _check(self, found: Mapping[str, Any]) -> None:
        """Compare what workers have with what we have. Raises ClusterError."""
        if not found:
            scheduler = self._client.scheduler.address
            raise ClusterError(f"{scheduler} has no workers. Start some with: dask worker {scheduler} --nthreads 1")
        for worker, theirs in found.items():
            if theirs != installed():
                raise ClusterError(_difference(worker, theirs))

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have a function called by a worker. Raises ClusterLostError."""
        if not self._is_running:
            raise ClusterLostError(self._lost or "the connection to the scheduler was lost")
        inner = self._inner.submit(_carry_out, installed(), fn, args, kwargs)
        outer = _Future[T](inner)
        self._waiting.add(outer)
        outer.add_done_callback(self._waiting.discard)
        inner.add_done_callback(partial(_pass_on, outer))
        return outer

    @property
    def _is_running(self) -> bool:
        return not self._lost and bool(self._client.status == "running")

    def _watch(self) -> None:
        """Look after the workers until the shutdown: without any, Dask would wait forever."""
        alone = 0.0
        while not self._is_closed.wait(_LOOK_EVERY):
            if not self._is_running:
                self._give_up("the connection to the scheduler was lost")
                return
            with suppress(Exception):
                self.jobs = len(self._client.nthreads())
                alone = 0.0 if self.jobs else alone + _LOOK_EVERY
            if alone >= ALONE_FOR:
                self._give_up(f"there has been no worker for {ALONE_FOR:.0f} seconds")
                return

    def _give_up(self, why: str) -> None:
        self._lost = why
        for future in self._waiting.copy():
            _fail(future, ClusterLostError(why))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster, after the submitted tasks unless they are canceled; end what was started for it."""
        if self._is_closed.is_set():
            return
        for future in self._waiting.copy() if cancel_futures else ():
            future.cancel()
        if wait:
            futures.wait(self._waiting.copy())
        self._is_closed.set()
        self._watching.join()
        self._client.close()
        self._end()


class _Future(Future[T]):
    """A future that passes on to Dask that it is canceled."""

    def __init__(self, inner: "Future[T]") -> None:
        super().__init__()
        self._inner = inner

    def cancel(self) -> bool:
        """Forget the task."""
        is_canceled = super().cancel()
        if is_canceled:
            self._inner.cancel()
        return is_canceled


def _pass_on(outer: Future[T], inner: Future[T]) -> None:
    """Give a future the outcome that Dask has for it, which nobody but Dask has canceled."""
    if inner.cancelled():
        _fail(outer, ClusterLostError("the scheduler has dropped its tasks"))
    elif error := inner.exception():
        _fail(outer, _translated(error))
    else:
        with suppress(Exception):
            outer.set_result(inner.result())


def _fail(future: Future[Any], error: BaseException) -> None:
    # it may have been canceled, or lost, at the same moment
    with suppress(Exception):
        future.set_exception(error)


def _translated(error: BaseException) -> BaseException:
    """What a task raised, or why it could not be carried out."""
    from distributed.scheduler import KilledWorker  # noqa: PLC0415 - an extra

    if isinstance(error, KilledWorker):
        return ClusterLostError(f"several workers ended while they carried out the same task: {error}")
    if isinstance(error, ImportError):
        return ClusterLostError(f"a worker cannot import what a task needs: {error}")
    return error


def _is_dropped_by(worker: Any) -> Callable[[], bool]:
    """Whether a worker has been told to drop the task that this thread carries out."""
    key = worker.get_current_task()
    tasks = worker.state.tasks

    def is_dropped() -> bool:
        task = tasks.get(key)
        return task is None or task.state == "cancelled"

    return is_dropped


def _carry_out(ours: Installed, function: Callable[..., T], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> T:
    """Carry out a task, on a worker that may have joined late. Raises ClusterLostError if its version is another."""
    from distributed import get_worker  # noqa: PLC0415 - an extra

    if (theirs := installed()) != ours:
        raise ClusterLostError(f"a worker has {_described(theirs)}, not {_described(ours)}")
    watch(_is_dropped_by(get_worker()))
    return function(*args, **kwargs)


def _difference(worker: str, theirs: Installed | BaseException) -> str:
    """A sentence for a worker that does not have what we have."""
    advice = "Install the same version there and here."
    if not isinstance(theirs, Installed):
        return f"The worker {worker} cannot import NumPy Playground: {_reason(theirs)}. {advice}"
    return f"The worker {worker} has {_described(theirs)}; here, it is {_described(installed())}. {advice}"


def _described(what: Installed) -> str:
    return f"NumPy Playground {what.version} (code {what.code}) with NumPy {what.numpy}"


def _reason(error: BaseException) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
