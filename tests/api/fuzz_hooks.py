"""What the fuzzer changes in each of its calls: every one comes from an address of its own, so that
the limits per address do not turn all later calls into the same 429. Conditions that nobody can
guess (the page's account, a revision) stay in one call of ten: they refuse all others alike."""

import itertools

import schemathesis

CONDITIONS = ("Guildhall-Account", "If-Match")

numbers = itertools.count()


@schemathesis.hook
def before_call(context, case, kwargs):
    number = next(numbers)
    case.headers = case.headers or {}
    case.headers["CF-Connecting-IP"] = f"198.18.{number // 250 % 250}.{number % 250 + 1}"
    if number % 10:
        for name in CONDITIONS:
            case.headers.pop(name, None)
