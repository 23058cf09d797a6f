"""Let PyTorch's optimizers run without its compiler, which takes seconds to load."""

import contextlib
import importlib
import sys
import types

NAME = "torch._dynamo"


class _StandIn(types.ModuleType):
    """What an optimizer asks of the compiler when nothing is compiled. More loads the compiler."""

    graph_break = staticmethod(lambda: None)
    disable = staticmethod(lambda function, *_, **__: function)

    def __getattr__(self, name):
        _remove()
        return getattr(importlib.import_module(NAME), name)


@contextlib.contextmanager
def without_compiler():
    """Keep the first optimizer of all from loading the compiler, for a few small trainings."""
    importlib.import_module("torch")  # beside the stand-in it does not load
    sys.modules.setdefault(NAME, _StandIn(NAME))
    try:
        yield
    finally:
        _remove()


def _remove():
    if isinstance(sys.modules.get(NAME), _StandIn):
        del sys.modules[NAME]
