"""What the fuzzer changes in each of its calls: every one comes from an address of its own, so that
the limits per address do not turn all later calls into the same 429."""

import itertools

import schemathesis

numbers = itertools.count()


@schemathesis.hook
def before_call(context, case, kwargs):
    number = next(numbers)
    case.headers = case.headers or {}
    case.headers["CF-Connecting-IP"] = f"198.18.{number // 250 % 250}.{number % 250 + 1}"
