"""What a kernel does before the first cell of a run."""

from typing import Any

from workbench.runs.fence import raise_fence_of_environment
from workbench.runs.output_limit import limit_output

LINE = "__import__('workbench.runs.in_kernel', fromlist=['prepare']).prepare(get_ipython())"


def prepare(shell: Any) -> None:
    """Limit where the notebook may write, and what a cell may print and show."""
    raise_fence_of_environment()  # first: whatever else goes wrong, it stands
    limit_output(shell)
