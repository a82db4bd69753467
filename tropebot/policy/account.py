"""The bot's own pages in a policy: a document may call them by `<account>`, whoever the bot is.

Must not know which account that is: it is passed in. No title of a wiki can hold `<`, so that nothing else is
ever taken for it.
"""

from msgspec.structs import replace

from tropebot.policy.schema import Policy

ACCOUNT = "<account>"
"""Stands for the name of the bot's account, as in `User:<account>/Report`."""


def with_account(policy: Policy, account: str) -> Policy:
    """The policy with the account's name in the titles of the bot's own pages."""
    reports, requests, steering = policy.reports, policy.requests, policy.steering

    def named(title: str) -> str:
        return title.replace(ACCOUNT, account)

    return replace(
        policy,
        steering=replace(steering, run_page=named(steering.run_page)),
        reports=replace(
            reports,
            page=named(reports.page),
            worklists=named(reports.worklists),
            repeat_cases=named(reports.repeat_cases),
        ),
        requests=replace(requests, page=named(requests.page), rules=named(requests.rules)),
    )
