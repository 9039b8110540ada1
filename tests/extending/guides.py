"""The code of the guides in ``docs/extending``, as modules."""

import re
import sys
from types import ModuleType

from tests.messages import ROOT


def load_example(guide: str, file: str) -> ModuleType:
    """Run the block of a guide whose first line names ``file``; return it as a module."""
    text = (ROOT / "docs/extending" / guide).read_text(encoding="utf-8")
    [code] = re.findall(rf"```python\n(# {re.escape(file)}\n.*?)```", text, re.S)
    name = file.removesuffix(".py").replace("/", ".")
    module = ModuleType(name)
    exec(compile(code, f"{guide}: {file}", "exec"), module.__dict__)
    return module


def install(monkeypatch, module: ModuleType) -> None:
    """Let a module, and the package that it is in, be imported by its name."""
    package = module.__name__.rpartition(".")[0]
    if package:
        monkeypatch.setitem(sys.modules, package, ModuleType(package))
        monkeypatch.setattr(sys.modules[package], module.__name__.rpartition(".")[2], module, False)
    monkeypatch.setitem(sys.modules, module.__name__, module)
