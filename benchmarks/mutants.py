"""Keeps a sample of a cosmic-ray session: `python -m benchmarks.mutants SESSION NUMBER [SEED]`.

All mutants of what decides would take days. The sample is drawn from the operators that change what a
program does in a way that could go unseen; a `+` made into `<<` is found by any test that comes by.
"""

import random
import sqlite3
import sys
from contextlib import closing

_TELLING = (
    "NumberReplacer",
    "AddNot",
    "ReplaceAndWithOr",
    "ReplaceOrWithAnd",
    "ReplaceUnaryOperator_Delete_Not",
    "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue",
    "ReplaceComparisonOperator_",
    "ReplaceBinaryOperator_Add_Sub",
    "ReplaceBinaryOperator_Sub_Add",
    "ReplaceContinueWithBreak",
    "ReplaceBreakWithContinue",
    "ZeroIterationForLoop",
    "ExceptionReplacer",
)


def keep(session: str, number: int, seed: int) -> int:
    """Leaves so many mutants in the session, the same for the same seed; how many there were."""
    with closing(sqlite3.connect(session)) as db, db:
        rows = db.execute(
            "SELECT job_id, operator_name FROM mutation_specs"
            " ORDER BY module_path, start_pos_row, start_pos_col, operator_name, occurrence"
        ).fetchall()
        telling = [job for job, name in rows if name.partition("/")[2].startswith(_TELLING)]
        chosen = random.Random(seed).sample(telling, number)  # noqa: S311 - nothing secret
        for table in ("mutation_specs", "work_items"):
            marks = ",".join("?" * len(chosen))
            db.execute(f"DELETE FROM {table} WHERE job_id NOT IN ({marks})", chosen)  # noqa: S608
    return len(telling)


if __name__ == "__main__":
    found = keep(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    print(f"{sys.argv[2]} of {found} mutants")
